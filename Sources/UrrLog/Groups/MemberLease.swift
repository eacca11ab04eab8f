import Synchronization
import UrrPlatform

/// What a member and the coordinator tell each other without a lock: whether the member is inside a
/// call, and whether it is out of the group. On its own cache lines, written with every call.
@usableFromInline
struct MemberLease: ~Copyable {
    @usableFromInline let isBusy = Atomic<Bool>(false)
    @usableFromInline let isFenced = Atomic<Bool>(false)
    @usableFromInline let heartbeat: Atomic<Nanoseconds>

    init(at time: Nanoseconds) { heartbeat = Atomic(time) }

    static func allocate(at time: Nanoseconds) -> UnsafeMutablePointer<MemberLease> {
        let lease = UnsafeMutableRawPointer.allocate(
            byteCount: falseSharingByteCount, alignment: falseSharingByteCount
        ).bindMemory(to: MemberLease.self, capacity: 1)
        lease.initialize(to: MemberLease(at: time))
        return lease
    }

    /// Called by the member. False where it is out of the group.
    @inlinable
    @inline(__always)
    borrowing func enter() -> Bool {
        // Sequentially consistent, both: either this load sees the fence, or the coordinator's load
        // of `isBusy` after it set the fence sees this store.
        isBusy.store(true, ordering: .sequentiallyConsistent)
        if !isFenced.load(ordering: .sequentiallyConsistent) { return true }
        isBusy.store(false, ordering: .releasing)
        return false
    }

    /// Called by the member. Releases what it did to whoever gets its partitions.
    @inlinable
    @inline(__always)
    borrowing func exit() { isBusy.store(false, ordering: .releasing) }

    /// Called by the coordinator. From here on the member enters no call; it may be in one.
    borrowing func fence() { isFenced.store(true, ordering: .sequentiallyConsistent) }

    /// Whether a fenced member is certainly out of its last call.
    borrowing func isOut() -> Bool { !isBusy.load(ordering: .sequentiallyConsistent) }
}
