import Foundation
import Testing
import UrrResults
import UrrTestSupport

/// The main job as a user meets it: a workload file in, a summary and files out, and a clear word
/// for everything that can be wrong. The runs are short and of a debug build, so nothing here
/// depends on how fast they are.
@Suite(.serialized)
struct WorkloadVerbTests {
    static let root = Repository.root.path

    /// A run of half a second with a thousand messages.
    static let quick = """
        {"name": "quick", "phases": {"warmup": "100ms", "measure": "500ms", "drain": "5s"},
         "topics": {"orders": {"partitions": 2, "capacity": "1MiB"}},
         "producers": [{"name": "shop", "to": "orders", "messageSize": 64,
           "arrivals": {"executor": "constant", "rate": 2000}}],
         "consumers": [{"group": "billing", "from": ["orders"], "instances": 2}],
         "thresholds": ["lost == 0", "response.p99 > 1ns"]}
        """

    /// Half a second of a queue: repeats inside and outside the window, failures, dead letters.
    static let queue = """
        {"name": "queue", "phases": {"measure": "600ms", "drain": "5s"},
         "queues": {
           "tickets.fifo": {"deduplicationWindow": "200ms", "visibilityTimeout": "100ms",
             "redrive": {"maxReceiveCount": 2, "deadLetterQueue": "dead.fifo"}},
           "dead.fifo": {}},
         "producers": [{"name": "door", "to": "tickets.fifo", "messageSize": 64,
           "arrivals": {"executor": "burst", "size": 100, "every": "100ms"},
           "keys": {"distribution": "zipf", "cardinality": 50, "exponent": 1},
           "duplicates": {"share": 0.5, "after": {"weights": [["20ms", 1], ["400ms", 1]]}}}],
         "consumers": [{"group": "workers", "from": ["tickets.fifo"], "instances": 4, "batch": 1,
           "retryAfter": "0s", "poisonRate": 0.02}],
         "thresholds": ["lost == 0", "orderBreaks == 0", "notSuppressed == 0",
           "wronglySuppressed == 0", "suppressed > 100", "deadLettered > 0", "admitted > 500",
           "hotGroup.waiting.max > 1ns"]}
        """

    @Test func aQueueIsToldMessageByMessage() throws {
        let directory = try TemporaryDirectory()
        let run = try run(Self.queue, in: directory)
        #expect(run.status == 5, "\(run.output)\(run.errors)")
        #expect(run.output.contains("Queue tickets.fifo (FIFO, dead letters to dead.fifo)"))
        #expect(run.output.contains("exactly the repeats inside the window"))
        #expect(run.output.contains("key-0000000000"))
        #expect(run.output.contains("47 others"))
        let json = try #require(files(in: directory).first { $0.hasSuffix(".json") })
        let record = try ResultStore.load(
            path: directory.url.appendingPathComponent("out/" + json).path)
        #expect(record.thresholds.filter { !$0.passed }.isEmpty)
        let books = try #require(record.queues?.first?.accounting)
        #expect(books.sent == books.suppressed + books.admitted + books.deadLettersLeft)
        #expect(books.violations == 0)
    }

    /// Writes `text` as a workload and runs it, storing results in `results`.
    private func run(
        _ text: String, in directory: TemporaryDirectory, results: String? = nil,
        _ arguments: [String] = []
    ) throws -> ProgramRun {
        let file = directory.url.appendingPathComponent("w.json")
        try Data(text.utf8).write(to: file)
        let target = results ?? directory.url.appendingPathComponent("out").path
        return try BuiltProgram.run(
            ["workload", file.path, "--allow-debug", "--results", target] + arguments)
    }

    private func files(in directory: TemporaryDirectory, _ name: String = "out") -> [String] {
        let path = directory.url.appendingPathComponent(name).path
        return (try? FileManager.default.contentsOfDirectory(atPath: path))?.sorted() ?? []
    }

