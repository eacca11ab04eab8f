import UrrPlatform

/// Heads of the chains of a hash table that grows by one bucket at a time (linear hashing), so that
/// no call pays for a table that doubles: nine entries to eight buckets on average. A head is whatever the
/// table keeps of a chain; all zeros is that of an empty one.
///
/// Source: Litwin, "Linear hashing: a new tool for file and table addressing" (1980).
struct ChainHeads<Head: BitwiseCopyable>: ~Copyable {
    private static var smallest: Int { 64 }

    private let region: MemoryRegion
    private let heads: UnsafeMutablePointer<Head>
    private let largest: Int
    private(set) var bucketCount = 64
    /// Least power of two that is not below `bucketCount`, less one.
    private var mask: UInt64 = 63

    init(entries: Int) throws(MemoryError) {
        largest = max(entries, Self.smallest)
        region = try MemoryRegion(byteCount: largest * MemoryLayout<Head>.stride, pages: .huge)
        heads = region.base.bindMemory(to: Head.self, capacity: largest)
    }

    var usedBytes: Int { bucketCount * MemoryLayout<Head>.stride }

    @inline(__always)
    func bucket(_ hash: UInt64) -> Int {
        let bucket = Int(truncatingIfNeeded: hash & mask)
        return bucket < bucketCount ? bucket : bucket & Int(truncatingIfNeeded: mask &>> 1)
    }

    @inline(__always)
    func head(_ hash: UInt64) -> UnsafeMutablePointer<Head> { heads + bucket(hash) }

    /// Whether an entry beyond `count` calls for one more bucket.
    @inline(__always)
    func isFull(_ count: Int) -> Bool {
        count >= bucketCount &+ bucketCount &>> 3 && bucketCount < largest
    }

    /// Adds one bucket. The entries of `from` whose hash says so have to be moved to `to`.
    mutating func grow() -> (from: Int, to: Int) {
        if UInt64(bucketCount) > mask { mask = mask &<< 1 | 1 }
        let to = bucketCount
        bucketCount &+= 1
        return (to & Int(mask &>> 1), to)
    }

    @inline(__always)
    func at(_ bucket: Int) -> UnsafeMutablePointer<Head> { heads + bucket }
}
