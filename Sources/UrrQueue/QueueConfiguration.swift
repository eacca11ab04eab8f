import UrrPlatform

/// What a queue is: its kind, its limits, and the memory it may take. Defaults and ranges are those
/// of SQS ("SetQueueAttributes" of the API Reference) unless said otherwise.
public struct QueueConfiguration: Sendable, Equatable {
    /// How messages are ordered and delivered.
    public enum Kind: Sendable, Equatable {
        /// At least once, in no promised order, without groups and deduplication.
        case standard
        /// In order within each message group, without duplicates in the deduplication window.
        case fifo
    }

    /// How a FIFO queue tells that it has seen a message before.
    public enum Deduplication: Sendable, Equatable {
        /// Every message needs a deduplication id.
        case byID
        /// ContentBasedDeduplication: a message without an id is identified by its body.
        case byContent
        /// Not at all; ids are checked and ignored. Not in SQS: for measuring what it costs.
        case off
    }

    /// What must be distinct: DeduplicationScope.
    public enum DeduplicationScope: Sendable, Equatable {
        /// Ids of the whole queue.
        case queue
        /// Ids of one group.
        case messageGroup
    }

    /// How much the queue can hold. Address space is reserved for all of it at once; memory is
    /// taken as it is first needed, and used again from then on.
    public struct Capacity: Sendable, Equatable {
        /// Retained messages, 1 to 2^27.
        public var messages = 1 << 20
        /// Bytes of bodies, in blocks of their size classes, 1 MiB to 2^36.
        public var bodyBytes = 1 << 30
        /// Deduplication ids remembered at one time, 1 to 2^30.
        public var deduplicationIDs = 1 << 23
        /// Receive attempts remembered at one time, 1 to 2^24.
        public var receiveAttempts = 1 << 16

        /// The defaults.
        public init() {}
    }

    /// FIFO or standard.
    public var kind: Kind
    /// VisibilityTimeout: 0 to 12 hours.
    public var visibilityTimeout: Nanoseconds = 30 * nanosecondsPerSecond
    /// DelaySeconds: 0 to 15 minutes.
    public var delay: Nanoseconds = 0
    /// MessageRetentionPeriod: 60 seconds to 14 days.
    public var retention: Nanoseconds = 345_600 * nanosecondsPerSecond
    /// MaximumMessageSize in bytes: 1,024 to 1,048,576.
    public var maximumMessageSize = 262_144
    /// See `Deduplication`. FIFO only.
    public var deduplication: Deduplication = .byID
    /// See `DeduplicationScope`. FIFO only.
    public var deduplicationScope: DeduplicationScope = .queue
    /// How long an id is remembered: 5 minutes in SQS, here 1 ms to 14 days.
    public var deduplicationWindow: Nanoseconds = 300 * nanosecondsPerSecond
    /// How long a receive request attempt id is remembered: 5 minutes in SQS; as above.
    public var receiveAttemptWindow: Nanoseconds = 300 * nanosecondsPerSecond
    /// Messages in flight at one time: 120,000 in SQS, here 1 to 2^27.
    public var inFlightLimit = 120_000
    /// Least time between two purges: 60 seconds in SQS.
    public var purgeInterval: Nanoseconds = 60 * nanosecondsPerSecond
    /// Extension: messages may have a priority.
    public var allowsPriority = false
    /// Extension: messages may have a time to live.
    public var allowsTimeToLive = false
    /// Resolution of delays and visibility timeouts, a power of two from 1 to 2^30. They never end
    /// early, and late by less than this. (Retention and the windows end to the nanosecond.)
    public var timerResolution: Nanoseconds = 1 << 20
    /// See `Capacity`.
    public var capacity = Capacity()
    /// Key of the hash of deduplication ids.
    public var hashSeed: UInt64 = 0x5552_5251_5545_5545

    /// A queue of this kind with the defaults of SQS.
    public init(_ kind: Kind) { self.kind = kind }

    /// Everything that is wrong, each as `name: rule, got value`.
    public func problems() -> [String] {
        var found: [String] = []
        func check<Value: Comparable>(_ name: String, _ value: Value, _ range: ClosedRange<Value>) {
            guard !range.contains(value) else { return }
            found.append(
                "\(name): must be \(range.lowerBound) to \(range.upperBound), got \(value)")
        }
        check("visibilityTimeout", visibilityTimeout, 0...QueueLimits.visibilityTimeout)
        check("delay", delay, 0...QueueLimits.delay)
        check("retention", retention, QueueLimits.retention)
        check("maximumMessageSize", maximumMessageSize, QueueLimits.maximumMessageSize)
        let windows = 1_000_000...QueueLimits.retention.upperBound
        check("deduplicationWindow", deduplicationWindow, windows)
        check("receiveAttemptWindow", receiveAttemptWindow, windows)
        check("inFlightLimit", inFlightLimit, 1...1 << 27)
        check("purgeInterval", purgeInterval, 0...QueueLimits.retention.upperBound)
        check("timerResolution", timerResolution, 1...1 << 30)
        if timerResolution > 0, timerResolution & (timerResolution - 1) != 0 {
            found.append("timerResolution: must be a power of two, got \(timerResolution)")
        }
        check("capacity.messages", capacity.messages, 1...1 << 27)
        check("capacity.bodyBytes", capacity.bodyBytes, 1 << 20...1 << 36)
        check("capacity.deduplicationIDs", capacity.deduplicationIDs, 1...1 << 30)
        check("capacity.receiveAttempts", capacity.receiveAttempts, 1...1 << 24)
        return found
    }
}

/// Quotas that SQS sets and that are not settings. Source: "Amazon SQS message quotas" of the
/// Developer Guide.
public enum QueueLimits {
    /// Entries of one batch, and messages of one receive.
    public static let batch = 10
    /// Bytes of all bodies of one SendMessageBatch, whatever one message of the queue may have.
    public static let batchBytes = 1_048_576
    /// Longest visibility timeout, counted from the receive: 12 hours.
    public static let visibilityTimeout: Nanoseconds = 43_200 * nanosecondsPerSecond
    /// Longest delay: 15 minutes.
    public static let delay: Nanoseconds = 900 * nanosecondsPerSecond
    /// Longest wait of a receive: 20 seconds.
    public static let waitTime: Nanoseconds = 20 * nanosecondsPerSecond
    /// Shortest and longest retention: one minute and 14 days.
    public static let retention: ClosedRange<Nanoseconds> =
        60 * nanosecondsPerSecond...1_209_600 * nanosecondsPerSecond
    /// Smallest and largest value of MaximumMessageSize.
    public static let maximumMessageSize = 1024...1_048_576
    /// Characters of group, deduplication and attempt ids.
    public static let identifier = 1...128
    /// Values of maxReceiveCount.
    public static let maxReceiveCount = 1...1000
    /// Priorities of the extension: 0, the default, to 7, the most urgent.
    public static let priority = 0...7
}
