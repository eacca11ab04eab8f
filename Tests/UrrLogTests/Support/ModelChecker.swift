import Foundation
import Testing
import UrrTestSupport

/// Spin, which goes through every order in which the threads of a model can take their steps.
/// Needs Debian's packages `spin` and `gcc`.
enum ModelChecker {
    /// Whether it can be run here.
    static let isInstalled = ["/usr/bin/spin", "/usr/bin/gcc"].allSatisfy {
        FileManager.default.isExecutableFile(atPath: $0)
    }

    /// What is said where it cannot.
    static let absence: Comment = "spin and gcc are not installed (apt install spin gcc)"

    /// Whether the search of a model of this directory, with `macros` defined, found a mistake.
    /// Searches all of it or fails.
    static func findsMistake(_ model: String, _ macros: String) throws -> Bool {
        let directory = try TemporaryDirectory()
        let source = Repository.url("Tests/UrrLogTests/Models/" + model).path
        let defined = macros.split(separator: " ").map { "-D" + $0 }
        let steps: [(String, [String])] = [
            ("/usr/bin/spin", ["-a"] + defined + [source]),
            ("/usr/bin/gcc", ["-O1", "-w", "-DSAFETY", "-DCOLLAPSE", "-o", "pan", "pan.c"]),
            (directory.url.appendingPathComponent("pan").path, ["-m1000000"]),
        ]
        var report = ""
        for (program, arguments) in steps {
            let run = try ProgramRun(
                program, arguments, directory: directory.url, timeoutSeconds: 600)
            try #require(run.status == 0, "\(program): \(run.output)\(run.errors)")
            report = run.output
        }
        // A search that was cut off proves nothing.
        #expect(!report.contains("max search depth too small") && !report.contains("out of memory"))
        try #require(report.contains("errors: "))
        return !report.contains("errors: 0")
    }
}