    @Test func runPrintsASummaryAndWritesOneResult() throws {
        let directory = try TemporaryDirectory()
        let run = try run(Self.quick, in: directory)
        // A debug build makes every run INVALID, and says so.
        #expect(run.status == 5)
        #expect(run.output.contains("Workload quick on driver embedded"))
        #expect(run.output.contains("debug build"))
        #expect(run.output.contains("no message lost, reordered or corrupted"))
        let names = files(in: directory)
        #expect(names.count == 2)
        let json = try #require(names.first { $0.hasSuffix(".json") })
        let record = try ResultStore.load(
            path: directory.url.appendingPathComponent("out/" + json).path)
        #expect(record.accounting.sent == 1000)
        #expect(record.groups[0].accounting.handled == 1000)
        let failed = record.thresholds.filter { !$0.passed }
        #expect(failed.isEmpty)
        let log = try #require(names.first { $0.hasSuffix(".hlog") })
        let text = try String(
            contentsOf: directory.url.appendingPathComponent("out/" + log), encoding: .utf8)
        #expect(text.contains("Tag=billing.response,"))
    }

    @Test func debugBuildRefusesUnlessTold() throws {
        let directory = try TemporaryDirectory()
        let file = directory.url.appendingPathComponent("w.json")
        try Data(Self.quick.utf8).write(to: file)
        let run = try BuiltProgram.run(["workload", file.path])
        #if DEBUG
        #expect(run.status == 2)
        #expect(run.errors.contains("debug build"))
        #expect(run.output.isEmpty)
        #endif
    }

    @Test(
        arguments: [
            ("rate\": 2000", "rate\": -5", "producers[0].arrivals.rate: "),
            ("\"partitions\": 2", "\"partitions\": 0", "topics.orders.partitions: "),
            ("\"messageSize\": 64", "\"messageSise\": 64", "did you mean \"messageSize\""),
            ("\"messageSize\": 64", "\"messageSize\": \"2MiB\"", "messageSize"),
            ("lost == 0", "lots == 0", "did you mean \"lost\""),
        ])
    func badFileIs2AndWritesNothing(old: String, new: String, message: String) throws {
        let directory = try TemporaryDirectory()
        let text = Self.quick.replacingOccurrences(of: old, with: new)
        #expect(text != Self.quick)
        let run = try run(text, in: directory)
        #expect(run.status == 2)
        #expect(run.errors.contains("w.json"))
        #expect(run.errors.contains(message), "\(run.errors)")
        #expect(run.output.isEmpty)
        #expect(files(in: directory).isEmpty)
    }

    @Test func everyProblemIsToldAtOnce() throws {
        let directory = try TemporaryDirectory()
        let text = Self.quick
            .replacingOccurrences(of: "rate\": 2000", with: "rate\": -5")
            .replacingOccurrences(of: "\"partitions\": 2", with: "\"partitions\": 0")
            .replacingOccurrences(of: "\"from\"", with: "\"form\"")
        let run = try run(text, in: directory)
        #expect(run.status == 2)
        for place in ["producers[0].arrivals.rate", "topics.orders.partitions", "form"] {
            #expect(run.errors.contains(place), "\(run.errors)")
        }
    }

    @Test func unreadableInputsAre2() throws {
        let directory = try TemporaryDirectory()
        let empty = directory.url.appendingPathComponent("empty.json")
        try Data().write(to: empty)
        let large = directory.url.appendingPathComponent("large.json")
        try Data(count: 100 << 20).write(to: large)
        let cases = [
            "/nonexistent/w.json", directory.url.path, empty.path, large.path, "no-such-workload",
        ]
        for path in cases {
            let run = try BuiltProgram.run(["workload", path, "--allow-debug"])
            #expect(run.status == 2, "\(path)")
            #expect(run.errors.hasPrefix("urrbench: "), "\(run.errors)")
        }
    }

    @Test func resultsThatCannotBeWrittenLeaveTheSummary() throws {
        let directory = try TemporaryDirectory()
        let blocker = directory.url.appendingPathComponent("blocker")
        try Data().write(to: blocker)
        let run = try run(Self.quick, in: directory, results: blocker.path + "/inside")
        #expect(run.status == 3)
        #expect(run.output.contains("Workload quick"))
        #expect(run.errors.contains("blocker"))
        #expect(files(in: directory).isEmpty)
    }

