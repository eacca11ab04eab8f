import UrrPlatform

/// What is known of messages that were sent and not yet acknowledged, by token. For targets that
/// answer later; nothing is allocated after it is made.
///
/// A token is the number of a place and how often that place was taken and freed, so that an
/// answer that comes twice, or far too late, does not free what another message holds.
@usableFromInline
struct InFlightTable: ~Copyable {
    @usableFromInline
    struct Entry {
        @usableFromInline var sent: Nanoseconds
        /// The closed-loop slot that waits for the answer, or the record of a repeat, or -1.
        @usableFromInline var slot: Int32
        /// Counts insertions and removals of the place: odd while a message holds it.
        @usableFromInline var turn: UInt16 = 0
        @usableFromInline var segment: UInt8
        /// Whether the message is itself a repeat.
        @usableFromInline var isRepeat: Bool
        /// Whether the message had failed before.
        @usableFromInline var isLate: Bool
        /// Number of the message in its entry's stream.
        @usableFromInline var index: UInt64
        /// When the schedule wanted it, should it be sent again.
        @usableFromInline var intended: Nanoseconds
        /// Whether it is of the measured schedule; of warm-up else.
        @usableFromInline var isMeasured: Bool
        /// Which message it is, should it be refused.
        @usableFromInline var message: RefusedMessages.Item

        @inlinable
        init(
            sent: Nanoseconds, segment: UInt8, slot: Int32, message: RefusedMessages.Item,
            isRepeat: Bool = false, index: UInt64 = 0, intended: Nanoseconds = 0,
            isMeasured: Bool = true, isLate: Bool = false
        ) {
            self.index = index
            self.isMeasured = isMeasured
            self.isRepeat = isRepeat
            self.isLate = isLate
            self.index = index
            self.intended = intended
            self.sent = sent
            self.segment = segment
            self.slot = slot
            self.message = message
        }
    }

    @usableFromInline let entries: UnsafeMutablePointer<Entry>
    /// Free places, a stack.
    @usableFromInline let free: UnsafeMutablePointer<UInt32>
    @usableFromInline var freeCount: Int
    @usableFromInline let capacity: Int

    @usableFromInline
    init(capacity: Int) {
        self.capacity = capacity
        entries = .allocate(capacity: max(1, capacity))
        entries.initialize(
            repeating: Entry(
                sent: 0, segment: 0, slot: -1,
                message: RefusedMessages.Item(sequence: 0, partition: 0, producer: 0)),
            count: max(1, capacity))
        free = .allocate(capacity: max(1, capacity))
        for index in 0..<capacity { (free + index).initialize(to: UInt32(capacity - 1 - index)) }
        freeCount = capacity
    }

    @inlinable
    deinit {
        entries.deallocate()
        free.deallocate()
    }

    /// Messages under way.
    @inlinable
    var count: Int { capacity &- freeCount }

    /// Keeps an entry and returns its token; nil where the table is full.
    @inlinable
    mutating func insert(_ entry: Entry) -> UInt64? {
        guard freeCount > 0 else { return nil }
        freeCount &-= 1
        let place = free[freeCount]
        let turn = entries[Int(place)].turn &+ 1
        entries[Int(place)] = entry
        entries[Int(place)].turn = turn
        return UInt64(place) | UInt64(turn) &<< 32
    }

    /// Takes the entry of `token` out; nil for a number that is no token of a message under way.
    @inlinable
    mutating func remove(_ token: UInt64) -> Entry? {
        let place = token & 0xffff_ffff
        guard place < UInt64(capacity) else { return nil }
        let entry = entries + Int(place)
        guard UInt64(entry.pointee.turn) == token &>> 32, entry.pointee.turn & 1 == 1 else {
            return nil
        }
        entry.pointee.turn &+= 1
        free[freeCount] = UInt32(truncatingIfNeeded: place)
        freeCount &+= 1
        return entry.pointee
    }
}
