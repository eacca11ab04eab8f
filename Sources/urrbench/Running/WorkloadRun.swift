import Foundation
import Glibc
import UrrDriver
import UrrDriverEmbedded
import UrrEngine
import UrrJemalloc
import UrrMeasure
import UrrPlatform
import UrrResults
import UrrWorkload

/// One run of a loaded workload on a driver, from the plan to the record.
struct WorkloadRun {
    let loaded: LoadedWorkload
    let overrides: [String]
    let manner: LiveProgress.Manner
    let settings: DriverSettings
    let runId: String
    let startedAt: Date
    /// Which part of the load this process offers.
    var sharding = ShardOptions()

    init(
        loaded: LoadedWorkload, overrides: [String], settings: DriverSettings = DriverSettings(),
        manner: LiveProgress.Manner
    ) {
        self.loaded = loaded
        self.overrides = overrides
        self.settings = settings
        self.manner = manner
        runId = String(UInt32.random(in: 0...UInt32.max), radix: 36)
        startedAt = Date(timeIntervalSince1970: Double(WallClock.now()) / 1e9)
    }

    /// When the run began, ISO 8601.
    var startedAtText: String { startedAt.formatted(.iso8601) }

    /// Runs the workload on the embedded core in real time; interval histograms go to `log`.
    func execute(log: HistogramLogFile?) throws -> RunRecord {
        let driver = EmbeddedDriver()
        return settings.appendDelay > 0
            ? try execute(on: DelayedDriver(driver, delay: settings.appendDelay), log: log)
            : try execute(on: driver, log: log)
    }

    /// The same on any driver.
    func execute<Driver: MessageDriver>(
        on driver: Driver, log: HistogramLogFile?
    ) throws -> RunRecord {
        let probe = AllocationProbe.jemalloc()
        let calibration = ClockCalibration.measured()
        let clock = TimeStampClock(calibration: calibration)
        var plan = try RunPlan(
            loaded.spec, processors: PinnedThread.allowedCPUs().count,
            runTag: sharding.runTag(seed: loaded.spec.seed), shard: sharding.shard)
        let cost = try MeasurementCost.measure(
            clock: clock, verification: VerificationStep.make(loaded.spec))
        plan.sharding.start = try sharding.start(now: clock.now(), wall: WallClock.now())
        let progress = LiveProgress(manner: manner, plan: plan, log: log)
        let session = try RunSession(
            plan: plan, driver: driver, clock: clock, probe: probe, stores: StoreTable.factory,
            observer: progress)
        let before = Placement.before(plan)
        // Preparing took its time.
        _ = try sharding.start(now: clock.now(), wall: WallClock.now())
        let outcome = try session.run()
        let after = Placement.after(plan)
        progress.finish()
        let machine = MachineFingerprint.current(
            clockSource: clock.source, clockSpreadPPM: calibration.spreadPartsPerMillion,
            timerCostNs: cost.clockReadNs, allocator: probe.name,
            environment: ProcessInfo.processInfo.environment)
        var inputs = RecordInputs(
            runId: runId, startedAt: startedAtText, workload: try workloadRecord(),
            driver: DriverRecord(
                name: Driver.name, semantics: Driver.semantics.summary,
                facts: driver.facts()),
            machine: machine, cost: cost, placement: Placement.record(before, after),
            isDebugBuild: ProgramEnvironment.isDebugBuild)
        inputs.startAt = sharding.startText
        var record = try RecordBuilder(plan: plan, outcome: outcome, inputs: inputs).record()
        record.thresholds = ThresholdJudge.judge(loaded.spec.thresholds, of: record)
        return record
    }

    /// The workload as it was run, with its overrides applied.
    func workloadRecord() throws -> WorkloadRecord {
        let text = loaded.document.compactText
        let digest = IndexedRandom(seed: 0, stream: text)[0]
        return WorkloadRecord(
            name: loaded.spec.name, file: Self.portable(loaded.displayName),
            digest: "\(String(digest, radix: 16))",
            overrides: overrides.map(withoutCredentials),
            document: try JSONDecoder().decode(
                UrrResults.JSONValue.self, from: Data(text.utf8)))
    }

    /// A path that says nothing about the machine: relative ones as they are, of absolute ones the
    /// last part.
    static func portable(_ path: String) -> String {
        path.hasPrefix("/") ? (path as NSString).lastPathComponent : path
    }
}

/// What the run does to check one message, for measuring what that costs.
enum VerificationStep {
    /// The check of a message of the mean size of the producer that sends the largest ones.
    static func make(_ spec: WorkloadSpec) -> (UInt64) -> Void {
        let tracker = SequenceTracker(partitions: 1, producers: 1)
        let mean = spec.producers.map(\.messageSize.meanBytes).max() ?? 0
        let message = UnsafeMutableRawBufferPointer.allocate(
            byteCount: max(TraceHeader.byteCount, Int(mean.rounded())), alignment: 8)
        let filler = Filler(seed: spec.seed, byteCount: message.count)
        filler.fill(message)
        let check = spec.verification == .full ? filler.check : .none
        let base = message.baseAddress!
        return { [filler] number in
            TraceHeader(
                intended: Int64(number), sent: Int64(number), sequence: number, keyIndex: 0,
                producer: 0, segment: 1, runTag: 1
            ).write(to: base)
            let header = TraceHeader(reading: base)
            guard header.isIntact(runTag: 1), check.passes(UnsafeRawBufferPointer(message)) else {
                return
            }
            _ = filler
            _ = tracker.deliver(partition: 0, producer: 0, sequence: header.sequence)
        }
    }
}

/// How far the first producing and the first consuming worker are apart.
private enum Placement {
    /// Tries to bring the two together, for at most about half a second.
    static func before(_ plan: RunPlan) -> Double? {
        cpus(plan).flatMap { PlacementProbe.pullTogether(first: $0.0, second: $0.1, attempts: 8) }
    }

    static func after(_ plan: RunPlan) -> Double? {
        cpus(plan).flatMap { PlacementProbe.measure(first: $0.0, second: $0.1) }
    }

    static func record(_ before: Double?, _ after: Double?) -> PlacementRecord? {
        guard let before, let after else { return nil }
        let labels = [before, after].map { PlacementProbe.placement($0).rawValue }
        return PlacementRecord(
            beforeNs: before, afterNs: after,
            label: labels[0] == labels[1] ? labels[0] : labels.joined(separator: ", then "))
    }

    private static func cpus(_ plan: RunPlan) -> (Int, Int)? {
        let cpus = PinnedThread.allowedCPUs()
        guard plan.pin, cpus.count > 1 else { return nil }
        return (cpus[0], cpus[plan.producerWorkers % cpus.count])
    }
}
