import UrrPlatform

/// A record that can wait in a free list.
protocol SlabRecord: BitwiseCopyable {
    /// Index of the next free record while this one is free.
    var freeLink: UInt32 { get set }
    /// Whether the record may be used again after it was freed.
    var isExhausted: Bool { get }
}

extension SlabRecord {
    @inline(__always)
    var isExhausted: Bool { false }
}

/// Records of one size in a region, addressed by 32-bit indices from 1 on; 0 means none. Pages are
/// touched as the number of records first reaches them; freed records are used again, last first.
struct Slab<Record: SlabRecord>: ~Copyable {
    private let region: MemoryRegion
    private let base: UnsafeMutablePointer<Record>
    /// Records that can be in use at one time.
    let capacity: Int
    /// One more than the greatest index ever used.
    private(set) var end: UInt32 = 1
    private var free: UInt32 = 0
    private(set) var count = 0

    init(capacity: Int) throws(MemoryError) {
        let bytes = (capacity + 1) * MemoryLayout<Record>.stride
        region = try MemoryRegion(byteCount: bytes, pages: .huge)
        base = region.base.bindMemory(to: Record.self, capacity: capacity + 1)
        self.capacity = capacity
    }

    @inline(__always)
    var hasRoom: Bool { free != 0 || Int(end) <= capacity }

    var touchedBytes: Int { Int(end) * MemoryLayout<Record>.stride }
    var usedBytes: Int { count * MemoryLayout<Record>.stride }

    @inline(__always)
    func at(_ index: UInt32) -> UnsafeMutablePointer<Record> { base + Int(index) }

    /// A record with whatever its last user left in it (zeros at first). Ask `hasRoom` before.
    @inline(__always)
    mutating func allocate() -> UInt32 {
        count &+= 1
        if free != 0 {
            let index = free
            free = at(index).pointee.freeLink
            return index
        }
        invariant(Int(end) <= capacity, "slab is full")
        end &+= 1
        return end &- 1
    }

    @inline(__always)
    mutating func release(_ index: UInt32) {
        count &-= 1
        if at(index).pointee.isExhausted { return }
        at(index).pointee.freeLink = free
        free = index
    }
}
