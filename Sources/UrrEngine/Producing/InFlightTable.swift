import UrrPlatform

/// What is known of messages that were sent and not yet acknowledged, by token. For targets that
/// answer later; nothing is allocated after it is made.
@usableFromInline
struct InFlightTable: ~Copyable {
    @usableFromInline
    struct Entry {
        @usableFromInline var sent: Nanoseconds
        @usableFromInline var segment: UInt8
        /// The closed-loop slot that waits for the answer, or -1.
        @usableFromInline var slot: Int32

        @inlinable
        init(sent: Nanoseconds, segment: UInt8, slot: Int32) {
            self.sent = sent
            self.segment = segment
            self.slot = slot
        }
    }

    @usableFromInline let entries: UnsafeMutablePointer<Entry>
    /// Free tokens, a stack.
    @usableFromInline let free: UnsafeMutablePointer<UInt32>
    @usableFromInline var freeCount: Int
    @usableFromInline let capacity: Int

    @usableFromInline
    init(capacity: Int) {
        self.capacity = capacity
        entries = .allocate(capacity: max(1, capacity))
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
        let token = free[freeCount]
        entries[Int(token)] = entry
        return UInt64(token)
    }

    /// Takes the entry of `token` out; nil for a number that is no token at all.
    @inlinable
    mutating func remove(_ token: UInt64) -> Entry? {
        guard token < UInt64(capacity), freeCount < capacity else { return nil }
        free[freeCount] = UInt32(token)
        freeCount &+= 1
        return entries[Int(token)]
    }
}
