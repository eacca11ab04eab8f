import UrrDriver
import UrrDriverEmbedded
import UrrMeasure
import UrrPlatform
import UrrResults

@testable import UrrEngine

/// A run in virtual time that has ended, with everything that a test may ask about.
struct Simulated<Driver: MessageDriver> {
    let plan: RunPlan
    let outcome: RunOutcome
    let driver: Driver

    /// Runs `scenario` on `driver`; `change` edits the plan before that.
    init(
        _ scenario: Scenario, on driver: Driver, clock: ManualClock = ManualClock(),
        stores: StoreFactory = .memory, observer: (any RunObserver)? = nil,
        change: (inout RunPlan) -> Void = { _ in }
    ) throws {
        var plan = try scenario.plan()
        change(&plan)
        defer { clock.deallocate() }
        let session = try RunSession(
            plan: plan, driver: driver, clock: clock, probe: .none, stores: stores,
            observer: observer)
        outcome = try session.simulate()
        self.plan = plan
        self.driver = driver
    }

    /// What producer entry `entry` counted.
    func sent(_ entry: Int = 0) -> ProducerTally { outcome.producers.tallies[entry] }

    /// What group `group` counted.
    func group(_ group: Int = 0) -> ConsumerTally { outcome.consumers.tallies[group] }

    /// The histogram of one segment of a group, or of its first one.
    func latency(_ kind: ConsumerLatency, group: Int = 0, segment: Int = 1) -> Histogram {
        outcome.consumers.latency(kind, group: group, segment: segment)
    }

    /// The histogram of one segment's acknowledgements.
    func acknowledgement(segment: Int = 1) -> Histogram {
        outcome.producers.acknowledgement[segment]
    }

    /// The record of the run, as it would be stored.
    func record() throws -> RunRecord { try Records.record(of: outcome, plan: plan) }

    /// The codes of everything that speaks against the run, in order.
    func reasons() throws -> [String] { try record().verdict.reasons.map(\.code) }
}

extension Simulated where Driver == EmbeddedDriver {
    /// Runs `scenario` on the embedded core.
    init(_ scenario: Scenario, change: (inout RunPlan) -> Void = { _ in }) throws {
        try self.init(scenario, on: EmbeddedDriver(), change: change)
    }
}

/// Records of outcomes, with made-up surroundings.
enum Records {
    static func record(
        of outcome: RunOutcome, plan: RunPlan, isDebugBuild: Bool = false
    ) throws -> RunRecord {
        try RecordBuilder(plan: plan, outcome: outcome, inputs: inputs(isDebugBuild)).record()
    }

    private static func inputs(_ isDebugBuild: Bool) -> RecordInputs {
        RecordInputs(
            runId: "test", startedAt: "2026-11-21T00:00:00Z",
            workload: WorkloadRecord(name: "scenario", digest: "0", document: .object([:])),
            driver: DriverRecord(name: "test"),
            machine: MachineRecord(
                cpuModel: "test", architecture: "x86_64", logicalCPUs: 2, allowedCPUs: [0, 1],
                memoryBytes: 1 << 30, kernel: "Linux", clockSource: "simulated", clockSpreadPPM: 0,
                timerCostNs: 9, swiftVersion: "6.3", gitCommit: "unknown", buildMode: "release",
                allocator: "test"),
            cost: MeasurementCost(clockReadNs: 9, histogramRecordNs: 2, verificationNs: 5),
            placement: nil, isDebugBuild: isDebugBuild)
    }
}

extension Histogram {
    /// Lowest and highest value, where all values are of one cell or few.
    var bounds: ClosedRange<Nanoseconds>? {
        guard let minimum, let maximum else { return nil }
        return minimum...maximum
    }
}
