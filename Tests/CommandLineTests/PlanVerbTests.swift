import Foundation
import Testing
import UrrResults
import UrrTestSupport

/// Plans of systems whose smallest size can be reckoned: messages at equal distances, each handled
/// in 2.5 ms, so that one consumer does 400 a second.
struct PlanVerbTests {
    private let directory: TemporaryDirectory

    init() throws {
        directory = try TemporaryDirectory()
        try Self.workload.write(
            to: directory.url.appendingPathComponent("w.json"), atomically: true, encoding: .utf8)
    }

    private static let workload = """
        {"name": "known", "seed": 1,
         "phases": {"warmup": "0s", "measure": "2s", "drain": "1s"},
         "topics": {"t": {"partitions": 1, "capacity": "1MiB"}},
         "producers": [{"name": "p", "to": "t", "messageSize": 168,
           "partitioning": "round-robin",
           "arrivals": {"executor": "constant", "rate": 1000, "variance": "uniform"}}],
         "consumers": [
           {"group": "g", "from": ["t"], "instances": 1, "serviceTime": "2500us"}]}
        """
    private static let fixedKey = [
        "--set", "producers.0.keys={\"distribution\": \"fixed\"}", "--set",
        "producers.0.partitioning=key",
    ]

    private func run(_ arguments: [String]) throws -> ProgramRun {
        try ProgramRun(
            BuiltProgram.path,
            ["plan", directory.url.path + "/w.json"] + arguments,
            environment: ["URRBENCH_HOME": Repository.root.path])
    }

    private var path: String { directory.url.path + "/plan.json" }

    private func plan(_ arguments: [String]) throws -> (PlanRecord, ProgramRun) {
        let run = try run(["--out", path] + arguments)
        return (try ResultStore.loadPlan(path: path), run)
    }

    @Test func theSmallestSizeIsTheOneThatCanBeReckoned() throws {
        let (plan, run) = try plan([
            "--slo", "response.p99 < 10ms", "--per-instance", "2", "--replication", "3",
            "--profile", "sqs-fifo",
        ])
        #expect(run.status == 0, "\(run.errors)")
        // 1,000/s x 2.5 ms = 2.5.
        #expect(plan.finding.size == PlanSize(consumers: 3, partitions: 3))
        #expect(run.output.flat.contains("needs 3 consumers, 3 partitions"))
        let answer = try #require(plan.answer)
        #expect(answer.instances == 2)
        // Three consumers do 1,200/s; a little more piles up too slowly to be seen in 2 s.
        let held = try #require(answer.margin?.heldFactor)
        #expect((1.17...1.206).contains(held), "\(held)")
        #expect(answer.bottleneck.kind == .consumers)
        #expect(abs(answer.bottleneck.consumers - 2.5 / 3) < 1e-9)
        #expect(answer.storage.bytesPerDay == 1000 * 86_400 * 200 * 3)
        #expect(answer.storage.retainedBytes == 7 * answer.storage.bytesPerDay)
        #expect(answer.trial.objectives[0].actual.map { $0 < 2_600_000 } == true)
        #expect(plan.ruleOfThumb.map { $0.trial?.size.consumers } == [3, 6, 9])
        let quota = plan.profile?.quotas.first { $0.quantity == "inFlight" }
        #expect(quota?.needed == 30 && quota?.isExceeded == false)
        #expect(run.errors.contains("runs in virtual time"))
    }

    @Test func everyWhatIfIsSimulated() throws {
        let keys = "{\"distribution\": \"uniform\", \"cardinality\": 100000}"
        let (plan, _) = try plan([
            "--slo", "response.p99 < 50ms", "--peak", "600/s", "--quiet", "--hot-share", "90",
            "--set", "producers.0.keys=\(keys)", "--set", "producers.0.partitioning=key",
            "--set", "consumers.0.sessionTimeout=500ms",
        ])
        // One consumer does 400/s.
        #expect(plan.finding.size == PlanSize(consumers: 2, partitions: 2))
        let held = plan.whatIfs.map { $0.trial?.held }
        #expect(held == [false, false, false, false, false])
        let crash = try #require(plan.whatIfs.first?.trial)
        // Nobody reads half of the messages for half a second.
        #expect(crash.lagPeak >= 100, "\(crash.lagPeak)")
        let page = try ProgramRun(
            BuiltProgram.path, ["report", path, "--format", "markdown"])
        #expect(page.status == 0, "\(page.errors)")
        #expect(page.output.contains("What if") && page.output.contains("one hot concert"))
    }

    /// A handler whose end is noticed 20 ms late has no response below 10 ms.
    @Test func aCalibrationChangesTheAnswerAndIsNamed() throws {
        var sweep = SampleSweep.record(counts: [1], trials: 1) { _, _ in 1 }
        sweep.machine?.cpuModel = "another machine"
        sweep.runs[0].costs = RunCostRecord(
            consumerThreads: 1, handled: 5000, excessNs: 20_000_000, consumed: 0)
        let file = directory.url.path + "/s.sweep.json"
        try sweep.json().write(to: URL(fileURLWithPath: file))
        let options = ["--slo", "response.p99 < 10ms", "--max-consumers", "4", "--quiet"]
        let (without, _) = try plan(options)
        let (calibrated, _) = try plan(options + ["--calibration", file])
        #expect(without.finding.size?.consumers == 3)
        #expect(calibrated.finding.kind == .impossible)
        let said = calibrated.assumptions.joined(separator: " ")
        #expect(said.contains("Calibrated with sweep sample (driver embedded, another machine)"))
        #expect(said.contains("Doubtful: the calibration is of another machine"), "\(said)")
    }

