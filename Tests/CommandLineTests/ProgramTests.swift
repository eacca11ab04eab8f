import Foundation
import Testing
import UrrResults
import UrrTestSupport

/// The program as a caller meets it: text on two streams and an exit status.
struct ProgramTests {
    @Test func helpGoesToStandardOutput() throws {
        for arguments in [["help"], ["--help"], ["-h"]] {
            let run = try BuiltProgram.run(arguments)
            #expect(run.status == 0)
            #expect(run.output.contains("usage: urrbench VERB"))
            #expect(run.errors.isEmpty)
        }
        let one = try BuiltProgram.run(["help", "workload"])
        #expect(one.output == (try BuiltProgram.run(["workload", "--help"])).output)
        #expect(one.output.hasPrefix("usage: urrbench workload [OPTION...] FILE"))
    }

    @Test func versionNamesTheCommit() throws {
        let run = try BuiltProgram.run(
            ["version"], environment: ["URRBENCH_COMMIT": "abc123-dirty"])
        #expect(run.status == 0)
        #expect(run.output.hasPrefix("urrbench "))
        #expect(run.output.contains("abc123-dirty"))
        #expect(try BuiltProgram.run(["--version"]).output.contains("unknown"))
    }

    @Test(
        arguments: [
            ([], "urrbench: needs a verb\n"),
            (["wrokload"], "urrbench: unknown verb \"wrokload\"; did you mean \"workload\"?\n"),
            (["workload"], "urrbench: workload: needs FILE\n"),
            (["workload", "f", "--set", "x"], "urrbench: --set: needs path=value, got \"x\"\n"),
            (["help", "nonsense"], "urrbench: VERB: must be one of "),
            (["version", "now"], "urrbench: version: takes no operand, got \"now\"\n"),
            (["show", "/nonexistent.json"], "urrbench: /nonexistent.json: "),
        ] as [([String], String)])
    func wrongUsageIs2AndGoesToStandardError(arguments: [String], message: String) throws {
        let run = try BuiltProgram.run(arguments)
        #expect(run.status == 2)
        #expect(run.output.isEmpty)
        #expect(run.errors.hasPrefix(message))
    }

    @Test func driversAreListed() throws {
        let run = try BuiltProgram.run(["drivers"])
        #expect(run.status == 0)
        #expect(run.output.hasPrefix("embedded "))
    }

    @Test func outputThatCannotBeWrittenIsAnError() throws {
        let run = try ProgramRun(
            "/bin/sh", ["-c", "exec \"$0\" version >/dev/full", BuiltProgram.path])
        #expect(run.status == 3)
        #expect(run.errors.hasPrefix("urrbench: cannot write the output: "))
    }

    @Test func showPrintsAStoredRunWithoutEscapes() throws {
        let directory = try TemporaryDirectory()
        let file = directory.url.appendingPathComponent("run.json")
        try SampleRun.record().json().write(to: file)
        let run = try BuiltProgram.run(["show", file.path], environment: ["TERM": "xterm"])
        #expect(run.status == 0)
        #expect(run.errors.isEmpty)
        #expect(run.output.contains("lag rose to 380,000"))
        #expect(run.output.contains("Result: \(file.path)"))
        #expect(!run.output.contains("\u{1b}"))
    }

    @Test(arguments: ["", "{}", "[1, 2", "{\"schema\": \"something.else\", \"version\": 1}"])
    func showRefusesWhatIsNoResult(text: String) throws {
        let directory = try TemporaryDirectory()
        let file = directory.url.appendingPathComponent("run.json")
        try Data(text.utf8).write(to: file)
        let run = try BuiltProgram.run(["show", file.path])
        #expect(run.status == 2)
        #expect(run.errors.hasPrefix("urrbench: \(file.path): "))
        #expect(run.errors.split(separator: "\n").count == 1)
    }
}
