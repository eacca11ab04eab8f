import UrrPlatform

/// A delivered message that waits for its handler or is being handled: what is needed to book it.
@usableFromInline
struct PendingMessage {
    @usableFromInline var intended: Nanoseconds
    @usableFromInline var sent: Nanoseconds
    @usableFromInline var started: Nanoseconds
    @usableFromInline var offset: Int64
    /// Selects the service time: the same message takes equally long in every run of a seed.
    @usableFromInline var identity: UInt64
    /// Running number of its producer in its partition.
    @usableFromInline var sequence: UInt64
    @usableFromInline var keyIndex: UInt32
    @usableFromInline var lane: Int32
    @usableFromInline var producer: UInt16
    /// 0 where the message is not measured: warm-up, or one without a sound header.
    @usableFromInline var segment: UInt8
    @usableFromInline var standing: Standing
    @usableFromInline var isDone: Bool

    /// What the message is to its group.
    @usableFromInline
    enum Standing: UInt8 {
        /// Its effect has not been applied.
        case first
        /// Its effect has been applied, or is being applied from another delivery.
        case again
        /// It cannot be told which message it is.
        case damaged
    }

    /// A delivered message; one whose header cannot be trusted has none.
    @inlinable
    @inline(__always)
    init(
        _ header: TraceHeader?, _ standing: Standing, offset: Int64, identity: UInt64, lane: Int32
    ) {
        intended = header?.intended ?? 0
        sent = header?.sent ?? 0
        sequence = header?.sequence ?? 0
        keyIndex = header?.keyIndex ?? 0
        producer = header?.producer ?? 0
        segment = header?.segment ?? 0
        self.offset = offset
        self.identity = identity
        self.lane = lane
        self.standing = standing
        started = 0
        isDone = false
    }

    var name: MessageName { MessageName(producer: producer, sequence: sequence) }
}

/// What one member has polled and not yet settled, in the order of delivery: a ring of fixed
/// size. `head <= next <= ready <= tail`: before `head` everything is settled, from `head` messages
/// are in a handler or done out of turn, from `next` they wait, from `ready` it is not known yet
/// whether they have to be handled at all.
@usableFromInline
struct PendingMessages: ~Copyable {
    @usableFromInline let slots: UnsafeMutablePointer<PendingMessage>
    @usableFromInline let mask: Int
    @usableFromInline var head = 0
    @usableFromInline var next = 0
    @usableFromInline var ready = 0
    @usableFromInline var tail = 0

    /// Room for at least `capacity` messages.
    @usableFromInline
    init(capacity: Int) {
        var size = 1
        while size < capacity { size *= 2 }
        mask = size - 1
        slots = .allocate(capacity: size)
    }

    @inlinable
    deinit { slots.deallocate() }

    @inlinable
    var room: Int { mask &+ 1 &- (tail &- head) }

    @inlinable
    var hasWaiting: Bool { next != ready }

    @inlinable
    subscript(index: Int) -> UnsafeMutablePointer<PendingMessage> { slots + (index & mask) }

    /// Forgets everything.
    mutating func removeAll() {
        head = tail
        next = tail
        ready = tail
    }

    @inlinable
    mutating func append(_ message: PendingMessage) {
        invariant(room > 0, "no poll asks for more than there is room for")
        self[tail].initialize(to: message)
        tail &+= 1
    }
}
