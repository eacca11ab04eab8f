import Foundation
import Testing
import UrrTestSupport

/// The protocol of shared appenders, readers and overwriting as a Promela model, checked
/// exhaustively with spin: every interleaving, a producer that dies between claim and commit, and
/// somebody who abandons its record. Needs Debian's packages `spin` and `gcc`; skipped without.
struct ProtocolModelTests {
    /// Whether spin can be run here.
    static let hasSpin = ["/usr/bin/spin", "/usr/bin/gcc"].allSatisfy {
        FileManager.default.isExecutableFile(atPath: $0)
    }
    /// Whether the long form is wanted (`scripts/bench --long` sets the variable).
    static let isLong = ProcessInfo.processInfo.environment["URRBENCH_LONG"] != nil

    static let model = "Tests/UrrLogTests/Models/shared_log.pml"

    /// What is explored: records, slots and the faults, as the model's macros.
    static var settings: [[String]] {
        let records = isLong ? "-DRECORDS=5" : "-DRECORDS=3"
        return [
            [records, "-DSLOTS=2"],
            [records, "-DSLOTS=2", "-DOVERWRITES=0"],
            [records, "-DSLOTS=2", "-DDIES=1"],
            [records, "-DSLOTS=2", "-DDIES=1", "-DABANDONS=1"],
            [records, "-DSLOTS=2", "-DDIES=1", "-DABANDONS=1", "-DOVERWRITES=0"],
            [records, "-DSLOTS=3", "-DDIES=1", "-DABANDONS=1"],
        ]
    }

    @Test(.enabled(if: hasSpin, "spin and gcc are not installed"), arguments: settings)
    func noInterleavingBreaksTheProtocol(macros: [String]) throws {
        let text = try Repository.text(Self.model)
        #expect(try Self.explore(text, macros).contains("errors: 0"))
    }

    /// The model would find a mistake: an appender that ignores holds, one that discards records
    /// that are not finished, and one that claims without comparing.
    @Test(
        .enabled(if: hasSpin, "spin and gcc are not installed"),
        arguments: [
            (":: hold < target -> done = false", ":: false -> done = false"),
            (":: SETTLED(mark[seen % SLOTS], seen) || freed != seen ->", ":: true ->"),
            (":: claim == offset -> claim = offset + 1", ":: true -> claim = offset + 1"),
        ])
    func brokenProtocolsAreFound(old: String, new: String) throws {
        let text = try Repository.text(Self.model)
        let broken = text.replacingOccurrences(of: old, with: new)
        #expect(broken != text)
        let report = try Self.explore(broken, ["-DRECORDS=3", "-DSLOTS=2"])
        #expect(report.contains("errors: 1"))
    }

    /// Generates, compiles and runs the checker; returns its report.
    private static func explore(_ model: String, _ macros: [String]) throws -> String {
        let directory = try TemporaryDirectory()
        try Data(model.utf8).write(to: directory.url.appendingPathComponent("model.pml"))
        let steps: [(String, [String])] = [
            ("/usr/bin/spin", ["-a"] + macros + ["model.pml"]),
            ("/usr/bin/gcc", ["-O2", "-w", "-DSAFETY", "-DNOCLAIM", "-o", "pan", "pan.c"]),
            (directory.url.appendingPathComponent("pan").path, ["-m1000000"]),
        ]
        var report = ""
        for (program, arguments) in steps {
            let run = try ProgramRun(
                program, arguments, directory: directory.url, timeoutSeconds: 300)
            #expect(run.status == 0, "\(program): \(run.errors)")
            report = run.output
        }
        // A search that was cut off proves nothing.
        #expect(!report.contains("max search depth too small"))
        return report
    }
}
