import UrrPlatform

/// What becomes of the messages of a queue that were delivered too often.
public struct RedriveSpec: Sendable, Equatable {
    /// Deliveries after which a message goes to the dead-letter queue instead of out again.
    public var maxReceiveCount: Int
    /// Name of the dead-letter queue.
    public var deadLetterQueue: String
    /// Index of that queue in `WorkloadSpec.queues`.
    public var deadLetterQueueIndex: Int

    /// A policy made in code; nothing is checked.
    public init(maxReceiveCount: Int, deadLetterQueue: String, deadLetterQueueIndex: Int) {
        self.maxReceiveCount = maxReceiveCount
        self.deadLetterQueue = deadLetterQueue
        self.deadLetterQueueIndex = deadLetterQueueIndex
    }
}

/// One queue, in the terms of Amazon SQS.
public struct QueueSpec: Sendable, Equatable {
    /// The queue's name, unique among topics and queues.
    public var name: String
    /// Whether it is FIFO: in order within each message group, without duplicates in the window.
    public var fifo: Bool
    /// How long a delivered message is invisible to others: VisibilityTimeout.
    public var visibilityTimeout: Nanoseconds
    /// How long a new message is invisible: DelaySeconds.
    public var delay: Nanoseconds
    /// How long a message is kept: MessageRetentionPeriod.
    public var retention: Nanoseconds
    /// How long a deduplication id is remembered; 5 minutes in SQS. FIFO only.
    public var deduplicationWindow: Nanoseconds
    /// ContentBasedDeduplication: a message is identified by its body. FIFO only.
    public var contentBasedDeduplication: Bool
    /// Largest message in bytes, and of all messages of a batch together.
    public var maximumMessageSize: Int
    /// Messages in flight at one time.
    public var inFlightLimit: Int
    /// Messages that it can hold.
    public var capacity: Int
    /// Bytes of messages that it can hold.
    public var capacityBytes: Int
    /// What becomes of messages that cannot be handled; nil delivers them for ever.
    public var redrive: RedriveSpec?

    /// Messages that a queue can hold that does not state it.
    public static let defaultCapacity = 1 << 20
    /// Bytes of messages that a queue can hold that does not state it.
    public static let defaultCapacityBytes = 256 << 20

    /// A queue made in code, with the defaults of SQS but FIFO; nothing is checked.
    public init(
        name: String, fifo: Bool = true,
        visibilityTimeout: Nanoseconds = 30 * nanosecondsPerSecond, delay: Nanoseconds = 0,
        retention: Nanoseconds = 345_600 * nanosecondsPerSecond,
        deduplicationWindow: Nanoseconds = 300 * nanosecondsPerSecond,
        contentBasedDeduplication: Bool = false, maximumMessageSize: Int = 262_144,
        inFlightLimit: Int = 120_000, capacity: Int = defaultCapacity,
        capacityBytes: Int = defaultCapacityBytes, redrive: RedriveSpec? = nil
    ) {
        self.name = name
        self.fifo = fifo
        self.visibilityTimeout = visibilityTimeout
        self.delay = delay
        self.retention = retention
        self.deduplicationWindow = deduplicationWindow
        self.contentBasedDeduplication = contentBasedDeduplication
        self.maximumMessageSize = maximumMessageSize
        self.inFlightLimit = inFlightLimit
        self.capacity = capacity
        self.capacityBytes = capacityBytes
        self.redrive = redrive
    }

    /// Bytes of memory that a full queue takes: bodies, and index and deduplication entry of each
    /// message.
    public var memoryBytes: Double { Double(capacityBytes) + 128 * Double(capacity) }
}

/// How the workers of a queue receive, and how they fail.
public struct ReceivingSpec: Sendable, Equatable {
    /// Name of the queue.
    public var queue: String
    /// Index of that queue in `WorkloadSpec.queues`.
    public var queueIndex: Int
    /// Most messages of one receive, 1 to 10.
    public var batch: Int
    /// Most messages of one delete, 1 to 10.
    public var deleteBatch: Int
    /// How long a receive that finds nothing waits: WaitTimeSeconds.
    public var waitTime: Nanoseconds
    /// VisibilityTimeout of the receives; nil takes the queue's.
    public var visibilityTimeout: Nanoseconds?
    /// What the worker sets the visibility timeout of a message to that it could not handle; nil
    /// leaves it as it is.
    public var retryAfter: Nanoseconds?
    /// How workers fail.
    public var faults: WorkerFaultSpec

    /// Longest batch of SQS.
    public static let longestBatch = 10

    /// Receives made in code; nothing is checked.
    public init(
        queue: String, queueIndex: Int = 0, batch: Int = longestBatch,
        deleteBatch: Int = longestBatch, waitTime: Nanoseconds = 20 * nanosecondsPerSecond,
        visibilityTimeout: Nanoseconds? = nil, retryAfter: Nanoseconds? = nil,
        faults: WorkerFaultSpec = WorkerFaultSpec()
    ) {
        self.queue = queue
        self.queueIndex = queueIndex
        self.batch = batch
        self.deleteBatch = deleteBatch
        self.waitTime = waitTime
        self.visibilityTimeout = visibilityTimeout
        self.retryAfter = retryAfter
        self.faults = faults
    }
}

/// How the workers of a queue fail. Rates are probabilities per delivery, but for poison.
public struct WorkerFaultSpec: Sendable, Equatable {
    /// The handler fails.
    public var failureRate: Double
    /// Share of messages whose handling fails every time.
    public var poisonRate: Double
    /// When the handler is mended: from this instant of the measure phase on poison is handled; nil
    /// for never.
    public var poisonUntil: Nanoseconds?
    /// The worker crashes after it has received the message and before it handles it.
    public var crashBeforeHandling: Double
    /// The worker crashes after it has handled the message and before it deletes it.
    public var crashAfterHandling: Double
    /// How long a crashed worker is away.
    public var restart: Nanoseconds

    /// Workers that fail as stated; by default never.
    public init(
        failureRate: Double = 0, poisonRate: Double = 0, poisonUntil: Nanoseconds? = nil,
        crashBeforeHandling: Double = 0,
        crashAfterHandling: Double = 0, restart: Nanoseconds = nanosecondsPerSecond
    ) {
        self.failureRate = failureRate
        self.poisonRate = poisonRate
        self.poisonUntil = poisonUntil
        self.crashBeforeHandling = crashBeforeHandling
        self.crashAfterHandling = crashAfterHandling
        self.restart = restart
    }
}
