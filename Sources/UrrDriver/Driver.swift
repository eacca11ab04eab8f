import UrrPlatform

/// The sending end of one topic or queue. Used by one thread; never blocks, allocates, throws or reads a
/// clock: the engine stamps all times, one rule for every target.
public protocol MessageProducer: AnyObject {
    /// Hands a message over. Where there is room, `write` is called once with the address of
    /// `message.byteCount` bytes, aligned to 8, and fills all of them; otherwise it is not called.
    /// A target in this process passes its own memory, so that nothing is copied twice.
    func offer(_ message: OutgoingMessage, _ write: (UnsafeMutableRawPointer) -> Void)
        -> OfferResult

    /// Makes everything accepted so far visible, or sends it off; `now` is the present instant in
    /// the engine's clock. Called once per batch.
    func flush(now: Nanoseconds)

    /// Hands out up to `limit` answers of the target; returns how many. Always 0 where messages
    /// are acknowledged on flush; a queue always answers each message.
    func poll(limit: Int, _ body: (Completion) -> Void) -> Int

    /// Ends the endpoint; what was accepted is delivered first, within `deadline` nanoseconds.
    func close(deadline: Nanoseconds) throws(DriverError)
}

/// The receiving end of one member of a consumer group. Used by one thread; same rules.
public protocol MessageConsumer: AnyObject {
    /// Hands up to `limit` messages to `body`, in order within a partition; returns how many.
    func poll(limit: Int, _ body: (IncomingMessage) -> Void) -> Int

    /// Hands up to `limit` messages of one lane to `body`, in order; returns how many. Only of
    /// targets that select lanes, see `DriverSemantics`.
    func poll(lane: Int32, limit: Int, _ body: (IncomingMessage) -> Void) -> Int

    /// Says that every message of `lane` before `offset` is settled. On this word the target may
    /// forget them.
    func commit(lane: Int32, offset: Int64)

    /// The partitions that this member reads; a message's `lane` is an index into it.
    var assignment: [TopicPartition] { get }

    // Membership, see the extension in `Membership.swift`.
    func join()
    func leave()
    func vanish()
    func expire()
    var isBehind: Bool { get }
    func rebalance() -> Bool
    func replay(lane: Int32, from start: ReplayStart) -> Int64?

    /// Ends the endpoint within `deadline` nanoseconds.
    func close(deadline: Nanoseconds) throws(DriverError)
}

/// Something that carries messages. The control side: cold, may allocate, throw and block.
public protocol MessageDriver: AnyObject, SendableMetatype {
    /// The type of its producer endpoints.
    associatedtype Producer: MessageProducer
    /// The type of its consumer endpoints.
    associatedtype Consumer: MessageConsumer
    /// The type of the endpoints of queues' workers; `NoReceiver` where it has no queues.
    associatedtype Receiver: QueueReceiver = NoReceiver

    /// The word that selects it on the command line.
    static var name: String { get }
    /// What it promises.
    static var semantics: DriverSemantics { get }

    /// Creates topics, queues and groups, empty, with room for what the topology says.
    func provision(_ topology: Topology) throws(DriverError)

    /// A producer endpoint for topic number `topic`; at most as many as the topology says.
    func makeProducer(topic: Int) throws(DriverError) -> Producer

    /// A producer endpoint for queue number `queue`; at most as many as the topology says.
    func makeProducer(queue: Int) throws(DriverError) -> Producer

    /// The consumer endpoint of member `member` of group number `group`, which reads topics.
    func makeConsumer(group: Int, member: Int) throws(DriverError) -> Consumer

    /// The endpoint of worker `member` of group number `group`, which reads a queue. Endpoints with
    /// the same `thread` are used by one thread.
    func makeReceiver(group: Int, member: Int, thread: Int) throws(DriverError) -> Receiver

    /// What moves the messages of dead-letter queue number `source` back to queue number
    /// `destination`; at most as many as the topology says.
    func makeRedriver(
        from source: Int, to destination: Int
    ) throws(DriverError) -> any QueueRedriver

    /// Where a group stands in a partition. From any thread, while endpoints are at work.
    func position(group: Int, of partition: TopicPartition) -> GroupPosition

    /// Records of a partition that retention took before the group had read them, exactly counted.
    /// Only when the group's endpoints have ended their work.
    func missed(group: Int, of partition: TopicPartition) -> UInt64

    /// When the record at `offset` was appended, in the engine's clock; nil where it is not
    /// retained or the target does not keep it. From any thread.
    func appendTime(of partition: TopicPartition, offset: Int64) -> Nanoseconds?

    /// What a queue holds and what has happened in it, as of `now`. Not from the threads that use
    /// its endpoints, but from one at a time.
    func depth(queue: Int, now: Nanoseconds) -> QueueDepth

    /// An instant before which nothing happens in any queue without a call: the earliest end of a
    /// delay or visibility timeout; nil where none runs. For simulations, which are of one thread.
    var nextQueueEvent: Nanoseconds? { get }

    /// Takes what a queue can deliver out of it, for the check at the end, when all endpoints have
    /// ended: dead letters.
    func takeOut(queue: Int, now: Nanoseconds, _ body: (UnsafeRawBufferPointer) -> Void)

    /// Tells a simulation which members have something to poll; nil where they have to be asked.
    var arrivals: ArrivalBoard? { get }

    /// Version, durability settings and whatever else a reader of the result must know.
    func facts() -> [String: String]

    /// Removes what `provision` made.
    func teardown()
}

extension MessageDriver {
    /// Refuses: not every target can.
    public func makeRedriver(
        from source: Int, to destination: Int
    ) throws(DriverError) -> any QueueRedriver {
        throw .unsupported("driver \(Self.name) cannot move dead letters back")
    }

    /// They have to be asked.
    @inlinable
    public var arrivals: ArrivalBoard? { nil }
}

extension MessageConsumer {
    /// Never called: the target does not select lanes.
    public func poll(lane: Int32, limit: Int, _ body: (IncomingMessage) -> Void) -> Int { 0 }
}
