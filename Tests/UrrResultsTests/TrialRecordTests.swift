import Foundation
import Testing
import UrrTestSupport

@testable import UrrResults

struct TrialRecordTests {
    @Test func takesFiguresWithTheirUnits() {
        let trial = TrialRecord(
            SampleRun.record(), metrics: ["response.p50", "throughput.sent", "nonsense"], block: 3)
        #expect(trial.figures.count == 2)
        #expect(trial.figures["response.p50"]?.unit == .nanoseconds)
        #expect(trial.figures["throughput.sent"]?.direction == .higherIsBetter)
        #expect(trial.block == 3 && trial.runId == SampleRun.record().runId)
    }

    @Test(
        arguments: [
            ("near", 1.0, TrialPlacement.near), ("near, then far", 1, .far), ("far", 0.5, .far),
            ("sibling, then near", 1, .sibling), ("near", 0.8, .disturbed), (nil, 1, .unplaced),
        ] as [(String?, Double, TrialPlacement)])
    func placementIsTheWorseEdge(label: String?, share: Double, expected: TrialPlacement) {
        var record = SampleRun.record()
        record.harness.placement = PlacementRecord(beforeNs: 1, afterNs: 1, label: label)
        for index in record.harness.workers.indices {
            record.harness.workers[index].wallTimeNs = 1_000_000
            record.harness.workers[index].processorTimeNs = Int64(share * 1_000_000)
        }
        #expect(TrialPlacement(record) == expected)
        // Threads that park are not meant to have their processor all the time.
        record.settings.idle = "park"
        #expect(TrialPlacement(record) != .disturbed)
    }

    @Test func halfARunIsInvalid() {
        var record = SampleRun.record()
        record.interrupted = true
        #expect(TrialRecord(record, metrics: []).verdict == .invalid)
    }

    @Test func identityTellsWhatDiffers() {
        let identity = TrialIdentity(SampleRun.record())
        #expect(identity.differences(from: identity) == [])
        var record = SampleRun.record()
        record.machine.memoryBytes += 40 << 20
        record.machine.swiftVersion = "6.4"
        record.machine.gitCommit = "other"
        #expect(identity.differences(from: TrialIdentity(record)) == [])
        record.settings.idle = "park"
        record.driver.facts["setting appendDelay"] = "10 ns"
        #expect(identity.differences(from: TrialIdentity(record)).count == 2)
    }

    @Test func standardMetricsFollowTheLoop() {
        var record = SampleRun.record()
        #expect(ComparedMetrics.standard(for: record).contains("cpu.busy"))
        record.producers[0].openLoop = false
        #expect(ComparedMetrics.standard(for: record).first == "throughput.handled")
    }
}

struct BaselineRecordTests {
    static func baseline() -> BaselineRecord {
        let record = SampleRun.record()
        let trial = TrialRecord(record, metrics: ["response.p50"])
        return BaselineRecord(
            name: "main", identity: TrialIdentity(record), document: record.workload.document,
            metrics: ["response.p50"],
            sessions: [.init(startedAt: record.startedAt, commit: "c", trials: [trial])],
            bands: ["response.p50": 0.03],
            counters: CounterRecord(
                commit: "c", buildMode: "release", compiler: "6", architecture: "x86_64",
                cases: ["case": ["atomics": 1]]))
    }

    @Test func survivesJSON() throws {
        let baseline = Self.baseline()
        #expect(try BaselineRecord(json: try baseline.json()) == baseline)
        let counters = try #require(baseline.counters)
        #expect(try CounterRecord(json: try counters.json()) == counters)
    }

    /// Every prefix is refused, none is a trap.
    @Test func truncatedFilesAreRefused() throws {
        let json = try Self.baseline().json()
        for length in stride(from: 0, to: json.count - 2, by: 97) {
            #expect(throws: ResultError.self) { try BaselineRecord(json: json.prefix(length)) }
        }
    }

    @Test(arguments: [
        ("\n  \"version\" : 1\n}", "\n  \"version\" : 2\n}"), ("urrbench.baseline", "urrbench.run"),
        ("\"sessions\" : [", "\"sessions\" : [], \"others\" : ["), (": 0.03", ": -0.03"),
        (": 0.03", ": 1e999"), (": 0.03", ": \"3\""), ("\"lowerIsBetter\"", "\"downIsBetter\""),
    ])
    func handEditedFilesAreRefused(old: String, new: String) throws {
        let text = String(decoding: try Self.baseline().json(), as: UTF8.self)
        let edited = text.replacingOccurrences(of: old, with: new)
        #expect(edited != text)
        #expect(throws: ResultError.self) { try BaselineRecord(json: Data(edited.utf8)) }
    }

    @Test func negativeCountsAreRefused() throws {
        var counters = try #require(Self.baseline().counters)
        counters.cases["case"] = ["atomics": -1]
        let json = try counters.json()
        #expect(throws: ResultError.self) { try CounterRecord(json: json) }
    }

    @Test(arguments: [
        ("main", true), ("v1.2_x-3", true), ("", false), ("..", false), (".x", false),
        ("a/b", false), ("a b", false), (String(repeating: "x", count: 101), false),
    ])
    func namesAreFileNames(name: String, isGood: Bool) {
        #expect(BaselineStore.isName(name) == isGood)
    }
}
