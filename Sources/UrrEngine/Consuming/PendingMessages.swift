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
    @usableFromInline var lane: Int32
    /// 0 where the message is not measured: warm-up, or a repeated delivery.
    @usableFromInline var segment: UInt8
    @usableFromInline var isDone: Bool

    @inlinable
    init(
        intended: Nanoseconds, sent: Nanoseconds, offset: Int64, identity: UInt64, lane: Int32,
        segment: UInt8
    ) {
        self.intended = intended
        self.sent = sent
        self.offset = offset
        self.identity = identity
        self.lane = lane
        self.segment = segment
        started = 0
        isDone = false
    }
}

/// What one member has polled and not yet settled, in the order of delivery: a ring of fixed
/// size. `head <= next <= tail`: before `head` everything is settled, from `head` messages are in
/// a handler or done out of turn, from `next` they wait.
@usableFromInline
struct PendingMessages: ~Copyable {
    @usableFromInline let slots: UnsafeMutablePointer<PendingMessage>
    @usableFromInline let mask: Int
    @usableFromInline var head = 0
    @usableFromInline var next = 0
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
    var hasWaiting: Bool { next != tail }

    @inlinable
    subscript(index: Int) -> UnsafeMutablePointer<PendingMessage> { slots + (index & mask) }

    @inlinable
    mutating func append(_ message: PendingMessage) {
        invariant(room > 0, "no poll asks for more than there is room for")
        self[tail].initialize(to: message)
        tail &+= 1
    }
}