    /// A queue has workers and no partitions; its hottest message group caps it.
    @Test func workersOfAQueueArePlanned() throws {
        let run = try ProgramRun(
            BuiltProgram.path,
            [
                "plan", "admission.json", "--slo", "response.p99 < 1s", "--quiet", "--out", path,
                "--set", "phases.measure=3s", "--set", "producers.0.duplicates=null", "--set",
                "consumers.0.failureRate=0", "--set", "consumers.0.poisonRate=0", "--set",
                "consumers.0.crash=null",
            ], environment: ["URRBENCH_HOME": Repository.root.path])
        #expect(run.status == 0, "\(run.errors)")
        let plan = try ResultStore.loadPlan(path: path)
        let size = try #require(plan.finding.size)
        // 3,000/s of about 340 us each are the work of 1.03.
        #expect((2...4).contains(size.consumers) && size.partitions == nil)
        #expect(plan.whatIfs.count == 4)
        let share = plan.load.hottestKeyShare
        let cap = try #require(plan.answer?.keyCapPerSecond)
        #expect(abs(cap * share * plan.load.serviceNs / 1e9 - 1) < 1e-9)
    }

    @Test func theHottestKeyIsNamedWithItsCap() throws {
        let (plan, run) = try plan(
            ["--slo", "response.p99 < 10ms", "--max-consumers", "8", "--quiet"] + Self.fixedKey)
        #expect(run.status == 1)
        #expect(plan.finding.kind == .impossible)
        let reasons = plan.finding.reasons.joined()
        #expect(reasons.contains("hottest key has 100 % of the messages"), "\(reasons)")
        #expect(plan.finding.changes.joined().contains("peak below 400/s"))
        let (within, _) = try self.plan(
            [
                "--slo", "response.p99 < 10ms", "--peak", "390/s", "--quiet", "--set",
                "phases.measure=4s",
            ] + Self.fixedKey)
        #expect(within.finding.size == PlanSize(consumers: 1, partitions: 1))
        #expect(within.answer?.keyCapPerSecond.map { abs($0 - 400) < 1e-6 } == true)
    }

    @Test func anObjectiveBelowTheServiceTimeIsImpossible() throws {
        let run = try run(["--slo", "response.p99 < 1ms", "--no-results", "--max-consumers", "4"])
        #expect(run.status == 1)
        let text = run.output.flat
        #expect(text.contains("Handling alone has a p99 of 2.50 ms"), "\(run.output)")
    }

    @Test func tooFewConsumersAreAReasonToAllowMore() throws {
        let run = try run([
            "--slo", "response.p99 < 10ms", "--no-results", "--max-consumers", "2",
        ])
        #expect(run.status == 1)
        #expect(run.output.flat.contains("Raise --max-consumers"), "\(run.output)")
    }

    @Test func theTimeIsLimited() throws {
        let run = try run(["--slo", "response.p99 < 10ms", "--no-results", "--limit", "1ms"])
        #expect(run.status == 5, "\(run.errors)")
        #expect(run.output.flat.contains("The time was over before the smallest size was known"))
    }

    @Test func jsonIsTheRecord() throws {
        let run = try run(["--slo", "lag.max < 100000", "--no-results", "--json", "--quiet"])
        #expect(run.status == 0, "\(run.errors)")
        let plan = try PlanRecord(json: Data(run.output.utf8))
        #expect(plan.simulatedEverywhere)
    }

    @Test(arguments: [
        ([], "needs at least one --slo"),
        (["--slo", "respnse.p99 < 50ms"], "plan: --slo: no metric \"respnse.p99\"; did you mean"),
        (["--slo", "lost == 0", "--peak", "0/s"], "--peak: must be a rate above 0"),
        (["--slo", "lost == 0", "--group", "f"], "--group: no group \"f\""),
        (["--slo", "lost == 0", "--profile", "sqs"], "--profile: sqs: no such profile"),
        (["--slo", "lost == 0", "--calibration", "/no/such.json"], "calibration: /no/such.json"),
        (["--slo", "lag.max < 5", "--slo", "lag.max > 6"], "no value meets both \"lag.max < 5\""),
        (["--slo", "lost == 0", "--limit", "soon"], "--limit: must be a time above 0"),
        (
            ["--slo", "lost == 0", "--max-consumers", "9", "--max-partitions", "8"],
            "--max-partitions: must be at least --max-consumers"
        ),
        (
            [
                "--slo", "lost == 0", "--set",
                "producers.0.arrivals={\"executor\": \"closed\","
                    + " \"inFlight\": 3}",
            ], "is a closed loop"
        ),
        (["--slo", "response.p99.99 < 1s"], "percentiles need at least"),
        (["--slo", "lost == 0", "--out", "x", "--no-results"], "--out: must not be given with"),
    ])
    func badInputIsNamed(options: [String], text: String) throws {
        let run = try run(options)
        #expect(run.status == 2)
        #expect(run.errors.contains(text), "\(run.errors)")
    }

    @Test func problemsAreToldTogether() throws {
        let run = try run(["--slo", "x", "--peak", "y", "--limit", "z", "--profile", "q"])
        #expect(run.status == 2)
        for text in ["--slo", "--peak", "--limit", "--profile"] {
            #expect(run.errors.contains("plan: \(text)"), "\(run.errors)")
        }
    }
}

extension PlanRecord {
    /// Whether the record says of itself that nothing in it was measured.
    fileprivate var simulatedEverywhere: Bool {
        assumptions.contains { $0.contains("nothing was measured") }
    }
}

extension String {
    /// The text without line breaks and margins.
    fileprivate var flat: String { split { $0.isWhitespace }.joined(separator: " ") }
}
