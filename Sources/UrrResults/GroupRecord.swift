/// What one consumer group received and did.
public struct GroupRecord: Codable, Sendable, Equatable {
    /// Name in the workload.
    public var name: String
    /// Topics or queues that it reads.
    public var sources: [String]
    /// Members that were running.
    public var members: Int
    /// Members that had no partition, because there are fewer of those.
    public var idleMembers: Int
    /// What was counted.
    public var accounting: GroupAccounting
    /// Latencies of the measured phase.
    public var latencies: GroupLatencies
    /// The same latencies by the segment in which a message was intended.
    public var segments: [GroupSegmentRecord]
    /// How far the group was behind.
    public var lag: LagRecord
    /// The first broken guarantees in words, for whoever looks for the cause.
    public var firstViolations: [String]
    /// What the group promises about effects: `at-least-once` and so on.
    public var guarantee: String
    /// What it asked of its idempotency store; nil without one.
    public var store: StoreRecord?
    /// What its service did, beside the senders' books; nil without one.
    public var service: ServiceRecord?
    /// The hottest keys and the others; nil where none is hotter, or handlers take no time.
    public var keys: [KeyShareRecord]?
    /// New divisions of the partitions; nil where members did not come and go.
    public var rebalances: RebalanceRecord?
    /// Its topics one by one; nil where it reads one only and leaves nothing out.
    public var bySource: [SourceRecord]?
    /// What its circuit breakers did; nil where it has none.
    public var breaker: BreakerRecord?

    /// A record of the given values; see the properties.
    public init(
        name: String, sources: [String], members: Int, idleMembers: Int,
        accounting:
            GroupAccounting, latencies: GroupLatencies, segments: [GroupSegmentRecord] = [],
        lag:
            LagRecord, firstViolations: [String] = [], guarantee: String = "at-least-once",
        store: StoreRecord? = nil, service: ServiceRecord? = nil, keys: [KeyShareRecord]? = nil,
        bySource: [SourceRecord]? = nil, breaker: BreakerRecord? = nil,
        rebalances: RebalanceRecord? = nil
    ) {
        self.name = name
        self.sources = sources
        self.members = members
        self.idleMembers = idleMembers
        self.accounting = accounting
        self.latencies = latencies
        self.segments = segments
        self.lag = lag
        self.firstViolations = firstViolations
        self.guarantee = guarantee
        self.store = store
        self.service = service
        self.keys = keys
        self.rebalances = rebalances
        self.bySource = bySource
        self.breaker = breaker
    }
}

/// Exact counts of one consumer group.
public struct GroupAccounting: Codable, Sendable, Equatable {
    /// First deliveries.
    public var delivered: UInt64
    /// Messages whose handling succeeded, each counted once.
    public var handled: UInt64
    /// Attempts at handling that failed.
    public var failed: UInt64
    /// Deliveries beyond the first, whatever the reason.
    public var duplicates: UInt64
    /// Messages that were confirmed to the producer and never delivered, or delivered to a member
    /// that crashed and never handled.
    public var lost: UInt64
    /// Messages that came after a later one of the same key.
    public var reordered: UInt64
    /// Deliveries again because the group went back to a committed or chosen offset, or because
    /// the target says that they are repeats.
    public var redelivered: UInt64
    /// Messages that went to the dead-letter queue.
    public var deadLettered: UInt64
    /// Messages that retention removed before they were read.
    public var outOfRange: UInt64
    /// Messages still unread or unhandled when the run ended.
    public var unhandledAtEnd: UInt64
    /// Deliveries whose content did not match its check.
    public var corrupted: UInt64
    /// Deliveries of copies that producers sent again.
    public var copies: UInt64
    /// Messages that were handled although their effect had been applied before.
    public var repeated: UInt64
    /// Deliveries that were skipped as repeats by the group's store.
    public var skipped: UInt64
    /// First deliveries after one of the same key that was due later, over all partitions and
    /// producers; 0 where that is not asked for. Nobody promises it.
    public var keyReordered: UInt64
    /// Messages left out because the group was too far behind.
    public var shed: UInt64
    /// Messages left out because they were too old.
    public var expired: UInt64
    /// Messages left out because the circuit breaker was open.
    public var shortCircuited: UInt64
    /// Messages for which more went wrong than the guarantee and the injected faults allow.
    public var violations: UInt64

    /// A record of the given values; see the properties.
    public init(
        delivered: UInt64, handled: UInt64, failed: UInt64, duplicates: UInt64, lost: UInt64,
        reordered: UInt64, redelivered: UInt64, deadLettered: UInt64, outOfRange: UInt64,
        unhandledAtEnd: UInt64, corrupted: UInt64, copies: UInt64 = 0, repeated: UInt64 = 0,
        skipped: UInt64 = 0, keyReordered: UInt64 = 0, shed: UInt64 = 0, expired: UInt64 = 0,
        shortCircuited: UInt64 = 0, violations: UInt64 = 0
    ) {
        self.delivered = delivered
        self.handled = handled
        self.failed = failed
        self.duplicates = duplicates
        self.lost = lost
        self.reordered = reordered
        self.redelivered = redelivered
        self.deadLettered = deadLettered
        self.outOfRange = outOfRange
        self.unhandledAtEnd = unhandledAtEnd
        self.corrupted = corrupted
        self.copies = copies
        self.repeated = repeated
        self.skipped = skipped
        self.keyReordered = keyReordered
        self.shed = shed
        self.expired = expired
        self.shortCircuited = shortCircuited
        self.violations = violations
    }
}

/// The receiving side of the latency ledger.
public struct GroupLatencies: Codable, Sendable, Equatable {
    /// From the confirmation by the target (or sending) to reception.
    public var queueing: HistogramRecord
    /// From the start of handling to its end.
    public var service: HistogramRecord
    /// From the intended time of sending to reception.
    public var response: HistogramRecord
    /// From the intended time of sending to the end of handling.
    public var endToEnd: HistogramRecord

    /// A record of the given values; see the properties.
    public init(
        queueing: HistogramRecord, service: HistogramRecord, response: HistogramRecord,
        endToEnd:
            HistogramRecord
    ) {
        self.queueing = queueing
        self.service = service
        self.response = response
        self.endToEnd = endToEnd
    }
}

/// The latencies of the messages that were intended in one segment.
public struct GroupSegmentRecord: Codable, Sendable, Equatable {
    /// Index of the segment in `RunRecord.segments`.
    public var index: Int
    /// Name of the segment.
    public var name: String
    /// Latencies of those messages.
    public var latencies: GroupLatencies

    /// A record of the given values; see the properties.
    public init(
        index: Int, name: String, latencies: GroupLatencies
    ) {
        self.index = index
        self.name = name
        self.latencies = latencies
    }
}
