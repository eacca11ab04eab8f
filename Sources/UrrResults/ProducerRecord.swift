/// What one producer of the workload sent.
public struct ProducerRecord: Codable, Sendable, Equatable {
    /// Name in the workload.
    public var name: String
    /// Topic or queue.
    public var target: String
    /// How many of it were running.
    public var instances: Int
    /// Name of the arrival executor.
    public var executor: String
    /// Whether arrivals came from the schedule alone, whatever the target did.
    public var openLoop: Bool
    /// `constant` or `poisson`: how arrivals vary around the rate.
    public var variance: String
    /// Messages that the schedule asked for within the run.
    public var scheduled: UInt64
    /// Messages that the target accepted.
    public var sent: UInt64
    /// Messages that the target confirmed.
    public var acknowledged: UInt64
    /// Messages that the target refused for good.
    public var failed: UInt64
    /// Offers that the target put off; each is retried and counted again.
    public var backPressured: UInt64
    /// Messages that were scheduled and never offered or given up.
    public var dropped: UInt64
    /// The furthest that the generator fell behind its schedule.
    public var maximumLatenessNs: Int64
    /// Latencies of the measured phase.
    public var latencies: ProducerLatencies
    /// Messages that a retry storm sent again and the target took.
    public var retried: UInt64
    /// Of those, messages that the target knew by producer id and sequence and did not store.
    public var deduplicated: UInt64
    /// The same latencies by the segment in which a message was intended; nil in older results.
    public var segments: [ProducerSegmentRecord]?
    /// What became of sends that failed; nil where they are given up.
    public var fallback: FallbackRecord?

    /// A record of the given values; see the properties.
    public init(
        name: String, target: String, instances: Int, executor: String, openLoop: Bool,
        variance:
            String, scheduled: UInt64, sent: UInt64, acknowledged: UInt64, failed: UInt64,
        backPressured: UInt64, dropped: UInt64, maximumLatenessNs: Int64,
        latencies:
            ProducerLatencies, retried: UInt64 = 0, deduplicated: UInt64 = 0,
        segments: [ProducerSegmentRecord]? = nil, fallback: FallbackRecord? = nil
    ) {
        self.name = name
        self.target = target
        self.instances = instances
        self.executor = executor
        self.openLoop = openLoop
        self.variance = variance
        self.scheduled = scheduled
        self.sent = sent
        self.acknowledged = acknowledged
        self.failed = failed
        self.backPressured = backPressured
        self.dropped = dropped
        self.maximumLatenessNs = maximumLatenessNs
        self.latencies = latencies
        self.retried = retried
        self.deduplicated = deduplicated
        self.segments = segments
        self.fallback = fallback
    }
}

/// A producer's latencies in one segment of its arrivals.
public struct ProducerSegmentRecord: Codable, Sendable, Equatable {
    /// Number of the segment in the run.
    public var index: Int
    /// Its name.
    public var name: String
    /// Latencies of messages that were intended in it.
    public var latencies: ProducerLatencies

    /// A record of the given values; see the properties.
    public init(index: Int, name: String, latencies: ProducerLatencies) {
        self.index = index
        self.name = name
        self.latencies = latencies
    }
}

/// The sending side of the latency ledger.
public struct ProducerLatencies: Codable, Sendable, Equatable {
    /// From the intended to the actual time of sending, or, where the send failed, to the time at
    /// which that was known: what the answer to a user waits for.
    public var sendDelay: HistogramRecord
    /// From sending to the confirmation.
    public var acknowledgement: HistogramRecord

    /// A record of the given values; see the properties.
    public init(
        sendDelay: HistogramRecord, acknowledgement: HistogramRecord
    ) {
        self.sendDelay = sendDelay
        self.acknowledgement = acknowledgement
    }
}
