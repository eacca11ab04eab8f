import UrrPlatform

/// The state of a queue in numbers. In SQS these are approximate; here they are exact.
public struct QueueAttributes: Equatable, Sendable {
    /// ApproximateNumberOfMessages: retained, not delayed and not in flight. Messages that wait
    /// behind a blocked group count.
    public var visible = 0
    /// ApproximateNumberOfMessagesNotVisible: delivered, neither deleted nor timed out.
    public var inFlight = 0
    /// ApproximateNumberOfMessagesDelayed.
    public var delayed = 0
    /// ApproximateAgeOfOldestMessage, of all that are retained; 0 where there is none.
    public var oldestAge: Nanoseconds = 0
    /// Groups with at least one message.
    public var groups = 0
    /// What happened so far.
    public var totals = QueueTotals()

    /// Nothing.
    public init() {}

    /// All that the queue holds.
    public var retained: Int { visible + inFlight + delayed }
}

/// What happened in a queue since it was made. At any time
/// `sent + movedIn == deleted + expired + outlived + purged + movedOut + retained`.
public struct QueueTotals: Equatable, Sendable {
    /// Messages accepted and stored.
    public var sent: UInt64 = 0
    /// Messages accepted and not stored, because their id was in the window.
    public var duplicates: UInt64 = 0
    /// Deliveries, the repeated ones too. A repeated receive attempt is the same delivery.
    public var received: UInt64 = 0
    /// Deliveries of messages that had been delivered before.
    public var redelivered: UInt64 = 0
    /// Messages deleted by handle.
    public var deleted: UInt64 = 0
    /// Messages dropped at the end of their retention.
    public var expired: UInt64 = 0
    /// Messages dropped at the end of their time to live.
    public var outlived: UInt64 = 0
    /// Messages purged.
    public var purged: UInt64 = 0
    /// Messages that came from another queue: dead letters, or redriven.
    public var movedIn: UInt64 = 0
    /// Messages that went to another queue.
    public var movedOut: UInt64 = 0
    /// Visibility timeouts that ended before a delete.
    public var timedOut: UInt64 = 0

    /// Nothing.
    public init() {}
}

/// The memory of a queue, by its own books: bytes of records in use and what lies around them.
public struct QueueMemory: Equatable, Sendable {
    /// Records of retained messages and of running timers.
    public var messageIndexBytes = 0
    /// Records of groups, their names and their hash table.
    public var groupBytes = 0
    /// Blocks of bodies in use, with what they are rounded up by.
    public var bodyBytes = 0
    /// Entries and hash table of remembered deduplication ids.
    public var deduplicationBytes = 0
    /// Entries and hash table of remembered receive attempts.
    public var attemptBytes = 0
    /// Deduplication ids remembered at the moment.
    public var deduplicationIDs = 0
    /// All pages ever touched, the bodies' too: what the queue keeps for itself.
    public var touchedBytes = 0
}
