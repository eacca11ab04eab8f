import UrrPlatform

/// What became of a message that a producer offered. A closed set of values: nothing is thrown on
/// the hot path.
@frozen
public enum OfferResult: UInt8, Sendable {
    /// The driver has taken the message. Visible or sent at the latest after `flush`.
    case accepted
    /// The target has this message already, by its producer id and sequence. Nothing was stored;
    /// counts as acknowledged.
    case duplicate
    /// The target is full; offer the same message again later.
    case backPressured
    /// A passing condition of the client; offer the same message again at once.
    case retry
    /// The endpoint or the target is closed; nothing more will be accepted.
    case closed
    /// The message was refused for good (too large, or refused by the target).
    case failed
}

/// The target's answer to one message, where it answers later than `flush`.
@frozen
public struct Completion: Sendable {
    /// What the target did with the message.
    @frozen
    public enum Outcome: UInt8, Sendable {
        /// It has taken it.
        case accepted
        /// It has accepted and not stored it: a message with its deduplication id is remembered.
        case suppressed
        /// It has refused it for good.
        case failed
    }

    /// The token that came with the message.
    public var token: UInt64
    /// What became of it.
    public var outcome: Outcome

    /// The answer to the message that carried `token`.
    @inlinable
    public init(token: UInt64, outcome: Outcome) {
        self.token = token
        self.outcome = outcome
    }
}

/// A message on its way to the target, but for its bytes: those are written straight into the
/// memory that the driver provides.
@frozen
public struct OutgoingMessage {
    /// Length of the whole message as the consumer shall see it.
    public var byteCount: Int
    /// The partition it goes to, `0 ..< partitions` of the topic; nothing to a queue.
    public var partition: Int32
    /// `murmur2` of the key's bytes; 0 for a message without a key.
    public var keyHash: UInt32
    /// The key's number in the workload's key space; the driver derives the bytes from it
    /// (`KeyText`). To a FIFO queue it is the message group.
    public var keyIndex: UInt32
    /// Comes back in the completion.
    public var token: UInt64
    /// When the engine sends it: the append time of a target that keeps the client's time.
    public var sentAt: Nanoseconds
    /// The idempotent producer that sends it; -1 where the producer is not idempotent.
    public var producerId: Int32 = -1
    /// Running number of its messages to this partition.
    public var sequence: UInt64 = 0
    /// To a FIFO queue: messages with the same number have the same deduplication id, which the
    /// driver derives from it. Looked at only where ids and not contents count.
    public var deduplication: UInt64

    /// A message with the given parts; see the properties.
    @inlinable
    public init(
        byteCount: Int, partition: Int32, keyHash: UInt32, keyIndex: UInt32, token: UInt64,
        sentAt: Nanoseconds, deduplication: UInt64 = 0
    ) {
        self.byteCount = byteCount
        self.partition = partition
        self.keyHash = keyHash
        self.keyIndex = keyIndex
        self.token = token
        self.sentAt = sentAt
        self.deduplication = deduplication
    }
}

/// A message as it reaches a consumer. The payload is only valid during the call.
@frozen
public struct IncomingMessage {
    /// The whole message.
    public var payload: UnsafeRawBufferPointer
    /// Which of the member's assigned partitions it came from: an index into the assignment.
    public var lane: Int32
    /// How often it was delivered before, 0 where the target does not count.
    public var attempt: UInt32
    /// Its offset in the partition.
    public var offset: Int64

    /// A message with the given parts; see the properties.
    @inlinable
    public init(payload: UnsafeRawBufferPointer, lane: Int32, attempt: UInt32, offset: Int64) {
        self.payload = payload
        self.lane = lane
        self.attempt = attempt
        self.offset = offset
    }
}

/// Why a driver could not do what was asked, on the cold side.
public enum DriverError: Error, Sendable, CustomStringConvertible {
    /// The target could not be reached or refused; exit status 3.
    case unreachable(String)
    /// The driver cannot carry this workload or setting; exit status 2.
    case unsupported(String)
    /// This machine lacks what is needed (memory, for example); exit status 3.
    case resources(String)

    /// The message for the user.
    public var description: String {
        switch self {
        case .unreachable(let text), .unsupported(let text), .resources(let text): text
        }
    }
}
