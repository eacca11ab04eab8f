import Foundation
import Testing
import UrrResults
import UrrTestSupport
import UrrWorkload

@testable import urrbench

/// Searches in virtual time on a system whose limit is known: two members that each handle 100
/// messages a second.
struct KneeVerbTests {
    private let directory: TemporaryDirectory

    init() throws { directory = try TemporaryDirectory() }

    private func run(_ arguments: [String]) throws -> ProgramRun {
        try ProgramRun(
            BuiltProgram.path,
            [
                "knee", Repository.url("workloads/scaling.json").path, "--virtual", "--results",
                directory.url.path, "--set", "topics.ticket-events.partitions=2", "--set",
                "consumers.0.instances=2", "--set", "consumers.0.serviceTime=10ms",
            ] + arguments)
    }

    private func stored() throws -> [KneeRecord] {
        try FileManager.default.contentsOfDirectory(atPath: directory.url.path).sorted()
            .filter { $0.hasSuffix(".knee.json") }
            .map { try ResultStore.loadKnee(path: directory.url.path + "/" + $0) }
    }

    @Test func theKneeIsWhereTheMembersAreAtTheirLimit() throws {
        let run = try run([
            "--slo", "lag.slope <= 0", "--slo", "response.p99 < 500ms", "--from", "150", "--hold",
            "20000",
        ])
        #expect(run.status == 0, "\(run.errors)")
        let knee = try #require(try stored().first)
        let rate = try #require(knee.finding.ratePerSecond)
        // Messages of fixed length at random: the p99 of the wait reaches 490 ms close to the limit.
        #expect((165...203).contains(rate), "\(rate)")
        #expect(knee.simulated && knee.objectives.count == 2)
        #expect(run.output.contains("The knee is at"))
        let hysteresis = try #require(knee.hysteresis)
        #expect(hysteresis.plateaus.count == 13)
        #expect(try #require(hysteresis.upPerSecond) >= 0.9 * rate)
        // What piled up at the top has to be worked off first.
        #expect(hysteresis.downPerSecond ?? 0 <= hysteresis.upPerSecond ?? 0)
    }

    /// Three short ones; `--repeat 10` with its usual settings is for a release build.
    @Test func severalSearchesAreOfDifferentLoadsAndAgree() throws {
        let run = try run([
            "--slo", "lag.slope <= 0", "--slo", "response.p99 < 500ms", "--repeat", "3",
            "--no-hysteresis", "--from", "150",
        ])
        #expect(run.status == 0, "\(run.errors)")
        let rates = try stored().compactMap(\.finding.ratePerSecond)
        #expect(rates.count == 3)
        #expect(Set(rates).count == 3)
        let low = try #require(rates.min())
        let high = try #require(rates.max())
        #expect((high - low) / low < 0.15, "\(rates)")
        #expect(run.output.contains("3 of 3 searches found a knee"))
    }

    @Test func aLimitThatIsAllowedIsNotAKnee() throws {
        let run = try run([
            "--slo", "response.p99 < 500ms", "--most", "100", "--from", "50", "--no-results",
        ])
        #expect(run.status == 0)
        #expect(run.output.contains("the highest rate that was allowed"))
        #expect(try stored().isEmpty)
    }

    @Test func oneFileHoldsOneSearch() throws {
        let run = try run(["--slo", "lost == 0", "--repeat", "3", "--out", "x", "--no-results"])
        #expect(run.status == 2)
        #expect(run.errors.contains("--out: is one file, and --repeat 3 makes 3 searches"))
        #expect(run.errors.contains("--out: must not be given with --no-results"))
    }

    @Test func anObjectiveThatNoRateMeetsFails() throws {
        let run = try run(["--slo", "response.p50 < 1us", "--from", "4", "--hold", "500"])
        #expect(run.status == 1, "\(run.errors)")
        #expect(run.output.contains("No rate that was allowed held"))
    }

    @Test(arguments: [
        ([], "needs at least one --slo"),
        (["--slo", "response.p99 50ms"], "must have the form"),
        (["--slo", "respnse.p99 < 50ms"], "did you mean \"response.p99\""),
        (["--slo", "peak.response.p99 < 50ms"], "no metric \"peak.response.p99\""),
        (["--slo", "lost == 0", "--hold", "1"], "--hold"),
    ])
    func badInputIsNamed(options: [String], text: String) throws {
        let run = try run(options)
        #expect(run.status == 2)
        #expect(run.errors.contains(text), "\(run.errors)")
    }

