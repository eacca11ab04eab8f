import Foundation

/// What a capacity plan came to: the smallest size that meets the objectives, and what happens when
/// something is not as assumed. Everything in it was simulated or computed; nothing was measured.
public struct PlanRecord: Codable, Sendable, Equatable {
    /// Says what kind of file this is.
    public static let schema = "urrbench.plan"
    /// Version of the layout that this program writes and reads.
    public static let version = 1
    /// How names of plan files end.
    public static let fileEnding = ".plan.json"

    /// The kind of file.
    public private(set) var schema = Self.schema
    /// The layout.
    public private(set) var version = Self.version
    /// Identifies the plan; letters, digits and hyphens.
    public var planId: String
    /// When it was begun: ISO 8601, UTC, with seconds.
    public var startedAt: String
    /// The workload as the file has it, before its rates were scaled.
    public var workload: WorkloadRecord
    /// The seed of every run.
    public var seed: DecimalUInt64
    /// What carried the messages.
    public var driver: DriverRecord
    /// Where the runs were computed; says nothing about the system that is planned.
    public var machine: MachineRecord
    /// The consumer group that is planned.
    public var group: String
    /// The objectives, as written.
    public var objectives: [String]
    /// What is offered.
    public var load: PlanLoadRecord
    /// Sizes that the search may not exceed; partitions are nil for a queue.
    public var largest: PlanSize
    /// What came out.
    public var finding: PlanFindingRecord
    /// Every simulated run, in order.
    public var trials: [PlanTrialRecord]
    /// What follows from the size that was found; nil where none was.
    public var answer: PlanAnswerRecord?
    /// The rule of thumb's sizes, simulated.
    public var ruleOfThumb: [PlanVariantRecord]
    /// The planned size when something is not as assumed, simulated.
    public var whatIfs: [PlanVariantRecord]
    /// The planned size under the quotas of a service; nil where none was named.
    public var profile: PlanProfileRecord?
    /// What was taken for granted, in words.
    public var assumptions: [String]
    /// How far simulations were from measurements; nil where that was not found out.
    public var prediction: PredictionRecord?
    /// Warm-up, measurement and drain of the planned size's run; empty where there is none.
    public var phases: [PhaseRecord]

    /// A record of the given values; see the properties.
    public init(
        planId: String, startedAt: String, workload: WorkloadRecord, seed: DecimalUInt64,
        driver: DriverRecord, machine: MachineRecord, group: String, objectives: [String],
        load: PlanLoadRecord, largest: PlanSize, finding: PlanFindingRecord,
        trials: [PlanTrialRecord], answer: PlanAnswerRecord? = nil,
        ruleOfThumb: [PlanVariantRecord] = [], whatIfs: [PlanVariantRecord] = [],
        profile: PlanProfileRecord? = nil, assumptions: [String] = [],
        prediction: PredictionRecord? = nil, phases: [PhaseRecord] = []
    ) {
        self.planId = planId
        self.startedAt = startedAt
        self.workload = workload
        self.seed = seed
        self.driver = driver
        self.machine = machine
        self.group = group
        self.objectives = objectives
        self.load = load
        self.largest = largest
        self.finding = finding
        self.trials = trials
        self.answer = answer
        self.ruleOfThumb = ruleOfThumb
        self.whatIfs = whatIfs
        self.profile = profile
        self.assumptions = assumptions
        self.prediction = prediction
        self.phases = phases
    }
}

/// A number of consumers and of partitions.
public struct PlanSize: Codable, Sendable, Hashable {
    /// Members of the group, or workers of the queue.
    public var consumers: Int
    /// Partitions of each topic that the group reads; nil for a queue, which has none.
    public var partitions: Int?

    /// A size of the given counts, at least 1 each.
    public init(consumers: Int, partitions: Int? = nil) {
        self.consumers = consumers
        self.partitions = partitions
    }
}

