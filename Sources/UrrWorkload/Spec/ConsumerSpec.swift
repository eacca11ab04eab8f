import UrrPlatform

/// When a consumer commits the offsets of what it has read.
public enum CommitMode: Sendable, Equatable {
    /// After the handler has finished: at least once.
    case afterProcessing
    /// As soon as they were received, before any handler starts: at most once.
    case beforeProcessing
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

/// How the partitions of a group are divided over its members, topic by topic.
public enum PartitionAssignment: String, Sendable, CaseIterable {
    /// Contiguous ranges, the first members get one more where it does not divide.
    case range
    /// Dealt out in turn.
    case roundRobin = "round-robin"
    /// As many as possible stay where they are when members come and go.
    case sticky
}

/// How a group goes over to a new division of its partitions.
public enum RebalanceProtocol: String, Sendable, CaseIterable {
    /// Everybody gives everything back first: all stand still.
    case eager
    /// Only what moves is given back.
    case cooperative
}

/// What a group promises about the effects of its handlers; what breaks it is an error of the run.
public enum Guarantee: String, Sendable, CaseIterable {
    /// A crash may lose effects and never repeats one.
    case atMostOnce = "at-most-once"
    /// A crash may repeat effects and never loses one.
    case atLeastOnce = "at-least-once"
    /// Every effect once: messages may come again, and are skipped by their key.
    case exactlyOnceEffects = "exactly-once-effects"
    /// Neither: a crash may lose and repeat.
    case none
}

/// In which order a group's messages are checked.
public enum OrderCheck: String, Sendable, CaseIterable {
    /// Per producer instance and partition: what a log promises.
    case partition
    /// Also per key, over all partitions and instances: counted, and promised by nobody.
    case key
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
    /// What is done with a message.
    public var handler: HandlerKind
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
    /// What the group promises.
    public var guarantee: Guarantee
    /// Where it remembers what it has handled; nil where it does not.
    public var idempotency: IdempotencySpec?
    /// How it goes over to a new division.
    public var rebalance: RebalanceProtocol
    /// Silence after which a member is taken for dead.
    public var sessionTimeout: Nanoseconds
    /// In which order its messages are checked.
    public var order: OrderCheck
    /// How people are activated who wait in its memory; nil hands every message to a handler.
    public var activation: ActivationSpec?
    /// What it does against a backlog; for topics.
    public var remedies = RemedySpec()

    /// Kafka's default for `session.timeout.ms`.
    public static let defaultSessionTimeout = 45 * nanosecondsPerSecond

    /// A group made in code; nothing is checked.
    public init(
        group: String, topics: [String], topicIndexes: [Int], instances: Int = 1,
        concurrency: Int = 1, handler: HandlerKind = .none,
        serviceTime: ServiceTimeSpec = .fixed(0),
        commit: CommitMode = .afterProcessing, maxPollRecords: Int = 500,
        autoOffsetReset: AutoOffsetReset = .earliest, assignment: PartitionAssignment = .range,
        guarantee: Guarantee = .atLeastOnce, idempotency: IdempotencySpec? = nil,
        rebalance: RebalanceProtocol = .eager,
        sessionTimeout: Nanoseconds = defaultSessionTimeout, order: OrderCheck = .partition,
        activation: ActivationSpec? = nil, receiving: ReceivingSpec? = nil
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
        self.guarantee = guarantee
        self.idempotency = idempotency
        self.rebalance = rebalance
        self.sessionTimeout = sessionTimeout
        self.order = order
        self.activation = activation
        self.receiving = receiving
    }
}
