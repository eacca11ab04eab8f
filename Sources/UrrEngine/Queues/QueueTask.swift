import UrrPlatform

/// A message that a worker has received and not yet done with.
@usableFromInline
struct QueueTask {
    @usableFromInline
    enum State: UInt8 {
        /// Received, not in a handler.
        case waiting
        /// In a handler.
        case handling
        /// Handled; to be deleted.
        case handled
        /// Not handled; to be made visible.
        case returned
        /// The delete or the change of visibility is under way.
        case settling
        /// Done with, or given up.
        case closed
    }

    @usableFromInline var handle: UInt64
    @usableFromInline var message: QueueMessage
    @usableFromInline var intended: Nanoseconds
    @usableFromInline var sent: Nanoseconds
    @usableFromInline var started: Nanoseconds = 0
    /// Selects service time and faults: the same in every run of a seed.
    @usableFromInline var identity: UInt64
    /// Deliveries so far, this one included.
    @usableFromInline var attempt: UInt32
    /// 0 where the message is not measured.
    @usableFromInline var segment: UInt8
    /// Number of the figure that a service counts it under; -1 where none does.
    @usableFromInline var figure = -1
    /// Whether the message is one that the ledger knows; a damaged one is not.
    @usableFromInline var isKnown: Bool
    /// Whether the settlement that is under way is a delete.
    @usableFromInline var isDelete = false
    @usableFromInline var state = State.waiting

    @inlinable
    init(
        handle: UInt64, message: QueueMessage, intended: Nanoseconds, sent: Nanoseconds,
        identity: UInt64, attempt: UInt32, segment: UInt8, isKnown: Bool
    ) {
        self.handle = handle
        self.message = message
        self.intended = intended
        self.sent = sent
        self.identity = identity
        self.attempt = attempt
        self.segment = segment
        self.isKnown = isKnown
    }

    /// Names a message for its service time and its faults.
    @inlinable
    static func identity(of header: TraceHeader) -> UInt64 {
        mix64(UInt64(header.keyIndex) &+ 1)
            ^ mix64(header.sequence &+ UInt64(header.producer) &<< 48)
    }
}
