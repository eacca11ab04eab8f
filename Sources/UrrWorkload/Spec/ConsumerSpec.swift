import UrrPlatform

/// When a consumer commits the offsets of what it has read.
public enum CommitMode: Sendable, Equatable {
    /// After the handler has finished: at least once.
    case afterProcessing
    /// Every interval, finished or not.
    case automatic(interval: Nanoseconds)
}

/// Where a group without a committed offset starts.
public enum AutoOffsetReset: String, Sendable, CaseIterable {
    /// At the oldest message that is still there.
    case earliest
    /// At the end.
    case latest
}

/// How the partitions of a group are divided over its members.
public enum PartitionAssignment: String, Sendable, CaseIterable {
    /// Per topic: contiguous ranges, the first members get one more where it does not divide.
    case range
}

/// One consumer group, or the workers of a queue.
public struct ConsumerSpec: Sendable, Equatable {
    /// Name of the group, unique in the workload.
    public var group: String
    /// Names of the topics that it reads; none where it reads a queue.
    public var topics: [String]
    /// The queue that it reads and how; nil where it reads topics.
    public var receiving: ReceivingSpec?
    /// Indexes of those topics in `WorkloadSpec.topics`, in the same order.
    public var topicIndexes: [Int]
    /// Members of the group, or workers. Members beyond the number of partitions stay idle.
    public var instances: Int
    /// Messages that one member handles at a time.
    public var concurrency: Int
    /// Name of the handler; `none` only waits for the service time.
    public var handler: String
    /// How long the handler takes.
    public var serviceTime: ServiceTimeSpec
    /// When offsets are committed.
    public var commit: CommitMode
    /// Most messages that one poll returns.
    public var maxPollRecords: Int
    /// Where the group starts.
    public var autoOffsetReset: AutoOffsetReset
    /// How partitions are divided.
    public var assignment: PartitionAssignment

    /// Name of the handler that does nothing but wait for the service time.
    public static let noHandler = "none"

    /// A group made in code; nothing is checked.
    public init(
        group: String, topics: [String], topicIndexes: [Int], instances: Int = 1,
        concurrency: Int = 1, handler: String = noHandler, serviceTime: ServiceTimeSpec = .fixed(0),
        commit: CommitMode = .afterProcessing, maxPollRecords: Int = 500,
        autoOffsetReset: AutoOffsetReset = .earliest, assignment: PartitionAssignment = .range,
        receiving: ReceivingSpec? = nil
    ) {
        self.group = group
        self.topics = topics
        self.topicIndexes = topicIndexes
        self.instances = instances
        self.concurrency = concurrency
        self.handler = handler
        self.serviceTime = serviceTime
        self.commit = commit
        self.maxPollRecords = maxPollRecords
        self.autoOffsetReset = autoOffsetReset
        self.assignment = assignment
        self.receiving = receiving
    }
}
