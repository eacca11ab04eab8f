public import Synchronization
import UrrPlatform

/// Checks what a queue does with each message against what it promises: nothing lost, nothing
/// delivered again that was deleted, nothing to two workers at a time or before its visibility
/// timeout, and the messages of a group in order.
///
/// One row per message group, of words of eight bytes:
///
///     0        ticket   which receive holds the group; 0 where none does
///     1        until    end of that receive's visibility timeout
///     2        held     messages of it that are not settled
///     3        kept     messages of the group that are kept by name
///     4 + 2 p  next     of producer p: the first sequence number that was not yet handled
///     5 + 2 p  settled  the first one that was not yet deleted
///
/// A message in order costs two comparisons and two additions. What is out of order, a handful of
/// messages where the queue is right and workers crash, is kept one by one in a table of fixed
/// size behind a lock. So memory is bounded by groups, producers and what is out of order, not by
/// messages.
///
/// A row belongs to the worker that holds the group. Only where a visibility timeout ends under a
/// slow handler, or the queue is wrong, do two have it: so every word is atomic, relaxed because
/// the queue's own hand-over orders the rest, and moves forward by compare-and-exchange.
public final class QueueLedger: @unchecked Sendable {
    /// Whether the queue promises order and exclusive groups.
    public let isFIFO: Bool
    /// Message groups that there are.
    public let groups: Int
    /// Deliveries after which a message is a dead letter; `.max` where none is.
    public let maxReceiveCount: UInt32
    /// Producer instances that send to the queue.
    public let producers: Int
    @usableFromInline let rowWords: Int
    @usableFromInline let base: UnsafeMutableRawPointer
    private let memory: MemoryRegion
    /// Local number of each producer instance of the run; -1 for those that send elsewhere.
    @usableFromInline let rows: UnsafeMutablePointer<Int32>
    private let instances: Int
    /// The producer instances of the run that send to the queue.
    let senders: [Int]
    /// The classes under which breaks of the order are counted.
    let classes: MessageGroupClasses
    let irregular = Mutex(Irregular())

    /// What a start of handling came to.
    public enum Start: Sendable {
        /// The message was not handled before.
        case first
        /// It was handled and could not be deleted.
        case again
        /// It should not have come.
        case unexpected
    }

    /// How much earlier than promised a redelivery may seem to come: the clocks of two processors
    /// agree to less, and queues count in milliseconds at the finest.
    @usableFromInline static var tolerance: Nanoseconds { 1_000_000 }

    /// A ledger of a queue with `groups` message groups; `senders` are the producer instances of
    /// the run that send to it, of `instances` in all.
    public init(
        groups: Int, senders: [Int], instances: Int, isFIFO: Bool, maxReceiveCount: Int? = nil,
        classes: MessageGroupClasses = MessageGroupClasses(hot: 0)
    ) throws(MemoryError) {
        self.senders = senders
        self.classes = classes
        self.groups = groups
        self.isFIFO = isFIFO
        self.maxReceiveCount = maxReceiveCount.map { UInt32($0) } ?? .max
        self.instances = instances
        producers = senders.count
        rowWords = 4 + 2 * senders.count
        memory = try MemoryRegion(byteCount: max(1, groups) * rowWords * 8)
        base = memory.base
        rows = .allocate(capacity: max(1, instances))
        rows.initialize(repeating: -1, count: max(1, instances))
        for (row, instance) in senders.enumerated() { rows[instance] = Int32(row) }
        if maxReceiveCount != nil { irregular.withLock { $0.reserveForDeadLetters() } }
    }

    deinit { rows.deallocate() }

    @inlinable
    @inline(__always)
    func word(_ group: UInt32, _ number: Int) -> UnsafeMutablePointer<Atomic<UInt64>> {
        (base + 8 &* (Int(group) &* rowWords &+ number))
            .assumingMemoryBound(to: Atomic<UInt64>.self)
    }

    @inlinable
    @inline(__always)
    func next(_ message: QueueMessage) -> UnsafeMutablePointer<Atomic<UInt64>> {
        word(message.group, 4 &+ 2 &* Int(message.producer))
    }

    @inlinable
    @inline(__always)
    func settled(_ message: QueueMessage) -> UnsafeMutablePointer<Atomic<UInt64>> {
        word(message.group, 5 &+ 2 &* Int(message.producer))
    }

    /// The message that a header names; nil where it is not of this queue.
    @inlinable
    public func message(_ header: TraceHeader) -> QueueMessage? {
        guard Int(header.keyIndex) < groups else { return nil }
        let row = rows[Int(header.producer)]
        guard row >= 0 else { return nil }
        return QueueMessage(
            group: header.keyIndex, producer: UInt16(truncatingIfNeeded: row),
            sequence: header.sequence)
    }

    // MARK: Receiving

