import UrrPlatform

/// How messages are spread over the partitions of a topic.
public enum Partitioning: Sendable, Equatable {
    /// By Kafka's hash of the key.
    case key
    /// Message `m` of the producer entry goes to partition `m` modulo the number of partitions.
    case roundRobin
    /// All to one partition.
    case partition(Int)
}

/// How a producer groups messages.
public struct BatchSpec: Sendable, Equatable {
    /// Most messages that are handed over in one call.
    public var messages: Int
    /// How long a batch that is not full waits for more; 0 sends what is due at once.
    public var linger: Nanoseconds

    /// `messages` of at least 1, `linger` of at least 0.
    public init(messages: Int = 500, linger: Nanoseconds = 0) {
        self.messages = messages
        self.linger = linger
    }
}

/// One producer entry: `instances` producers that share one stream of arrivals.
public struct ProducerSpec: Sendable, Equatable {
    /// The name of the entry, unique in the workload; it selects the random streams.
    public var name: String
    /// Name of the topic that it sends to.
    public var topic: String
    /// Index of that topic in `WorkloadSpec.topics`.
    public var topicIndex: Int
    /// Producers that the stream is dealt to: message `m` is sent by instance `m % instances`.
    public var instances: Int
    /// When messages are due.
    public var arrivals: ArrivalSpec
    /// What keys they carry.
    public var keys: KeySpec
    /// How large they are.
    public var messageSize: SizeSpec
    /// Where they go.
    public var partitioning: Partitioning
    /// How they are grouped.
    public var batch: BatchSpec
    /// Whether the target tells repeats by producer id and sequence, and stores each message once.
    public var idempotent: Bool

    /// An entry made in code; nothing is checked.
    public init(
        name: String, topic: String, topicIndex: Int = 0, instances: Int = 1,
        arrivals: ArrivalSpec, keys: KeySpec = .none, messageSize: SizeSpec,
        partitioning: Partitioning = .roundRobin, batch: BatchSpec = BatchSpec(),
        idempotent: Bool = false
    ) {
        self.name = name
        self.topic = topic
        self.topicIndex = topicIndex
        self.instances = instances
        self.arrivals = arrivals
        self.keys = keys
        self.messageSize = messageSize
        self.partitioning = partitioning
        self.batch = batch
        self.idempotent = idempotent
    }
}