    @Test func fullDiskLeavesTheSummaryAndNoHalfFile() throws {
        let directory = try TemporaryDirectory()
        let file = directory.url.appendingPathComponent("w.json")
        try Data(Self.quick.utf8).write(to: file)
        let out = directory.url.appendingPathComponent("out").path
        // No file may grow beyond 2 blocks: what a full disk does, without one. The signal that
        // comes with the limit is ignored, as it does not come with a full disk.
        let run = try ProgramRun(
            "/bin/bash",
            [
                "-c", "trap '' XFSZ; ulimit -f 2; exec \"$@\" >&1 | cat", "bash",
                BuiltProgram.path, "workload", file.path, "--allow-debug", "--results", out,
                "--progress", "none",
            ])
        #expect(run.output.contains("Workload quick"))
        #expect(!run.errors.isEmpty)
        #expect(files(in: directory).isEmpty)
    }

    @Test func interruptEndsTheRunAndSavesIt() throws {
        let directory = try TemporaryDirectory()
        let file = directory.url.appendingPathComponent("w.json")
        let long = Self.quick.replacingOccurrences(
            of: "\"measure\": \"500ms\"", with: "\"measure\": \"60s\"")
        try Data(long.utf8).write(to: file)
        let out = directory.url.appendingPathComponent("out").path
        let run = try ProgramRun(
            "/bin/bash",
            [
                "-c", "\"$@\" & pid=$!; sleep 2; kill -INT $pid; wait $pid", "bash",
                BuiltProgram.path, "workload", file.path, "--allow-debug", "--results", out,
            ], timeoutSeconds: 30)
        #expect(run.status == 130)
        #expect(run.output.contains("interrupted"))
        let json = try #require(files(in: directory).first { $0.hasSuffix(".json") })
        let record = try ResultStore.load(path: out + "/" + json)
        #expect(record.interrupted)
        #expect(record.accounting.sent > 0)
    }

    @Test func shippedWorkloadsAreValid() throws {
        for name in ["spike.json", "steady", "fanout", "scale", "closed-loop"] {
            let run = try BuiltProgram.run(
                ["validate", name], environment: ["URRBENCH_HOME": Self.root])
            #expect(run.status == 0, "\(run.errors)")
        }
    }

    @Test func overridesReachTheRunAndItsRecord() throws {
        let directory = try TemporaryDirectory()
        let run = try run(
            Self.quick, in: directory,
            ["--set", "producers.shop.arrivals.rate=1000", "--seed", "9", "--quiet"])
        #expect(run.output.isEmpty)
        let json = try #require(files(in: directory).first { $0.hasSuffix(".json") })
        let record = try ResultStore.load(
            path: directory.url.appendingPathComponent("out/" + json).path)
        #expect(record.accounting.sent == 500)
        #expect(record.seed == 9)
        #expect(record.workload.overrides.count == 2)
    }

    /// Repeats that wait take memory, which the rate and the delay together set.
    @Test(arguments: ["1000000000", "3000000"])
    func tooManyRepeatsAreRefused(rate: String) throws {
        let directory = try TemporaryDirectory()
        let run = try run(
            Self.queue, in: directory,
            [
                "--set", #"producers.0.arrivals={"executor":"constant","rate":\#(rate)}"#, "--set",
                #"producers.0.duplicates={"share":1,"after":"1h"}"#, "--set", "phases.measure=720h",
                "--set", "queues.tickets.fifo.deduplicationWindow=1m", "--progress", "none",
            ])
        #expect(run.status == 2, "\(run.errors)")
        #expect(run.errors.contains("producers[0].duplicates: repeats that wait"), "\(run.errors)")
    }

    @Test func aFolderWithoutWorkloadsIsNamed() throws {
        let directory = try TemporaryDirectory()
        let run = try BuiltProgram.run(["validate", "spike"], directory: directory.url)
        #expect(run.status == 2)
        #expect(run.errors.contains("spike: no such file, and there are no workloads in"))
    }

    @Test func statisticsAreNotMeasured() throws {
        let run = try BuiltProgram.run(["known-answers", "--statistics", "--real"])
        #expect(run.status == 2)
        #expect(run.errors.contains("--real: must not be given with --statistics"))
    }

    @Test func knownAnswersHoldInVirtualTime() throws {
        let run = try BuiltProgram.run(["known-answers", "--short"])
        #expect(run.status == 0, "\(run.output)")
        #expect(run.output.contains("all answers are as expected"))
    }
}
