import Synchronization
import UrrPlatform

/// Threads that wait for each other again and again.
final class Rounds: @unchecked Sendable {
    private let members: Int
    private let lines: UnsafeMutableRawPointer

    init(members: Int) {
        self.members = members
        lines = .allocate(byteCount: 2 * falseSharingByteCount, alignment: falseSharingByteCount)
        lines.initializeMemory(as: UInt8.self, repeating: 0, count: 2 * falseSharingByteCount)
    }

    deinit { lines.deallocate() }

    private var arrived: UnsafeMutablePointer<Atomic<Int>> {
        lines.assumingMemoryBound(to: Atomic<Int>.self)
    }

    private var generation: UnsafeMutablePointer<Atomic<Int>> {
        (lines + falseSharingByteCount).assumingMemoryBound(to: Atomic<Int>.self)
    }

    /// Returns when all members have called it; false where they did not for too long.
    func meet(_ patience: Patience) -> Bool {
        var patience = patience
        let current = generation.pointee.load(ordering: .acquiring)
        // Acquiring and releasing: what members did before is seen by all after.
        let count = arrived.pointee.wrappingAdd(1, ordering: .acquiringAndReleasing).newValue
        if count == members {
            arrived.pointee.store(0, ordering: .relaxed)
            // Releases the count above and what all did before; pairs with the acquire below.
            generation.pointee.store(current + 1, ordering: .releasing)
            return true
        }
        while generation.pointee.load(ordering: .acquiring) == current {
            guard patience.wait() else { return false }
        }
        return true
    }
}
