import UrrPlatform
import UrrWorkload

/// The messages that one producer entry of one worker has to send again, from their first sending
/// to the answer to the repeat. Memory of a fixed size; nothing is allocated after it is made.
@usableFromInline
struct Repeats: ~Copyable {
    @usableFromInline
    struct Record {
        /// Number of the message in its entry's stream.
        @usableFromInline var index: UInt64
        @usableFromInline var sequence: UInt64
        @usableFromInline var intended: Nanoseconds
        /// When the original was sent and when its answer came; `.max` before that.
        @usableFromInline var sent: Nanoseconds
        @usableFromInline var answered: Nanoseconds = .max
        @usableFromInline var due: Nanoseconds
        @usableFromInline var instance: Int32
        @usableFromInline var segment: UInt8
        /// Whether the repeat was sent as the same message, for the queue to suppress.
        @usableFromInline var isInside = false
        /// Whether the original was refused, so that there is nothing to repeat.
        @usableFromInline var isVoid = false

        @inlinable
        init(
            index: UInt64, sequence: UInt64, intended: Nanoseconds, sent: Nanoseconds,
            due: Nanoseconds, instance: Int, segment: Int
        ) {
            self.index = index
            self.sequence = sequence
            self.intended = intended
            self.sent = sent
            self.due = due
            self.instance = Int32(truncatingIfNeeded: instance)
            self.segment = UInt8(truncatingIfNeeded: segment)
        }
    }

    @usableFromInline let sampler: RepeatSampler?
    /// How long the queue remembers an id.
    @usableFromInline let window: Nanoseconds
    @usableFromInline let records: UnsafeMutablePointer<Record>
    @usableFromInline let free: UnsafeMutablePointer<Int32>
    @usableFromInline var freeCount: Int
    @usableFromInline let capacity: Int
    /// Repeats that are not sent yet, by when they are due.
    @usableFromInline var waiting: TimerHeap
    /// Messages that should have been repeated and found no room.
    @usableFromInline var dropped: UInt64 = 0
    /// The first repeat that the queue treated wrongly.
    @usableFromInline var firstViolation: RepeatViolation?
    /// Repeats of which the window ended while they were under way, the first few of them.
    @usableFromInline let undecided: UnsafeMutablePointer<RefusedMessages.Item>
    @usableFromInline var undecidedCount = 0

    @usableFromInline static var undecidedCapacity: Int { 64 }

    init(_ distribution: RepeatDistribution?, window: Nanoseconds, capacity: Int) {
        sampler = distribution?.sampler
        self.window = window
        self.capacity = distribution == nil ? 0 : capacity
        records = .allocate(capacity: max(1, self.capacity))
        free = .allocate(capacity: max(1, self.capacity))
        for index in 0..<self.capacity {
            (free + index).initialize(to: Int32(self.capacity - 1 - index))
        }
        freeCount = self.capacity
        waiting = TimerHeap(capacity: self.capacity)
        undecided = .allocate(capacity: Self.undecidedCapacity)
    }

    @inlinable
    deinit {
        records.deallocate()
        free.deallocate()
        undecided.deallocate()
    }

    /// Repeats that are due or under way.
    @inlinable
    var count: Int { capacity &- freeCount }

    /// Takes a place for a repeat; -1 where none is free.
    @inlinable
    mutating func reserve() -> Int32 {
        guard freeCount > 0 else {
            dropped &+= 1
            return -1
        }
        freeCount &-= 1
        return free[freeCount]
    }

    @inlinable
    mutating func release(_ place: Int32) {
        free[freeCount] = place
        freeCount &+= 1
    }

    /// Puts a repeat on the list of those to be sent.
    @inlinable
    mutating func schedule(_ place: Int32, _ record: Record) {
        (records + Int(place)).initialize(to: record)
        waiting.insert(TimerHeap.Entry(due: record.due, owner: place, slot: 0))
    }
}

/// A repeat that the queue did not treat as its window says.
@usableFromInline
struct RepeatViolation {
    @usableFromInline var message: RefusedMessages.Item
    @usableFromInline var wasSuppressed: Bool
    /// Time between original and repeat.
    @usableFromInline var after: Nanoseconds

    @inlinable
    init(message: RefusedMessages.Item, wasSuppressed: Bool, after: Nanoseconds) {
        self.message = message
        self.wasSuppressed = wasSuppressed
        self.after = after
    }

    /// What was wrong, in words.
    func text(window: Nanoseconds) -> String {
        let key = KeyText.text(UInt32(bitPattern: message.partition))
        let name = "\(key), producer \(message.producer), message \(message.sequence)"
        guard wasSuppressed else {
            return "\(name): sent again after \(after) ns, inside the window of \(window) ns, and "
                + "not suppressed"
        }
        return after == 0
            ? "\(name): suppressed, though its deduplication id was new"
            : "\(name): sent again after \(after) ns, outside the window of \(window) ns, and "
                + "suppressed"
    }
}
