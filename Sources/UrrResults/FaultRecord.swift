/// What one strike of an injected fault did.
public struct FaultRecord: Codable, Sendable, Equatable {
    /// What it was, in the words of the workload file.
    public var type: String
    /// The group or producer that it was about; nil where it was about neither.
    public var target: String?
    /// The member that it was about; nil where it was about none in particular.
    public var member: Int?
    /// When it was due, from the start of the run.
    public var dueNs: Int64
    /// When it struck, from the start of the run; nil where it never did.
    public var struckNs: Int64?
    /// Deliveries that it made necessary again: delivered and not committed.
    public var redeliveries: UInt64
    /// Messages that a member had in its hands and had not handled.
    public var dropped: UInt64

    /// A record of the given values; see the properties.
    public init(
        type: String, target: String? = nil, member: Int? = nil, dueNs: Int64,
        struckNs: Int64? = nil, redeliveries: UInt64 = 0, dropped: UInt64 = 0
    ) {
        self.type = type
        self.target = target
        self.member = member
        self.dueNs = dueNs
        self.struckNs = struckNs
        self.redeliveries = redeliveries
        self.dropped = dropped
    }
}

/// New divisions of a group's partitions and what they cost.
public struct RebalanceRecord: Codable, Sendable, Equatable {
    /// How often members came or went.
    public var count: Int
    /// How long partitions that changed hands had no reader.
    public var pauses: HistogramRecord

    /// A record of the given values; see the properties.
    public init(count: Int, pauses: HistogramRecord) {
        self.count = count
        self.pauses = pauses
    }
}
