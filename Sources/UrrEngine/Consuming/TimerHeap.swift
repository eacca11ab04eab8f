import UrrPlatform

/// Instants at which something falls due, earliest first: a binary heap in memory of a fixed size.
/// O(log n) to insert and to remove, nothing allocated after it is made.
@usableFromInline
struct TimerHeap: ~Copyable {
    @usableFromInline
    struct Entry {
        @usableFromInline var due: Nanoseconds
        @usableFromInline var owner: Int32
        @usableFromInline var slot: Int32

        @inlinable
        init(due: Nanoseconds, owner: Int32, slot: Int32) {
            self.due = due
            self.owner = owner
            self.slot = slot
        }
    }

    @usableFromInline let entries: UnsafeMutablePointer<Entry>
    @usableFromInline let capacity: Int
    @usableFromInline var count = 0

    @usableFromInline
    init(capacity: Int) {
        self.capacity = max(1, capacity)
        entries = .allocate(capacity: self.capacity)
    }

    @inlinable
    deinit { entries.deallocate() }

    /// When the earliest entry falls due; `.max` where there is none.
    @inlinable
    @inline(__always)
    var nextDue: Nanoseconds { count == 0 ? .max : entries.pointee.due }

    /// Whether entry `a` goes before entry `b`. Equal instants go by owner and slot, so that a
    /// simulation is the same every time.
    @inlinable
    @inline(__always)
    static func precedes(_ a: Entry, _ b: Entry) -> Bool {
        if a.due != b.due { return a.due < b.due }
        return a.owner != b.owner ? a.owner < b.owner : a.slot < b.slot
    }

    @inlinable
    mutating func insert(_ entry: Entry) {
        invariant(count < capacity, "a timer for every handler slot")
        var index = count
        count &+= 1
        while index > 0 {
            let parent = (index &- 1) &>> 1
            guard Self.precedes(entry, entries[parent]) else { break }
            entries[index] = entries[parent]
            index = parent
        }
        entries[index] = entry
    }

    /// Removes every entry of an owner. O(n log n); rare.
    mutating func removeAll(of owner: Int32) {
        let before = count
        count = 0
        for index in 0..<before where entries[index].owner != owner {
            // `insert` writes at most to where it reads here: `count` is not above `index`.
            insert(entries[index])
        }
    }

    @inlinable
    mutating func removeFirst() -> Entry {
        invariant(count > 0, "an entry to remove")
        let first = entries[0]
        count &-= 1
        let last = entries[count]
        var index = 0
        while true {
            var child = 2 &* index &+ 1
            guard child < count else { break }
            if child &+ 1 < count, Self.precedes(entries[child &+ 1], entries[child]) {
                child &+= 1
            }
            guard Self.precedes(entries[child], last) else { break }
            entries[index] = entries[child]
            index = child
        }
        if count > 0 { entries[index] = last }
        return first
    }

    /// Takes out all entries of `owner`. O(n log n); cold.
    mutating func removeAll(owner: Int32) {
        rebuild { $0.owner == owner ? nil : $0 }
    }

    /// Puts off all entries of `owner` by `delay`. O(n log n); cold.
    mutating func postpone(owner: Int32, by delay: Nanoseconds) {
        rebuild { entry in
            var entry = entry
            if entry.owner == owner { entry.due += delay }
            return entry
        }
    }

    private mutating func rebuild(_ change: (Entry) -> Entry?) {
        let kept = (0..<count).compactMap { change(entries[$0]) }
        count = 0
        for entry in kept { insert(entry) }
    }
}
