/// Where a run is, at one instant. Times in nanoseconds; rates over the last interval.
public struct ProgressSnapshot: Sendable {
    /// One consumer group.
    public struct Group: Sendable {
        /// Name in the workload.
        public var name: String
        /// Messages handled per second.
        public var handledPerSecond: Double
        /// Messages not yet committed; nil where it was not sampled.
        public var lag: Int64?
        /// Age of the oldest unread message in seconds; nil where it was not sampled.
        public var lagSeconds: Double?
        /// 99th percentile of the response so far in the phase; nil where too few samples are in.
        public var responseP99Ns: Int64?

        /// A group; see the properties.
        public init(
            name: String, handledPerSecond: Double, lag: Int64? = nil, lagSeconds: Double? = nil,
            responseP99Ns: Int64? = nil
        ) {
            self.name = name
            self.handledPerSecond = handledPerSecond
            self.lag = lag
            self.lagSeconds = lagSeconds
            self.responseP99Ns = responseP99Ns
        }
    }

    /// Since the start of the run.
    public var elapsedNs: Int64
    /// Length that the run is planned to have, drain included.
    public var plannedNs: Int64
    /// `warmup`, `measure` or `drain`.
    public var phase: String
    /// Messages per second that the schedules asked for.
    public var offeredPerSecond: Double
    /// Messages per second that the target accepted.
    public var sentPerSecond: Double
    /// The groups in the order of the workload.
    public var groups: [Group]
    /// Something to say, such as `stopping`.
    public var note: String?

    /// A snapshot; see the properties.
    public init(
        elapsedNs: Int64, plannedNs: Int64, phase: String, offeredPerSecond: Double,
        sentPerSecond: Double, groups: [Group], note: String? = nil
    ) {
        self.elapsedNs = elapsedNs
        self.plannedNs = plannedNs
        self.phase = phase
        self.offeredPerSecond = offeredPerSecond
        self.sentPerSecond = sentPerSecond
        self.groups = groups
        self.note = note
    }
}
