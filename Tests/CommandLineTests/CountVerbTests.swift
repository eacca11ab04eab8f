import Foundation
import Testing
import UrrPlatform
import UrrResults
import UrrTestSupport

struct CountVerbTests {
    private static let filter = ["--filter", "log-exclusive-append*b32", "--allow-debug"]

    @Test func countsAreTheSameTwiceAndPassAgainstThemselves() throws {
        let runs = try ComparedRuns()
        let first = try BuiltProgram.run(["count", "--json"] + Self.filter)
        #expect(first.status == 0, "\(first.errors)")
        let record = try CounterRecord(json: Data(first.output.utf8))
        #expect(record.cases.count == 1 && record.buildMode.isEmpty == false)
        try Data(first.output.utf8).write(to: URL(fileURLWithPath: runs.path("c.json")))
        let again = try BuiltProgram.run(
            ["count", "--baseline", runs.path("c.json")] + Self.filter)
        #expect(again.status == 0, "\(again.output)")
        #expect(again.output.contains("not regressed"), "\(again.output)")
        var fewer = record
        for name in fewer.cases.keys { fewer.cases[name]?["retainedBytes"] = 1 }
        try fewer.json().write(to: URL(fileURLWithPath: runs.path("d.json")))
        let worse = try BuiltProgram.run(
            ["count", "--baseline", runs.path("d.json")] + Self.filter)
        #expect(worse.status == 1)
        #expect(worse.output.contains("REGRESSED: log-exclusive-append-64B-b32: retainedBytes"))
    }

    /// The thread that is stepped through takes no signals; the program does.
    @Test func itEndsWhenItIsAskedTo() throws {
        let script = """
            "$B" count --allow-debug & p=$!; sleep 1.5
            blocked=$(awk '/^SigBlk/ { print $2 }' /proc/$p/status)
            echo $((0x$blocked & 0x4003)); kill -TERM $p; wait $p
            """
        let run = try ProgramRun(
            "/bin/bash", ["-c", script], environment: ["B": BuiltProgram.path])
        #expect(run.status == 130, "\(run.errors)")
        #expect(run.output == "0\n", "SIGHUP, SIGINT or SIGTERM is blocked")
    }

    @Test func wrongUsageIsTold() throws {
        let runs = try ComparedRuns()
        try Data("{\"schema\": \"urrbench.counters\", \"version\": 4}".utf8)
            .write(to: URL(fileURLWithPath: runs.path("c.json")))
        let cases: [([String], String)] = [
            (["--filter", "nothing"], "must match a case"),
            (["--baseline", "/nonexistent"], "cannot be read"),
            (["--baseline", runs.path("c.json")], "urrbench.counters version 4"),
        ]
        for (arguments, message) in cases {
            let run = try BuiltProgram.run(["count", "--allow-debug"] + arguments)
            #expect(run.status == 2)
            #expect(run.errors.contains(message), "\(run.errors)")
        }
    }
}
