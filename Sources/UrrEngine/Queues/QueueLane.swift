/// The workers of one group on one thread that wait for messages, the longest waiting first: a ring
/// of fixed size. One of them asks for all: where it gets nothing the others would not either.
@usableFromInline
struct QueueLane: ~Copyable {
    @usableFromInline let group: Int
    @usableFromInline let places: UnsafeMutablePointer<Int32>
    @usableFromInline let mask: Int
    @usableFromInline var head = 0
    @usableFromInline var tail = 0

    init(group: Int, workers: Int) {
        self.group = group
        var size = 1
        while size < workers { size *= 2 }
        mask = size - 1
        places = .allocate(capacity: size)
        places.initialize(repeating: 0, count: size)
    }

    @inlinable
    deinit { places.deallocate() }

    @inlinable
    var isEmpty: Bool { head == tail }

    /// The worker that has waited longest.
    @inlinable
    var first: Int { Int(places[head & mask]) }

    @inlinable
    mutating func removeFirst() { head &+= 1 }

    @inlinable
    mutating func append(_ worker: Int) {
        places[tail & mask] = Int32(truncatingIfNeeded: worker)
        tail &+= 1
    }
}