    /// Takes note that receive `ticket`, asked for at `polled` and answered at `received`, brought
    /// `message` for the `attempt`th time, invisible to others for `visibility` from then on. True
    /// where the message comes back from the dead-letter queue.
    @inlinable
    public func receive(
        _ message: QueueMessage, attempt: UInt32, ticket: UInt64, polled: Nanoseconds,
        received: Nanoseconds, visibility: Nanoseconds
    ) -> Bool {
        // Of most groups nothing is kept by name, and most deliveries are not the last.
        let isKept = word(message.group, 3).pointee.load(ordering: .relaxed) != 0
        // What was deleted and comes all the same says nothing about who has the group.
        let isDeleted =
            !isKept && message.sequence < settled(message).pointee.load(ordering: .relaxed)
        if isFIFO, !isDeleted {
            hold(
                message, ticket: ticket, polled: polled, received: received,
                visibility: visibility)
        }
        return attempt >= maxReceiveCount || isKept ? noteDelivery(message, attempt) : false
    }

    @inlinable
    func hold(
        _ message: QueueMessage, ticket: UInt64, polled: Nanoseconds, received: Nanoseconds,
        visibility: Nanoseconds
    ) {
        let holder = word(message.group, 0).pointee.load(ordering: .relaxed)
        if holder == ticket {
            let held = word(message.group, 2)
            held.pointee.store(
                held.pointee.load(ordering: .relaxed) &+ 1, ordering: .relaxed)
            return
        }
        if holder != 0 {
            let until = Nanoseconds(
                bitPattern: word(message.group, 1).pointee.load(ordering: .relaxed))
            if received &+ Self.tolerance < until {
                deliveredEarly(message, by: until &- received)
            }
        }
        word(message.group, 0).pointee.store(ticket, ordering: .relaxed)
        word(message.group, 1).pointee.store(
            UInt64(bitPattern: polled &+ visibility), ordering: .relaxed)
        word(message.group, 2).pointee.store(1, ordering: .relaxed)
    }

    /// Takes note that receive `ticket` has made its messages of the group visible at `instant`.
    @inlinable
    public func release(_ message: QueueMessage, ticket: UInt64, visibleAt instant: Nanoseconds) {
        guard isFIFO, word(message.group, 0).pointee.load(ordering: .relaxed) == ticket else {
            return
        }
        word(message.group, 1).pointee.store(UInt64(bitPattern: instant), ordering: .relaxed)
    }

    // MARK: Handling

    /// Takes note that a handler starts, of delivery number `attempt`.
    @inlinable
    @inline(__always)
    public func start(_ message: QueueMessage, attempt: UInt32 = 1) -> Start {
        if next(message).pointee.load(ordering: .relaxed) == message.sequence { return .first }
        return startOutOfOrder(message, attempt)
    }

    /// Takes note that a handler has succeeded; false where the message had been handled before.
    @inlinable
    @inline(__always)
    public func handled(_ message: QueueMessage) -> Bool {
        let result = next(message).pointee.compareExchange(
            expected: message.sequence, desired: message.sequence &+ 1, ordering: .relaxed)
        return result.exchanged || handledOutOfOrder(message)
    }

    /// Takes note that receive `ticket` is about to delete the message. Before the delete goes out:
    /// once it is done, somebody else may get the group.
    @inlinable
    @inline(__always)
    public func letGo(_ message: QueueMessage, ticket: UInt64) {
        guard isFIFO, word(message.group, 0).pointee.load(ordering: .relaxed) == ticket else {
            return
        }
        let held = word(message.group, 2)
        let rest = held.pointee.load(ordering: .relaxed) &- 1
        held.pointee.store(rest, ordering: .relaxed)
        if rest == 0 { word(message.group, 0).pointee.store(0, ordering: .relaxed) }
    }

    /// Takes note that the message was deleted.
    @inlinable
    @inline(__always)
    public func deleted(_ message: QueueMessage) {
        let result = settled(message).pointee.compareExchange(
            expected: message.sequence, desired: message.sequence &+ 1, ordering: .relaxed)
        let isOrderly = word(message.group, 3).pointee.load(ordering: .relaxed) == 0
        if !result.exchanged || !isOrderly { deletedOutOfOrder(message) }
    }
}

/// A message of a queue, as the ledger knows it.
@frozen
public struct QueueMessage: Hashable, Sendable {
    /// The message group: the number of its key.
    public var group: UInt32
    /// The producer instance, numbered over those that send to the queue.
    public var producer: UInt16
    /// Running number of that instance's messages of the group.
    public var sequence: UInt64

    /// A message of the given parts.
    @inlinable
    public init(group: UInt32, producer: UInt16, sequence: UInt64) {
        self.group = group
        self.producer = producer
        self.sequence = sequence
    }

    /// For people: which message it is.
    var text: String { "\(KeyText.text(group)), producer \(producer), message \(sequence)" }
}
