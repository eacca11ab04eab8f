import Synchronization
import UrrPlatform

/// The least that any structure must do: messages of one size in a ring, one writer, one reader,
/// nothing but the payload and two indices on lines of their own. No record has a header, nothing
/// can be read twice, nobody else can join. Written to show what the machine allows.
final class CopyRing: @unchecked Sendable {
    private let region: MemoryRegion
    private let indices: UnsafeMutableRawPointer
    let slots: UnsafeMutableRawPointer
    let mask: UInt64

    /// A ring of `slotCount` (a power of two) messages of `byteCount` bytes.
    init(byteCount: Int, slotCount: Int) throws {
        invariant(slotCount & (slotCount - 1) == 0, "slots are not a power of two")
        region = try MemoryRegion(byteCount: byteCount * slotCount, pages: .huge)
        region.touch()
        slots = region.base
        mask = UInt64(slotCount) - 1
        indices = .allocate(
            byteCount: 2 * falseSharingByteCount, alignment: falseSharingByteCount)
        for index in 0..<2 {
            (indices + index * falseSharingByteCount).initializeMemory(
                as: Atomic<UInt64>.self, to: Atomic(0))
        }
    }

    deinit { indices.deallocate() }

    /// Messages written so far; stored with release by the writer, loaded with acquire by the
    /// reader.
    var written: UnsafeMutablePointer<Atomic<UInt64>> {
        indices.assumingMemoryBound(to: Atomic<UInt64>.self)
    }

    /// Messages read so far; stored with release by the reader, loaded with acquire by the writer,
    /// so that a slot is written to only after it was read.
    var read: UnsafeMutablePointer<Atomic<UInt64>> {
        (indices + falseSharingByteCount).assumingMemoryBound(to: Atomic<UInt64>.self)
    }
}

extension UnsafeMutableRawPointer {
    fileprivate func initializeMemory(
        as type: Atomic<UInt64>.Type, to value: consuming Atomic<UInt64>
    ) {
        bindMemory(to: type, capacity: 1).initialize(to: value)
    }
}

/// The writing and the reading end of a ring: what they know of each other is kept in registers.
struct CopyRingEnds {
    private let slots: UnsafeMutableRawPointer
    private let mask: UInt64
    private let written: UnsafeMutablePointer<Atomic<UInt64>>
    private let read: UnsafeMutablePointer<Atomic<UInt64>>

    init(_ ring: CopyRing) {
        slots = ring.slots
        mask = ring.mask
        written = ring.written
        read = ring.read
    }

    /// Writes `count` messages in batches of `batch`.
    func write<Shape: MessageShape>(_ shape: Shape.Type, _ order: AppendOrder) {
        var patience = order.patience
        var next = written.pointee.load(ordering: .relaxed)
        let first = next
        var limit = next
        let last = first &+ order.count
        while next < last {
            if next == limit {
                limit = read.pointee.load(ordering: .acquiring) &+ mask &+ 1
                if next == limit {
                    guard patience.wait() else { return }
                    continue
                }
                patience.reset()
            }
            let end = min(limit, last, next &+ UInt64(order.batch))
            while next < end {
                let number = next &- first
                let slot = slots + Int(next & mask) &* Shape.byteCount
                Shape.write(to: slot, number, number, order.pattern)
                next &+= 1
            }
            written.pointee.store(next, ordering: .releasing)
        }
    }

    /// Reads `order.count` messages, at most `order.limit` at once.
    func read<Check: MessageCheck>(
        _ byteCount: Int, _ order: ReadOrder, _ result: inout Check
    ) {
        // A copy, so that its sums stay in registers.
        var check = result
        var patience = order.patience
        var next = read.pointee.load(ordering: .relaxed)
        var limit = next
        let last = next &+ order.count
        while next < last {
            if next == limit {
                limit = written.pointee.load(ordering: .acquiring)
                if next == limit {
                    guard patience.wait() else { break }
                    continue
                }
                patience.reset()
            }
            let end = min(limit, next &+ UInt64(order.limit))
            while next < end {
                let slot = slots + Int(next & mask) &* byteCount
                check.take(
                    UnsafeRawBufferPointer(start: slot, count: byteCount), envelope: 0)
                next &+= 1
            }
            read.pointee.store(next, ordering: .releasing)
        }
        result = check
    }
}
