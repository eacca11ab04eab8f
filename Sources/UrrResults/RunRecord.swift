/// Everything that one run said about itself: what was asked for, on which machine, what was
/// counted and measured, and how far it can be trusted.
///
/// All times are nanoseconds; those called `...AtNs`, `startNs`, `endNs` count from the start of
/// the run. A reader needs nothing but this record to repeat the run or to compare it with another.
public struct RunRecord: Codable, Sendable, Equatable {
    /// Says what kind of file this is.
    public static let schema = "urrbench.run"
    /// Version of the layout that this program writes and reads.
    public static let version = 1

    /// Identifies the run; letters, digits and hyphens.
    public var runId: String
    /// When the run started: ISO 8601, UTC, with seconds.
    public var startedAt: String
    /// From the start of the first phase to the end of the last.
    public var durationNs: Int64
    /// Whether time was virtual.
    public var simulated: Bool
    /// Whether the run was stopped before its end; what was measured until then is here.
    public var interrupted: Bool
    /// What was asked for.
    public var workload: WorkloadRecord
    /// The seed of every random number of the run, written as a decimal string because JSON numbers
    /// are exact only up to 2^53.
    public var seed: DecimalUInt64
    /// What carried the messages.
    public var driver: DriverRecord
    /// Where it ran.
    public var machine: MachineRecord
    /// How the run was laid out over threads.
    public var settings: SettingsRecord
    /// Warm-up, measurement and drain, in order of time.
    public var phases: [PhaseRecord]
    /// Named parts of the arrival curves, in order of time.
    public var segments: [SegmentRecord]
    /// One entry per producer of the workload.
    public var producers: [ProducerRecord]
    /// One entry per consumer group of the workload.
    public var groups: [GroupRecord]
    /// One entry per queue of the workload; nil where it has none, and in records from before there
    /// were queues.
    public var queues: [QueueRecord]?
    /// The books of one of several load generators; nil of the only one.
    public var shard: ShardRecord?
    /// Ids of the runs of all load generators that were put together into this record; nil for a run.
    public var mergedFrom: [String]?
    /// What was counted, over all producers and groups.
    public var accounting: AccountingRecord
    /// What went wrong on purpose, in order of time.
    public var faults: [FaultRecord]
    /// What happened second by second.
    public var series: SeriesRecord
    /// What the measuring itself cost.
    public var harness: HarnessRecord
    /// The thresholds of the workload with their outcome.
    public var thresholds: [ThresholdRecord]
    /// Whether the run can be trusted, apart from whether thresholds passed.
    public var verdict: VerdictRecord

    /// A record of the given values; see the properties.
    public init(
        runId: String, startedAt: String, durationNs: Int64, simulated: Bool, interrupted: Bool,
        workload: WorkloadRecord, seed: DecimalUInt64, driver: DriverRecord, machine: MachineRecord,
        settings: SettingsRecord, phases: [PhaseRecord], segments: [SegmentRecord] = [],
        producers:
            [ProducerRecord], groups: [GroupRecord], accounting: AccountingRecord,
        faults: [FaultRecord] = [], series: SeriesRecord,
        harness: HarnessRecord, thresholds: [ThresholdRecord] = [], verdict: VerdictRecord
    ) {
        self.runId = runId
        self.startedAt = startedAt
        self.durationNs = durationNs
        self.simulated = simulated
        self.interrupted = interrupted
        self.workload = workload
        self.seed = seed
        self.driver = driver
        self.machine = machine
        self.settings = settings
        self.phases = phases
        self.segments = segments
        self.producers = producers
        self.groups = groups
        self.accounting = accounting
        self.faults = faults
        self.series = series
        self.harness = harness
        self.thresholds = thresholds
        self.verdict = verdict
    }
}
