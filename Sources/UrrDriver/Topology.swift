import UrrPlatform

/// What a run needs from the target: topics, groups, and how many endpoints will use them.
public struct Topology: Sendable {
    /// A topic and the room it needs.
    public struct Topic: Sendable {
        /// The topic's name, unique in the topology.
        public var name: String
        /// Number of partitions, at least 1.
        public var partitions: Int
        /// Payload bytes that one partition retains.
        public var capacityBytes: Int
        /// Records that one partition retains.
        public var capacityRecords: Int
        /// The largest message in bytes.
        public var maximumMessageBytes: Int
        /// What happens when a partition is full.
        public var whenFull: WhenFull
        /// How long a record is kept at least, where that is limited.
        public var retention: Nanoseconds?
        /// How many payload bytes are kept at most, where that is limited.
        public var retentionBytes: Int?
        /// Producer endpoints that will be made for this topic, each used by its own thread.
        public var producerEndpoints: Int
        /// Messages of the run at the most, where that is known: what need not be reserved.
        public var expectedMessages: Int?
        /// Producer ids that idempotent producers of this topic use, `0 ..< producerIds`.
        public var producerIds = 0

        /// A topic with the given properties.
        public init(
            name: String, partitions: Int, capacityBytes: Int, capacityRecords: Int,
            maximumMessageBytes: Int, whenFull: WhenFull, retention: Nanoseconds? = nil,
            retentionBytes: Int? = nil, producerEndpoints: Int = 1, expectedMessages: Int? = nil
        ) {
            self.name = name
            self.partitions = partitions
            self.capacityBytes = capacityBytes
            self.capacityRecords = capacityRecords
            self.maximumMessageBytes = maximumMessageBytes
            self.whenFull = whenFull
            self.retention = retention
            self.retentionBytes = retentionBytes
            self.producerEndpoints = producerEndpoints
            self.expectedMessages = expectedMessages
        }
    }

    /// A consumer group over one or more topics, or the workers of a queue.
    public struct Group: Sendable {
        /// The group's name, unique in the topology.
        public var name: String
        /// The topics that it reads, as indices into `topics`; none where it reads a queue.
        public var topics: [Int]
        /// The queue that it reads and how; nil where it reads topics.
        public var receiving: Receiving?
        /// Number of members; more members than partitions leaves some of them idle.
        public var members: Int
        /// Where a group starts that has no committed offset, or that was overrun.
        public var offsetReset: OffsetReset
        /// Whether members come and go.
        public var membership = GroupMembership.fixed
        /// How partitions are divided over members.
        public var division = PartitionDivision.range

        /// A group with the given properties.
        public init(
            name: String, topics: [Int], members: Int, offsetReset: OffsetReset,
            receiving: Receiving? = nil
        ) {
            self.name = name
            self.topics = topics
            self.receiving = receiving
            self.members = members
            self.offsetReset = offsetReset
        }
    }

    /// What a full partition does.
    public enum WhenFull: Sendable {
        /// The producer is told; the slowest group holds the log.
        case backpressure
        /// The oldest records go; a group that is overrun misses them.
        case overwrite
    }

    /// Where a group without a valid offset goes on.
    public enum OffsetReset: Sendable {
        /// At the oldest retained record.
        case earliest
        /// Behind the newest record.
        case latest
    }

    /// The topics, in the order that indices refer to.
    public var topics: [Topic]
    /// The queues, in the order that indices refer to.
    public var queues: [Queue]
    /// The groups, in the order that indices refer to.
    public var groups: [Group]

    /// A topology of the given topics, queues and groups.
    public init(topics: [Topic], queues: [Queue] = [], groups: [Group]) {
        self.topics = topics
        self.queues = queues
        self.groups = groups
    }
}

/// One partition of one topic, by index into the topology.
public struct TopicPartition: Sendable, Hashable {
    /// Index of the topic in the topology.
    public var topic: Int
    /// The partition, from 0.
    public var partition: Int

    /// Partition `partition` of topic `topic`.
    public init(topic: Int, partition: Int) {
        self.topic = topic
        self.partition = partition
    }
}

/// Where one group stands in one partition; cold.
public struct GroupPosition: Sendable {
    /// The offset that the next record will get.
    public var endOffset: Int64
    /// The next offset that the group has not yet settled.
    public var committedOffset: Int64

    /// A position with the given offsets.
    @inlinable
    public init(endOffset: Int64, committedOffset: Int64) {
        self.endOffset = endOffset
        self.committedOffset = committedOffset
    }
}

/// Where a producer sends to, by index into the topology.
public enum Destination: Sendable, Hashable {
    /// A topic.
    case topic(Int)
    /// A queue.
    case queue(Int)
}
