import UrrPlatform

/// The receiving end of one worker of a queue. Used by one thread; never blocks, allocates, throws
/// or reads a clock: the engine says what time it is.
public protocol QueueReceiver: AnyObject {
    /// Asks for up to `limit` messages, 1 to 10, and hands out what has arrived; returns how many. A
    /// target that answers later returns 0 until the answer is there and begins no second receive
    /// before. Messages of one group come in order.
    func receive(limit: Int, now: Nanoseconds, _ body: (QueueDelivery) -> Void) -> Int

    /// Puts a settlement into the batch that `flush` sends off; at most ten between two flushes.
    func settle(_ settlement: QueueSettlement)

    /// Sends off what was settled.
    func flush(now: Nanoseconds)

    /// Hands out up to `limit` answers to settlements; returns how many.
    func poll(limit: Int, _ body: (QueueSettlement.Answer) -> Void) -> Int

    /// What the queue holds, as of `now`; from the thread that uses the endpoint.
    func depth(now: Nanoseconds) -> QueueDepth

    /// Ends the endpoint within `deadline` nanoseconds.
    func close(deadline: Nanoseconds) throws(DriverError)
}

/// A message as a queue delivers it. The payload is only valid during the call.
@frozen
public struct QueueDelivery {
    /// The whole message.
    public var payload: UnsafeRawBufferPointer
    /// Names this delivery in settlements.
    public var handle: UInt64
    /// How often the message has been delivered, this time included: 1 at first.
    public var receiveCount: UInt32

    /// A message with the given parts; see the properties.
    @inlinable
    public init(payload: UnsafeRawBufferPointer, handle: UInt64, receiveCount: UInt32) {
        self.payload = payload
        self.handle = handle
        self.receiveCount = receiveCount
    }
}

/// What a worker wants done with a message that was delivered to it.
@frozen
public struct QueueSettlement {
    /// The delivery that is meant.
    public var handle: UInt64
    /// Comes back in the answer.
    public var token: UInt64
    /// Nil deletes the message; a time makes it visible again after it.
    public var visibleAfter: Nanoseconds?

    /// A settlement with the given parts; see the properties.
    @inlinable
    public init(handle: UInt64, token: UInt64, visibleAfter: Nanoseconds? = nil) {
        self.handle = handle
        self.token = token
        self.visibleAfter = visibleAfter
    }

    /// What the queue says to a settlement.
    @frozen
    public enum Outcome: UInt8, Sendable {
        /// It is done.
        case done
        /// The handle is of an earlier delivery, or its visibility timeout is over: nothing
        /// happened, and the message will be delivered again.
        case stale
        /// Refused for another reason.
        case failed
    }

    /// The answer to one settlement.
    @frozen
    public struct Answer: Sendable {
        /// The token that came with the settlement.
        public var token: UInt64
        /// What became of it.
        public var outcome: Outcome

        /// The answer to the settlement that carried `token`.
        @inlinable
        public init(token: UInt64, outcome: Outcome) {
            self.token = token
            self.outcome = outcome
        }
    }
}

/// The endpoint of drivers without queues: there is none.
public final class NoReceiver: QueueReceiver {
    private init() {}
    /// Never called.
    public func receive(limit: Int, now: Nanoseconds, _ body: (QueueDelivery) -> Void) -> Int { 0 }
    /// Never called.
    public func settle(_ settlement: QueueSettlement) {}
    /// Never called.
    public func flush(now: Nanoseconds) {}
    /// Never called.
    public func poll(limit: Int, _ body: (QueueSettlement.Answer) -> Void) -> Int { 0 }
    /// Never called.
    public func depth(now: Nanoseconds) -> QueueDepth { QueueDepth() }
    /// Never called.
    public func close(deadline: Nanoseconds) throws(DriverError) {}
}

extension MessageDriver where Receiver == NoReceiver {
    private static var refusal: DriverError { .unsupported("driver \(name) has no queues") }

    /// Refuses.
    public func makeProducer(queue: Int) throws(DriverError) -> Producer { throw Self.refusal }
    /// Refuses.
    public func makeReceiver(
        group: Int, member: Int, thread: Int
    ) throws(DriverError) -> NoReceiver { throw Self.refusal }
    /// An empty queue: there is none.
    public func depth(queue: Int, now: Nanoseconds) -> QueueDepth { QueueDepth() }
    /// Nothing.
    public var nextQueueEvent: Nanoseconds? { nil }
    /// Nothing.
    public func takeOut(queue: Int, now: Nanoseconds, _ body: (UnsafeRawBufferPointer) -> Void) {}
}
