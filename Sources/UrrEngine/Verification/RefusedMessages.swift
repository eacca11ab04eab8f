import UrrDriver
import UrrPlatform

/// A message that the driver took and the target then refused: it has a sequence number and need
/// never arrive.
struct RefusedMessage: Hashable {
    var producer: UInt16
    var sequence: UInt64
}

/// What one producer entry of one worker was refused by answer, so that it is not taken for lost.
/// Memory of a fixed size: what does not fit is counted, and then undecided.
@usableFromInline
struct RefusedMessages: ~Copyable {
    @usableFromInline
    struct Item {
        @usableFromInline var sequence: UInt64
        /// The partition of the topic, or the message group of the queue.
        @usableFromInline var partition: Int32
        @usableFromInline var producer: UInt16

        @inlinable
        init(sequence: UInt64, partition: Int32, producer: UInt16) {
            self.sequence = sequence
            self.partition = partition
            self.producer = producer
        }
    }

    /// Messages of one entry that are remembered: 1 MiB.
    static let capacity = 1 << 16

    @usableFromInline let items: UnsafeMutablePointer<Item>
    @usableFromInline let capacity: Int
    @usableFromInline var count = 0
    /// Messages that found no room.
    @usableFromInline var forgotten: UInt64 = 0

    init(capacity: Int) {
        self.capacity = capacity
        items = .allocate(capacity: max(1, capacity))
    }

    @inlinable
    deinit { items.deallocate() }

    @inlinable
    mutating func append(_ item: Item) {
        guard count < capacity else {
            forgotten &+= 1
            return
        }
        (items + count).initialize(to: item)
        count &+= 1
    }
}

/// What all producers of a run were refused by answer, for the check at the end.
struct RefusalBook {
    private var messages: [Place: Set<RefusedMessage>] = [:]
    /// By destination: messages that were not remembered.
    private var forgotten: [Destination: UInt64] = [:]

    private struct Place: Hashable {
        var destination: Destination
        /// Partition or message group.
        var part: Int32
    }

    mutating func add(_ refused: borrowing RefusedMessages, to destination: Destination) {
        for index in 0..<refused.count {
            let item = refused.items[index]
            messages[Place(destination: destination, part: item.partition), default: []]
                .insert(RefusedMessage(producer: item.producer, sequence: item.sequence))
        }
        forgotten[destination, default: 0] += refused.forgotten
    }

    mutating func add(_ other: RefusalBook) {
        messages.merge(other.messages) { $0.union($1) }
        forgotten.merge(other.forgotten, uniquingKeysWith: +)
    }

    func messages(topic: Int, partition: Int) -> Set<RefusedMessage> {
        messages[Place(destination: .topic(topic), part: Int32(partition))] ?? []
    }

    /// What was refused of a message group.
    func messages(queue: Int, group: Int) -> Set<RefusedMessage> {
        messages[Place(destination: .queue(queue), part: Int32(group))] ?? []
    }

    func forgotten(_ destinations: [Destination]) -> UInt64 {
        destinations.reduce(0) { $0 + (forgotten[$1] ?? 0) }
    }
}