    @Test func aClosedLoopHasNoRate() throws {
        let run = try run([
            "--slo", "lost == 0", "--set",
            "producers.0.arrivals={\"executor\": \"closed\", \"inFlight\": 3}",
        ])
        #expect(run.status == 2)
        #expect(run.errors.contains("is a closed loop"))
    }

    // MARK: Judging a step

    private func judge(
        _ objectives: [String], _ change: (inout RunRecord) -> Void
    ) throws -> StepJudge.Judgement? {
        let loaded = try WorkloadFile.load(
            path: Repository.url("workloads/scaling.json").path, checks: .forThisProgram)
        var spec = loaded.spec
        spec.consumers[0].group = "ticket-service-group"
        var record = SampleRun.record()
        record.series.rows = record.series.rows.map { row in
            var row = row
            row.phase = "measure"
            return row
        }
        change(&record)
        return StepJudge(objectives: try KneeObjectives(objectives, spec: spec)).judge(record)
    }

    @Test func theSystemTheToolAndTheMachineAreToldApart() throws {
        let missed = ["lag.max < 10"]
        #expect(try judge(["lag.max < 1000000"]) { _ in }?.outcome == .held)
        #expect(try judge(missed) { _ in }?.outcome == .missed)
        let busy = try judge(missed) { $0.harness.workers[1].busyShare = 0.99 }
        #expect(busy?.outcome == .generatorLimit)
        #expect(busy?.reasons.first?.contains("consumer-0 had work 99 %") == true)
        let stolen = try judge(missed) {
            $0.verdict.reasons = [
                VerdictReason(code: "processor-lost", severity: .suspect, text: "lost")
            ]
        }
        #expect(stolen?.outcome == .disturbed)
        let late = try judge(["lag.max < 1000000"]) {
            $0.verdict = VerdictRecord(
                value: .invalid,
                reasons: [VerdictReason(code: "generator-late", severity: .invalid, text: "late")])
        }
        #expect(late?.outcome == .generatorLimit)
    }

    /// A log that is full holds the lag where it is: the load was not taken all the same.
    @Test func loadThatIsNotTakenIsMissed() throws {
        let pushedBack = try judge(["lag.max < 1000000"]) { record in
            record.accounting.scheduled *= 2
            record.producers[0].backPressured = 5
        }
        #expect(pushedBack?.outcome == .missed)
        #expect(pushedBack?.reasons == ["took only 50 % of what was offered"])
        let notOffered = try judge(["lag.max < 1000000"]) { $0.accounting.scheduled *= 2 }
        #expect(notOffered?.outcome == .generatorLimit)
    }

    @Test func aSlopeIsMissedOnlyBeyondDoubt() throws {
        func outcome(_ slope: Double?, _ error: Double?) throws -> KneeOutcome? {
            try judge(["lag.slope <= 0"]) { record in
                record.groups[0].lag.slopePerSecond = slope
                record.groups[0].lag.slopeErrorPerSecond = error
            }?.outcome
        }
        #expect(try outcome(5, 4) == .held)
        #expect(try outcome(50, 4) == .missed)
        #expect(try outcome(-50, 4) == .held)
        #expect(try outcome(5, nil) == nil)
    }

    @Test func tooFewSamplesAreNoAnswer() throws {
        // Fifty values in the sample's service times.
        #expect(try judge(["service.p99 < 1s"]) { _ in } == nil)
    }

    @Test func upAndDownAreReadFromTheirEnds() {
        func plateau(_ isUp: Bool, _ rate: Double, _ held: Bool) -> KneePlateauRecord {
            KneePlateauRecord(isUp: isUp, ratePerSecond: rate, held: held, objectives: [])
        }
        let record = KneeRun.hysteresis([
            plateau(true, 80, true), plateau(true, 100, true), plateau(true, 120, false),
            plateau(false, 100, false), plateau(false, 80, true),
        ])
        #expect(record.upPerSecond == 100 && record.downPerSecond == 80)
    }
}
