import UrrPlatform

/// Heads of the chains of a hash table that grows by one bucket at a time (linear hashing), so that
/// no call pays for a table that doubles: at most one entry to a bucket on average, 4 bytes each.
///
/// Source: Litwin, "Linear hashing: a new tool for file and table addressing" (1980).
struct ChainHeads: ~Copyable {
    private static let smallest = 64

    private let region: MemoryRegion
    private let heads: UnsafeMutablePointer<UInt32>
    private let largest: Int
    private(set) var bucketCount = Self.smallest
    /// Least power of two that is not below `bucketCount`, less one.
    private var mask = UInt64(Self.smallest - 1)

    init(entries: Int) throws(MemoryError) {
        largest = max(entries, Self.smallest)
        region = try MemoryRegion(byteCount: largest * 4, pages: .huge)
        heads = region.base.bindMemory(to: UInt32.self, capacity: largest)
    }

    var usedBytes: Int { bucketCount * 4 }

    @inline(__always)
    func bucket(_ hash: UInt64) -> Int {
        let bucket = hash & mask
        return Int(bucket < UInt64(bucketCount) ? bucket : bucket & (mask &>> 1))
    }

    @inline(__always)
    func head(_ hash: UInt64) -> UnsafeMutablePointer<UInt32> { heads + bucket(hash) }

    /// Whether an entry beyond `count` calls for one more bucket.
    @inline(__always)
    func isFull(_ count: Int) -> Bool { count >= bucketCount && bucketCount < largest }

    /// Adds one bucket. The entries of `from` whose hash says so have to be moved to `to`.
    mutating func grow() -> (from: Int, to: Int) {
        if UInt64(bucketCount) > mask { mask = mask &<< 1 | 1 }
        let to = bucketCount
        bucketCount &+= 1
        return (to & Int(mask &>> 1), to)
    }

    @inline(__always)
    func at(_ bucket: Int) -> UnsafeMutablePointer<UInt32> { heads + bucket }
}
