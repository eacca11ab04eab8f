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

    /// What holds where the file says nothing: queues take ten messages in a call.
    init(toQueue: Bool) {
        self.init(messages: toQueue ? ReceivingSpec.longestBatch : 500)
    }
}

/// One producer entry: `instances` producers that share one stream of arrivals.
public struct ProducerSpec: Sendable, Equatable {
    /// The name of the entry, unique in the workload; it selects the random streams.
    public var name: String
    /// Name of the topic or queue that it sends to.
    public var to: String
    /// Which one that is.
    public var target: MessageTarget
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
    /// Messages that are sent again, to a FIFO queue; nil sends each once.
    public var duplicates: DuplicatesSpec?
    /// Whether the target tells repeats by producer id and sequence, and stores each message once.
    public var idempotent: Bool
    /// What becomes of sends that fail; nil gives them up.
    public var fallback: FallbackSpec?
    /// What its messages say; nil for bytes without a meaning.
    public var events: EventsSpec?

    /// An entry made in code; nothing is checked.
    public init(
        name: String, to: String, target: MessageTarget = .topic(0), instances: Int = 1,
        arrivals: ArrivalSpec, keys: KeySpec = .none, messageSize: SizeSpec,
        partitioning: Partitioning = .roundRobin, batch: BatchSpec = BatchSpec(),
        duplicates: DuplicatesSpec? = nil, idempotent: Bool = false, events: EventsSpec? = nil,
        fallback: FallbackSpec? = nil
    ) {
        self.name = name
        self.to = to
        self.target = target
        self.instances = instances
        self.arrivals = arrivals
        self.keys = keys
        self.messageSize = messageSize
        self.partitioning = partitioning
        self.batch = batch
        self.duplicates = duplicates
        self.idempotent = idempotent
        self.fallback = fallback
        self.events = events
    }
}

/// Where a producer sends to, by index into the spec.
public enum MessageTarget: Sendable, Hashable {
    /// A topic of `WorkloadSpec.topics`.
    case topic(Int)
    /// A queue of `WorkloadSpec.queues`.
    case queue(Int)
}
