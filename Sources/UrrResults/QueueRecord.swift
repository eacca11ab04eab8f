/// What happened in one queue, exactly counted.
public struct QueueRecord: Codable, Sendable, Equatable {
    /// Name in the workload.
    public var name: String
    /// Whether it is a FIFO queue.
    public var fifo: Bool
    /// Name of its dead-letter queue; nil where it has none.
    public var deadLetterQueue: String?
    /// What was counted.
    public var accounting: QueueAccounting
    /// The hottest message groups, each by itself, and then the rest together.
    public var messageGroups: [MessageGroupRecord]
    /// The redrives that moved dead letters back to it; nil where none was asked for.
    public var redrives: [RedriveRecord]?

    /// A record of the given values; see the properties.
    public init(
        name: String, fifo: Bool, deadLetterQueue: String? = nil, accounting: QueueAccounting,
        messageGroups: [MessageGroupRecord], redrives: [RedriveRecord]? = nil
    ) {
        self.name = name
        self.fifo = fifo
        self.deadLetterQueue = deadLetterQueue
        self.accounting = accounting
        self.messageGroups = messageGroups
        self.redrives = redrives
    }
}

/// Exact counts of one queue; of measured messages where nothing else is said. In a run that drained,
/// `sent == refused + suppressed + admitted + deadLettersLeft + lost`.
public struct QueueAccounting: Codable, Sendable, Equatable {
    /// Messages that were sent, repeats included.
    public var sent: UInt64 = 0
    /// Messages that the queue refused.
    public var refused: UInt64 = 0
    /// Messages that were sent again on purpose.
    public var repeats: UInt64 = 0
    /// Repeats that it accepted and did not store, inside its deduplication window.
    public var suppressed: UInt64 = 0
    /// Messages that it should have stored and suppressed.
    public var wronglySuppressed: UInt64 = 0
    /// Repeats that it should have suppressed and stored.
    public var notSuppressed: UInt64 = 0
    /// Repeats that were under way when the window ended, so that either is right.
    public var undecidedRepeats: UInt64 = 0
    /// Deliveries.
    public var delivered: UInt64 = 0
    /// Deliveries after the first of a message.
    public var redelivered: UInt64 = 0
    /// Messages that were handled and deleted.
    public var admitted: UInt64 = 0
    /// Attempts at handling that failed.
    public var failedAttempts: UInt64 = 0
    /// Times that a message was handled again, because it could not be deleted; all phases.
    public var handledAgain: UInt64 = 0
    /// Times that a message became a dead letter: those that came back and those that are left.
    public var deadLettered: UInt64 = 0
    /// Dead letters that were moved back and came again, each time.
    public var redriven: UInt64 = 0
    /// Redriven messages whose handling began after that of a later one of their group, which is
    /// where a redrive puts them; all phases.
    public var redrivenLate: UInt64 = 0
    /// Messages left in the dead-letter queue when the run ended.
    public var deadLettersLeft: UInt64 = 0
    /// Of the dead letters, those whose handling does not always fail: what went with others.
    public var soundDeadLetters: UInt64 = 0
    /// Deliveries and dead letters that receive counts and redrives do not explain; all phases.
    public var misdirected: UInt64 = 0
    /// Messages that are nowhere; all phases.
    public var lost: UInt64 = 0
    /// Messages handled after a later one of their group; all phases.
    public var orderBreaks: UInt64 = 0
    /// Deliveries before another worker's visibility timeout was over, and deletes refused before
    /// their own was; all phases.
    public var early: UInt64 = 0
    /// Deliveries and dead letters of messages that had been deleted; all phases.
    public var unexpected: UInt64 = 0
    /// Settlements with a handle that was not good any more; all phases.
    public var staleHandles: UInt64 = 0
    /// Crashes of workers; all phases.
    public var crashes: UInt64 = 0
    /// Receives that brought messages; all phases.
    public var receives: UInt64 = 0
    /// Receives that waited in vain; all phases.
    public var emptyReceives: UInt64 = 0
    /// Messages dropped at the end of their retention; all phases.
    public var dropped: UInt64 = 0
    /// Messages still in the queue when the run ended; all phases.
    public var remaining: UInt64 = 0

    /// Nothing counted.
    public init() {}

    /// What breaks a promise of the queue.
    public var violations: UInt64 {
        lost + orderBreaks + early + unexpected + misdirected + wronglySuppressed + notSuppressed
    }
}

/// What happened in one message group of a queue, or in the rest of them.
public struct MessageGroupRecord: Codable, Sendable, Equatable {
    /// The message group's id; nil for the rest.
    public var name: String?
    /// Message groups that this is about.
    public var groups: Int
    /// Share of the deliveries, 0...1.
    public var share: Double
    /// Messages that were handled and deleted.
    public var admitted: UInt64
    /// Repeats that were suppressed.
    public var suppressed: UInt64
    /// Deliveries after the first of a message.
    public var redelivered: UInt64
    /// Times that a message became a dead letter.
    public var deadLettered: UInt64
    /// Messages handled after a later one of their group.
    public var orderBreaks: UInt64
    /// From sending to the start of the handler that succeeded.
    public var waiting: HistogramRecord

    /// A record of the given values; see the properties.
    public init(
        name: String?, groups: Int, share: Double, admitted: UInt64, suppressed: UInt64,
        redelivered: UInt64, deadLettered: UInt64, orderBreaks: UInt64, waiting: HistogramRecord
    ) {
        self.name = name
        self.groups = groups
        self.share = share
        self.admitted = admitted
        self.suppressed = suppressed
        self.redelivered = redelivered
        self.deadLettered = deadLettered
        self.orderBreaks = orderBreaks
        self.waiting = waiting
    }
}

/// One redrive: when it was due, when it ran and what it moved.
public struct RedriveRecord: Codable, Sendable, Equatable {
    /// When it was due, from the start of the run.
    public var dueNs: Int64
    /// When it began; nil where it did not.
    public var startedNs: Int64?
    /// When it ended; nil where the run ended first.
    public var endedNs: Int64?
    /// Messages that it moved; all phases.
    public var moved: UInt64
    /// Why it did not move all that it should, in words.
    public var failure: String?

    /// A record of the given values; see the properties.
    public init(
        dueNs: Int64, startedNs: Int64? = nil, endedNs: Int64? = nil, moved: UInt64 = 0,
        failure: String? = nil
    ) {
        self.dueNs = dueNs
        self.startedNs = startedNs
        self.endedNs = endedNs
        self.moved = moved
        self.failure = failure
    }
}
