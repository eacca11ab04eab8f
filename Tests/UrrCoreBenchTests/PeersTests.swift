import Foundation
import Testing
import UrrTestSupport

@testable import UrrCoreBench

private let python: String? = ["/usr/bin/python3", "/usr/local/bin/python3"].first {
    FileManager.default.isExecutableFile(atPath: $0)
}

/// What `scripts/peers` compares with its peers is there to be compared.
@Suite(.enabled(if: python != nil)) struct PeersTests {
    private func compare(_ arguments: String...) throws -> ProgramRun {
        let script = Repository.url("scripts/lib/peers/compare.py").path
        return try ProgramRun(try #require(python), ["-B", script] + arguments)
    }

    @Test func everyRowIsACase() throws {
        let run = try compare("--list")
        #expect(run.status == 0, "\(run.errors)")
        let listed = run.output.split(separator: "\n").compactMap { $0.split(separator: " ").first }
        #expect(listed.count >= 16)
        let cases = Set(CoreBenchmark.cases([]).map(\.name))
        for name in listed { #expect(cases.contains(String(name)), "\(name)") }
    }

    @Test(arguments: [["--filter", "nothing like it"], ["--trials", "0"], ["--time", "x"]])
    func wrongUsageIsRefused(_ arguments: [String]) throws {
        let run = try compare(arguments[0], arguments[1])
        #expect(run.status == 2)
        #expect(run.errors.contains(arguments[0]))
    }
}
