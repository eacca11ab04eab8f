/// The run in equal intervals.
public struct SeriesRecord: Codable, Sendable, Equatable {
    /// Length of an interval.
    public var intervalNs: Int64
    /// One row per interval, in order of time.
    public var rows: [SeriesRow]

    /// A record of the given values; see the properties.
    public init(
        intervalNs: Int64, rows: [SeriesRow] = []
    ) {
        self.intervalNs = intervalNs
        self.rows = rows
    }
}

/// One interval of the run. Counts are those of the interval, not running totals.
public struct SeriesRow: Codable, Sendable, Equatable {
    /// End of the interval, from the start of the run.
    public var atNs: Int64
    /// Phase that the interval ended in.
    public var phase: String
    /// Messages that the schedules asked for.
    public var offered: UInt64
    /// Messages that the target accepted.
    public var sent: UInt64
    /// Messages that the target confirmed.
    public var acknowledged: UInt64
    /// One entry per group, in the order of `RunRecord.groups`.
    public var groups: [SeriesGroupRow]
    /// Memory of the process that is resident at the end of the interval; nil where it is not
    /// known, or time was virtual.
    public var residentBytes: Int64?

    /// A record of the given values; see the properties.
    public init(
        atNs: Int64, phase: String, offered: UInt64, sent: UInt64, acknowledged: UInt64,
        groups:
            [SeriesGroupRow] = [], residentBytes: Int64? = nil
    ) {
        self.atNs = atNs
        self.phase = phase
        self.offered = offered
        self.sent = sent
        self.acknowledged = acknowledged
        self.groups = groups
        self.residentBytes = residentBytes
    }
}

/// One group in one interval.
public struct SeriesGroupRow: Codable, Sendable, Equatable {
    /// Deliveries.
    public var delivered: UInt64
    /// Messages handled.
    public var handled: UInt64
    /// Greatest lag seen in the interval; nil where it was not sampled.
    public var lag: Int64?
    /// Greatest age of the oldest unread message, in seconds.
    public var lagSeconds: Double?
    /// Median response of the interval; nil where there were too few samples.
    public var responseP50Ns: Int64?
    /// 99th percentile of the response of the interval; nil where there were too few samples.
    public var responseP99Ns: Int64?
    /// Greatest response of the interval; nil where nothing was received.
    public var responseMaxNs: Int64?

    /// A record of the given values; see the properties.
    public init(
        delivered: UInt64, handled: UInt64, lag: Int64? = nil, lagSeconds: Double? = nil,
        responseP50Ns: Int64? = nil, responseP99Ns: Int64? = nil, responseMaxNs: Int64? = nil
    ) {
        self.delivered = delivered
        self.handled = handled
        self.lag = lag
        self.lagSeconds = lagSeconds
        self.responseP50Ns = responseP50Ns
        self.responseP99Ns = responseP99Ns
        self.responseMaxNs = responseMaxNs
    }
}
