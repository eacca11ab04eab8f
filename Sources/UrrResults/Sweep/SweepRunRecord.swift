/// One run of a cell, in short: what scales and what it costs.
public struct SweepRunRecord: Codable, Sendable, Equatable {
    /// Index of the cell.
    public var cell: Int
    /// Which repetition, from 0.
    public var trial: Int
    /// The run's identifier.
    public var runId: String
    /// When it started.
    public var startedAt: String
    /// How long it took, drain included.
    public var durationNs: Int64
    /// Whether its numbers can be trusted.
    public var verdict: VerdictRecord
    /// Messages a second that the schedule asked for, over the measured phase.
    public var offeredPerSecond: Double?
    /// Messages a second that the target accepted.
    public var sentPerSecond: Double?
    /// Processor time of all workers per message sent, in nanoseconds.
    public var processorNsPerMessage: Double?
    /// Share of its processor that the busiest worker used, 0...1.
    public var processorLoad: Double?
    /// Messages lost, altered, delivered in another order, or more often than once.
    public var lost, corrupted, reordered, duplicates: UInt64
    /// What of that is more than the guarantees and the injected faults allow.
    public var violations: UInt64
    /// What the run cost the tool, for simulations; nil in sweeps of before there was that.
    public var costs: RunCostRecord?
    /// One entry per consumer group.
    public var groups: [SweepGroupRecord]

    /// A record of the given values; see the properties.
    public init(
        cell: Int, trial: Int, runId: String, startedAt: String, durationNs: Int64,
        verdict: VerdictRecord, offeredPerSecond: Double? = nil, sentPerSecond: Double? = nil,
        processorNsPerMessage: Double? = nil, processorLoad: Double? = nil, lost: UInt64 = 0,
        corrupted: UInt64 = 0, reordered: UInt64 = 0, duplicates: UInt64 = 0,
        violations: UInt64 = 0, costs: RunCostRecord? = nil, groups: [SweepGroupRecord]
    ) {
        self.cell = cell
        self.trial = trial
        self.runId = runId
        self.startedAt = startedAt
        self.durationNs = durationNs
        self.verdict = verdict
        self.offeredPerSecond = offeredPerSecond
        self.sentPerSecond = sentPerSecond
        self.processorNsPerMessage = processorNsPerMessage
        self.processorLoad = processorLoad
        self.lost = lost
        self.corrupted = corrupted
        self.reordered = reordered
        self.duplicates = duplicates
        self.violations = violations
        self.costs = costs
        self.groups = groups
    }
}

/// One consumer group in one run of a cell.
public struct SweepGroupRecord: Codable, Sendable, Equatable {
    /// Name in the workload.
    public var name: String
    /// Members that were running.
    public var members: Int
    /// Members among them that had no partition.
    public var idleMembers: Int
    /// Messages handled a second, over the measured phase.
    public var handledPerSecond: Double?
    /// Messages handled a second while the group was behind all the time: what it can do, not what
    /// it was asked for. Nil where it was never behind for long enough.
    public var saturatedPerSecond: Double?
    /// The response, with its whole histogram, so that trials can be merged.
    public var response: HistogramRecord
    /// How far the group was behind; without the timeline of its states.
    public var lag: LagRecord

    /// A record of the given values; see the properties.
    public init(
        name: String, members: Int, idleMembers: Int, handledPerSecond: Double? = nil,
        saturatedPerSecond: Double? = nil, response: HistogramRecord, lag: LagRecord
    ) {
        self.name = name
        self.members = members
        self.idleMembers = idleMembers
        self.handledPerSecond = handledPerSecond
        self.saturatedPerSecond = saturatedPerSecond
        self.response = response
        self.lag = lag
    }
}
