import UrrPlatform

/// The messages that were accepted since the last flush, as runs of equal send time and segment:
/// enough to book their acknowledgement. Nothing is allocated after it is made.
@usableFromInline
struct OpenBatch: ~Copyable {
    @usableFromInline
    struct Run {
        @usableFromInline var sent: Nanoseconds
        @usableFromInline var segment: Int
        @usableFromInline var count: UInt64

        @inlinable
        init(sent: Nanoseconds, segment: Int, count: UInt64) {
            self.sent = sent
            self.segment = segment
            self.count = count
        }
    }

    @usableFromInline let runs: UnsafeMutablePointer<Run>
    @usableFromInline let capacity: Int
    @usableFromInline var runCount = 0
    /// Messages in the batch.
    @usableFromInline var messages = 0
    /// Send time of the first of them.
    @usableFromInline var opened: Nanoseconds = 0

    /// A batch of at most `capacity` messages.
    @usableFromInline
    init(capacity: Int) {
        self.capacity = max(1, capacity)
        runs = .allocate(capacity: self.capacity)
    }

    @inlinable
    deinit { runs.deallocate() }

    @inlinable
    @inline(__always)
    mutating func add(sent: Nanoseconds, segment: Int, count: UInt64) {
        messages &+= Int(count)
        if runCount > 0 {
            let last = runs + (runCount &- 1)
            if last.pointee.sent == sent, last.pointee.segment == segment {
                last.pointee.count &+= count
                return
            }
        } else {
            opened = sent
        }
        invariant(runCount < capacity, "a batch is flushed when it is full")
        (runs + runCount).initialize(to: Run(sent: sent, segment: segment, count: count))
        runCount &+= 1
    }

    @inlinable
    mutating func clear() {
        runCount = 0
        messages = 0
    }
}