/// What is offered to the planned group.
public struct PlanLoadRecord: Codable, Sendable, Equatable {
    /// Greatest offered rate of all producers of the file together, in messages per second.
    public var peakPerSecond: Double
    /// Greatest offered rate of the producers that the group reads.
    public var groupPeakPerSecond: Double
    /// When that is reached, from the start of the measured phase.
    public var peakAtNs: Int64
    /// What the file's rates were multiplied with.
    public var scale: Double
    /// Messages of the measured phase that the group reads.
    public var messages: Double
    /// Rate outside the rush, in messages per second: of a ramp the lower of its first and last.
    public var baselinePerSecond: Double
    /// Mean time that a handler takes for a message.
    public var serviceNs: Double
    /// Messages that one consumer handles at a time.
    public var concurrency: Int
    /// Mean bytes of a message.
    public var messageBytes: Double
    /// Share of the messages that the hottest key has, 0...1; 0 without keys.
    public var hottestKeyShare: Double

    /// A record of the given values; see the properties.
    public init(
        peakPerSecond: Double, groupPeakPerSecond: Double, peakAtNs: Int64, scale: Double,
        messages: Double, baselinePerSecond: Double, serviceNs: Double, concurrency: Int,
        messageBytes: Double, hottestKeyShare: Double
    ) {
        self.peakPerSecond = peakPerSecond
        self.groupPeakPerSecond = groupPeakPerSecond
        self.peakAtNs = peakAtNs
        self.scale = scale
        self.messages = messages
        self.baselinePerSecond = baselinePerSecond
        self.serviceNs = serviceNs
        self.concurrency = concurrency
        self.messageBytes = messageBytes
        self.hottestKeyShare = hottestKeyShare
    }
}

/// What a plan came to.
public struct PlanFindingRecord: Codable, Sendable, Equatable {
    /// How the search ended.
    public enum Kind: String, Codable, Sendable, Equatable {
        /// `size` is the smallest that meets the objectives.
        case found
        /// No size that was allowed meets them.
        case impossible
        /// The time that the search was given was over.
        case limited
        /// Stopped before its end.
        case interrupted
    }

    /// How the search ended.
    public var kind: Kind
    /// The smallest size that holds; where the search did not end, the smallest known to hold.
    public var size: PlanSize?
    /// Why there is no size, in sentences.
    public var reasons: [String]
    /// What would have to change, in sentences.
    public var changes: [String]

    /// A record of the given values; see the properties.
    public init(
        kind: Kind, size: PlanSize? = nil, reasons: [String] = [], changes: [String] = []
    ) {
        self.kind = kind
        self.size = size
        self.reasons = reasons
        self.changes = changes
    }
}

extension PlanRecord {
    /// The record as JSON with sorted members.
    public func json() throws(ResultError) -> Data { try RecordFile.encode(self) }

    /// Reads a record. Never traps, whatever the bytes are.
    public init(json: Data) throws(ResultError) {
        self = try RecordFile.decode(json, schema: Self.schema, version: Self.version)
        if finding.kind == .found {
            guard finding.size != nil else {
                throw .malformed(path: "finding.size", reason: "missing")
            }
            guard answer != nil else { throw .malformed(path: "answer", reason: "missing") }
        }
        for (name, rows) in [("ruleOfThumb", ruleOfThumb), ("whatIfs", whatIfs)] {
            for (index, row) in rows.enumerated() {
                try row.trial?.validate("\(name)[\(index)].trial")
            }
        }
        for (index, trial) in trials.enumerated() { try trial.validate("trials[\(index)]") }
    }
}

extension PlanRecord: StorableRecord {
    /// The same as `planId`.
    public var identifier: String { planId }
}

extension ResultStore {
    /// Reads one plan.
    public static func loadPlan(path: String) throws(ResultError) -> PlanRecord {
        try PlanRecord(json: try bytes(path: path))
    }
}
