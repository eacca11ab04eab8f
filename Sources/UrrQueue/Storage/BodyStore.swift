import UrrPlatform

/// Blocks of bytes in size classes, addressed by the number of their first 16-byte unit. Freed
/// blocks of a class are used again, last first; a class that shrinks keeps its blocks.
///
/// Classes: every 16 bytes up to 128, then four to each doubling, so that at most 15 bytes, or a
/// fifth of the block, are lost to rounding.
struct BodyStore: ~Copyable {
    private static let classCount = 80
    static let unit = 16

    private let region: MemoryRegion
    private let base: UnsafeMutableRawPointer
    private let free: UnsafeMutablePointer<UInt32>
    private let units: Int
    /// First unit never used; 0 means none and is never given out.
    private var end = 1
    private(set) var usedBytes = 0

    init(byteCount: Int) throws(MemoryError) {
        region = try MemoryRegion(byteCount: byteCount, pages: .huge)
        base = region.base
        units = min(region.byteCount / Self.unit, Int(UInt32.max))
        free = .allocate(capacity: Self.classCount)
        free.initialize(repeating: 0, count: Self.classCount)
    }

    deinit { free.deallocate() }

    var touchedBytes: Int { end * Self.unit }

    /// The class of a length of at least 1, and the units of its blocks.
    @inline(__always)
    static func sizeClass(_ length: Int) -> (number: Int, units: Int) {
        let needed = (length &+ unit &- 1) &>> 4
        if needed <= 8 { return (needed &- 1, needed) }
        // Of the number before it, so that a power of two is the largest of its own doubling.
        let exponent = Int.bitWidth &- 1 &- (needed &- 1).leadingZeroBitCount
        let step = 1 &<< (exponent &- 2)
        let quarter = (needed &- 1) &>> (exponent &- 2) &- 4
        return (8 &+ (exponent &- 3) &* 4 &+ quarter, (quarter &+ 5) &* step)
    }

    @inline(__always)
    func address(_ unit: UInt32) -> UnsafeMutableRawPointer { base + Int(unit) &* Self.unit }

    /// A block of at least `length` bytes; 0 where there is no room.
    @inline(__always)
    mutating func allocate(_ length: Int) -> UInt32 {
        let (number, units) = Self.sizeClass(length)
        var block = free[number]
        if block != 0 {
            free[number] = address(block).load(as: UInt32.self)
        } else {
            guard end &+ units <= self.units else { return 0 }
            block = UInt32(truncatingIfNeeded: end)
            end &+= units
        }
        usedBytes &+= units &* Self.unit
        return block
    }

    @inline(__always)
    mutating func release(_ block: UInt32, length: Int) {
        let (number, units) = Self.sizeClass(length)
        address(block).storeBytes(of: free[number], as: UInt32.self)
        free[number] = block
        usedBytes &-= units &* Self.unit
    }
}
