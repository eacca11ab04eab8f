import Foundation

/// What a search for the knee found: the highest rate that the system holds under the objectives.
public struct KneeRecord: Codable, Sendable, Equatable {
    /// Says what kind of file this is.
    public static let schema = "urrbench.knee"
    /// Version of the layout that this program writes and reads.
    public static let version = 1
    /// How names of knee files end.
    public static let fileEnding = ".knee.json"

    /// The kind of file.
    public private(set) var schema = Self.schema
    /// The layout.
    public private(set) var version = Self.version
    /// Identifies the search; letters, digits and hyphens.
    public var kneeId: String
    /// When it started: ISO 8601, UTC, with seconds.
    public var startedAt: String
    /// Whether time was virtual.
    public var simulated: Bool
    /// The workload before its arrivals were replaced by steady ones.
    public var workload: WorkloadRecord
    /// The seed of the first step; step `n` runs with `seed + n`.
    public var seed: DecimalUInt64
    /// What carried the messages.
    public var driver: DriverRecord
    /// Where it ran.
    public var machine: MachineRecord
    /// The objectives, as written.
    public var objectives: [String]
    /// Ratio between neighbouring rates of the last stage, minus 1.
    public var resolution: Double
    /// Every step, in order.
    public var steps: [KneeStepRecord]
    /// What came out.
    public var finding: KneeFindingRecord
    /// One run up and down again past the knee; nil where none was made.
    public var hysteresis: KneeHysteresisRecord?

    /// A record of the given values; see the properties.
    public init(
        kneeId: String, startedAt: String, simulated: Bool, workload: WorkloadRecord,
        seed: DecimalUInt64, driver: DriverRecord, machine: MachineRecord, objectives: [String],
        resolution: Double, steps: [KneeStepRecord], finding: KneeFindingRecord,
        hysteresis: KneeHysteresisRecord? = nil
    ) {
        self.kneeId = kneeId
        self.startedAt = startedAt
        self.simulated = simulated
        self.workload = workload
        self.seed = seed
        self.driver = driver
        self.machine = machine
        self.objectives = objectives
        self.resolution = resolution
        self.steps = steps
        self.finding = finding
        self.hysteresis = hysteresis
    }
}

/// What a step showed.
public enum KneeOutcome: String, Codable, Sendable, Equatable {
    /// Every objective held.
    case held
    /// The system missed an objective.
    case missed
    /// The tool was at its own limit, so the step says nothing about the system.
    case generatorLimit
    /// The machine disturbed the step, so it says nothing and was repeated.
    case disturbed
}

/// One rate that was tried, on a system that was set up anew.
public struct KneeStepRecord: Codable, Sendable, Equatable {
    /// `bracket`, `bisect` or `staircase`.
    public var stage: String
    /// Messages a second that were offered, over all producers.
    public var ratePerSecond: Double
    /// Messages a second that the target accepted; nil where it was not measured.
    public var sentPerSecond: Double?
    /// How long the rate was held.
    public var holdNs: Int64
    /// What the step showed.
    public var outcome: KneeOutcome
    /// Why, in words; empty where every objective held.
    public var reasons: [String]
    /// The objectives with their values.
    public var objectives: [ThresholdRecord]
    /// Whether the numbers of the step can be trusted.
    public var verdict: Verdict

    /// A record of the given values; see the properties.
    public init(
        stage: String, ratePerSecond: Double, sentPerSecond: Double? = nil, holdNs: Int64,
        outcome: KneeOutcome, reasons: [String] = [], objectives: [ThresholdRecord],
        verdict: Verdict
    ) {
        self.stage = stage
        self.ratePerSecond = ratePerSecond
        self.sentPerSecond = sentPerSecond
        self.holdNs = holdNs
        self.outcome = outcome
        self.reasons = reasons
        self.objectives = objectives
        self.verdict = verdict
    }
}

/// What a search came to.
public struct KneeFindingRecord: Codable, Sendable, Equatable {
    /// How it ended.
    public enum Kind: String, Codable, Sendable, Equatable {
        /// The knee is at `ratePerSecond`.
        case found
        /// The system held every rate that the tool could offer; the knee is above `lower`.
        case generatorLimit
        /// The system held the highest rate that was allowed, `lower`.
        case aboveAllowed
        /// The system held no rate that was allowed; the knee is below `upper`.
        case belowAllowed
        /// Disturbed or unclear steps only.
        case undecided
        /// Stopped before its end.
        case interrupted
    }

    /// How it ended.
    public var kind: Kind
    /// The knee in messages a second; nil where none was found.
    public var ratePerSecond: Double?
    /// The lower end of its 95 % interval, or the highest rate that held.
    public var lower: Double?
    /// The upper end of its 95 % interval, or the lowest rate that did not hold.
    public var upper: Double?

    /// A record of the given values; see the properties.
    public init(
        kind: Kind, ratePerSecond: Double? = nil, lower: Double? = nil, upper: Double? = nil
    ) {
        self.kind = kind
        self.ratePerSecond = ratePerSecond
        self.lower = lower
        self.upper = upper
    }
}

/// One run whose rate climbs past the knee and comes down again, without a pause in which the
/// system could recover.
public struct KneeHysteresisRecord: Codable, Sendable, Equatable {
    /// The plateaus, in order of time.
    public var plateaus: [KneePlateauRecord]
    /// The highest rate up to which every plateau held on the way up; nil where the first missed.
    public var upPerSecond: Double?
    /// The highest rate from which on every plateau held on the way down; nil where the last missed.
    public var downPerSecond: Double?

    /// A record of the given values; see the properties.
    public init(
        plateaus: [KneePlateauRecord], upPerSecond: Double? = nil, downPerSecond: Double? = nil
    ) {
        self.plateaus = plateaus
        self.upPerSecond = upPerSecond
        self.downPerSecond = downPerSecond
    }
}

/// A steady part of the run up and down.
public struct KneePlateauRecord: Codable, Sendable, Equatable {
    /// Whether it lies before the highest plateau, or is it.
    public var isUp: Bool
    /// Messages a second that were offered.
    public var ratePerSecond: Double
    /// Whether every objective that can be told for a part of a run held.
    public var held: Bool
    /// The objectives with their values.
    public var objectives: [ThresholdRecord]

    /// A record of the given values; see the properties.
    public init(
        isUp: Bool, ratePerSecond: Double, held: Bool, objectives: [ThresholdRecord]
    ) {
        self.isUp = isUp
        self.ratePerSecond = ratePerSecond
        self.held = held
        self.objectives = objectives
    }
}

extension KneeRecord {
    /// The record as JSON with sorted members.
    public func json() throws(ResultError) -> Data { try RecordFile.encode(self) }

    /// Reads a record. Never traps, whatever the bytes are.
    public init(json: Data) throws(ResultError) {
        self = try RecordFile.decode(json, schema: Self.schema, version: Self.version)
        if finding.kind == .found, finding.ratePerSecond == nil {
            throw .malformed(path: "finding.ratePerSecond", reason: "missing")
        }
    }
}

extension KneeRecord: StorableRecord {
    /// The same as `kneeId`.
    public var identifier: String { kneeId }
}

extension ResultStore {
    /// Reads one search.
    public static func loadKnee(path: String) throws(ResultError) -> KneeRecord {
        try KneeRecord(json: try bytes(path: path))
    }
}
