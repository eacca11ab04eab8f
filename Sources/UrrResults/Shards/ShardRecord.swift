/// What one of several load generators knows of a run that they made together: its books, so that
/// loss and repetition can be judged over all of them.
public struct ShardRecord: Codable, Sendable, Equatable {
    /// Which generator, from 1.
    public var number: Int
    /// How many there were.
    public var count: Int
    /// When its warm-up was to begin, ISO 8601; nil where nothing was agreed on.
    public var startAt: String?
    /// Messages that it sent, in all phases.
    public var sent: [SentMessages]
    /// Messages that its members received, in all phases.
    public var received: [ReceivedMessages]
    /// Messages by group that were delivered to a member which crashed, and never handled.
    public var lostByCrash: [UInt64]

    /// A record of the given values; see the properties.
    public init(
        number: Int, count: Int, startAt: String? = nil, sent: [SentMessages],
        received: [ReceivedMessages], lostByCrash: [UInt64]
    ) {
        self.number = number
        self.count = count
        self.startAt = startAt
        self.sent = sent
        self.received = received
        self.lostByCrash = lostByCrash
    }
}

/// Messages with the sequence numbers from 0 up to `count` that an instance sent to a partition.
public struct SentMessages: Codable, Sendable, Equatable {
    /// Name of the topic.
    public var topic: String
    /// Number of the partition.
    public var partition: Int
    /// The producer instance, numbered over all entries of the workload.
    public var producer: Int
    /// How many.
    public var count: UInt64

    /// A record of the given values; see the properties.
    public init(topic: String, partition: Int, producer: Int, count: UInt64) {
        self.topic = topic
        self.partition = partition
        self.producer = producer
        self.count = count
    }
}

/// Messages of an instance that a group received from a partition.
public struct ReceivedMessages: Codable, Sendable, Equatable {
    /// Index of the group in the record.
    public var group: Int
    /// Name of the topic.
    public var topic: String
    /// Number of the partition.
    public var partition: Int
    /// The producer instance, numbered over all entries of the workload.
    public var producer: Int
    /// Sequence numbers: pairs of the first and the one after the last, ascending and apart.
    public var ranges: [[UInt64]]

    /// A record of the given values; see the properties.
    public init(group: Int, topic: String, partition: Int, producer: Int, ranges: [[UInt64]]) {
        self.group = group
        self.topic = topic
        self.partition = partition
        self.producer = producer
        self.ranges = ranges
    }
}
