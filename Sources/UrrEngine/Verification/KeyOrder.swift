import Synchronization
import UrrPlatform

/// Whether a group meets the messages of each key in the order in which they were due, over all
/// partitions, producers and members. Nobody promises that for keys that are spread; this counts
/// how far it is from true.
///
/// Eight bytes a key. Members on several threads share it: each delivery takes one atomic maximum.
@usableFromInline
final class KeyOrder: @unchecked Sendable {
    private let latest: UnsafeMutablePointer<Atomic<Int64>>
    private let keys: Int

    /// A check of `keys` keys (at least 1), none of them met so far.
    init(keys: Int) {
        self.keys = max(1, keys)
        latest = .allocate(capacity: self.keys)
        for key in 0..<self.keys { (latest + key).initialize(to: Atomic(.min)) }
    }

    deinit {
        latest.deinitialize(count: keys)
        latest.deallocate()
    }

    /// Takes note of a message of `key` that was due at `intended`; true where one that was due
    /// later was met before it.
    @usableFromInline
    func isLate(key: UInt32, intended: Nanoseconds) -> Bool {
        guard Int(key) < keys else { return false }
        // Relaxed: only the order of the changes of this one word matters.
        return latest[Int(key)].max(intended, ordering: .relaxed).oldValue > intended
    }
}
