import UrrPlatform

extension Topology {
    /// A queue and the room it needs; terms and ranges as in Amazon SQS.
    public struct Queue: Sendable {
        /// How messages are ordered and delivered.
        public enum Kind: Sendable {
            /// In order within each message group, without duplicates in the window.
            case fifo
            /// At least once, in no promised order.
            case standard
        }

        /// What becomes of messages that were delivered too often.
        public struct Redrive: Sendable {
            /// Index of the queue that they go to.
            public var deadLetterQueue: Int
            /// Deliveries after which a message is not delivered again.
            public var maxReceiveCount: Int

            /// A policy of the given values.
            public init(deadLetterQueue: Int, maxReceiveCount: Int) {
                self.deadLetterQueue = deadLetterQueue
                self.maxReceiveCount = maxReceiveCount
            }
        }

        /// The queue's name, unique among topics and queues.
        public var name: String
        /// FIFO or standard.
        public var kind: Kind
        /// How long a delivered message is invisible, where the receive does not say it.
        public var visibilityTimeout: Nanoseconds
        /// How long a new message is invisible.
        public var delay: Nanoseconds
        /// How long a message is kept.
        public var retention: Nanoseconds
        /// How long a deduplication id is remembered.
        public var deduplicationWindow: Nanoseconds
        /// Whether a message is identified by its body instead of an id.
        public var contentBasedDeduplication: Bool
        /// The largest message in bytes.
        public var maximumMessageBytes: Int
        /// Messages in flight at one time.
        public var inFlightLimit: Int
        /// Messages that it must be able to hold.
        public var capacityMessages: Int
        /// Bytes of bodies that it must be able to hold.
        public var capacityBytes: Int
        /// Deduplication ids that it must be able to remember at one time.
        public var rememberedIDs: Int
        /// What becomes of messages that cannot be handled; nil delivers them for ever.
        public var redrive: Redrive?
        /// Producer endpoints that will be made for it.
        public var producerEndpoints: Int
        /// Redrive endpoints that will be made for moving its messages back.
        public var redriveEndpoints = 0

        /// A queue of a kind with the defaults of SQS and room for a million messages.
        public init(
            name: String, kind: Kind, visibilityTimeout: Nanoseconds = 30 * nanosecondsPerSecond,
            delay: Nanoseconds = 0, retention: Nanoseconds = 345_600 * nanosecondsPerSecond,
            deduplicationWindow: Nanoseconds = 300 * nanosecondsPerSecond,
            contentBasedDeduplication: Bool = false, maximumMessageBytes: Int = 262_144,
            inFlightLimit: Int = 120_000, capacityMessages: Int = 1 << 20,
            capacityBytes: Int = 1 << 30, rememberedIDs: Int = 1 << 20, redrive: Redrive? = nil,
            producerEndpoints: Int = 1
        ) {
            self.name = name
            self.kind = kind
            self.visibilityTimeout = visibilityTimeout
            self.delay = delay
            self.retention = retention
            self.deduplicationWindow = deduplicationWindow
            self.contentBasedDeduplication = contentBasedDeduplication
            self.maximumMessageBytes = maximumMessageBytes
            self.inFlightLimit = inFlightLimit
            self.capacityMessages = capacityMessages
            self.capacityBytes = capacityBytes
            self.rememberedIDs = rememberedIDs
            self.redrive = redrive
            self.producerEndpoints = producerEndpoints
        }
    }

    /// How the workers of a group read a queue.
    public struct Receiving: Sendable {
        /// Index of the queue.
        public var queue: Int
        /// VisibilityTimeout of their receives.
        public var visibilityTimeout: Nanoseconds
        /// WaitTimeSeconds of their receives: how long one that finds nothing waits.
        public var waitTime: Nanoseconds
        /// Threads that the workers are divided over.
        public var threads: Int

        /// Receives of the given queue and settings.
        public init(
            queue: Int, visibilityTimeout: Nanoseconds, waitTime: Nanoseconds, threads: Int = 1
        ) {
            self.queue = queue
            self.visibilityTimeout = visibilityTimeout
            self.waitTime = waitTime
            self.threads = threads
        }
    }
}

/// What a queue holds, and what has happened in it since it was made.
public struct QueueDepth: Sendable, Equatable {
    /// Messages that it holds: visible, delayed or in flight.
    public var retained: Int64 = 0
    /// Of those, delivered and neither deleted nor visible again.
    public var inFlight: Int64 = 0
    /// Age of the oldest of them; 0 where there is none.
    public var oldestAge: Nanoseconds = 0
    /// Messages that were stored in it, sent or moved.
    public var stored: UInt64 = 0
    /// Messages that it dropped at the end of their retention or time to live, or on a purge.
    public var dropped: UInt64 = 0

    /// An empty queue.
    public init() {}
}
