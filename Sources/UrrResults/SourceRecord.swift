/// What a group did with the messages of one of its topics.
public struct SourceRecord: Codable, Sendable, Equatable {
    /// Name of the topic.
    public var name: String
    /// Messages handled.
    public var handled: UInt64
    /// Messages left out because the group was too far behind.
    public var shed: UInt64
    /// Messages left out because they were too old.
    public var expired: UInt64
    /// Messages left out because the circuit breaker was open.
    public var shortCircuited: UInt64
    /// Latencies of those that were handled.
    public var latencies: GroupLatencies

    /// A record of the given values; see the properties.
    public init(
        name: String, handled: UInt64, shed: UInt64 = 0, expired: UInt64 = 0,
        shortCircuited: UInt64 = 0, latencies: GroupLatencies
    ) {
        self.name = name
        self.handled = handled
        self.shed = shed
        self.expired = expired
        self.shortCircuited = shortCircuited
        self.latencies = latencies
    }
}

/// What the circuit breakers of a group's members did.
public struct BreakerRecord: Codable, Sendable, Equatable {
    /// How often one opened.
    public var opened: Int
    /// How long they were open, added up over the members.
    public var openNs: Int64
    /// Every change, in order.
    public var changes: [BreakerChangeRecord]

    /// A record of the given values; see the properties.
    public init(opened: Int, openNs: Int64, changes: [BreakerChangeRecord]) {
        self.opened = opened
        self.openNs = openNs
        self.changes = changes
    }
}

/// One change of a member's circuit breaker.
public struct BreakerChangeRecord: Codable, Sendable, Equatable {
    /// When, from the start of the run.
    public var atNs: Int64
    /// Number of the member.
    public var member: Int
    /// `closed`, `open` or `half-open`, from then on.
    public var state: String

    /// A record of the given values; see the properties.
    public init(atNs: Int64, member: Int, state: String) {
        self.atNs = atNs
        self.member = member
        self.state = state
    }
}
