import UrrPlatform

/// Where a value is counted: the index arithmetic of HdrHistogram for one fixed configuration,
/// 3 significant decimal digits from 1 ns to 1 h.
///
/// Buckets double in width; each is divided into linear cells, and only the upper half of every
/// bucket but the first is used, because its lower half is covered by the bucket before.
///
/// ```
///   bucket      values                   cells   width of a cell
///   0           0 ..< 2048               2048    1 ns
///   1           2048 ..< 4096            1024    2 ns
///   k           2048<<(k-1) ..< 2048<<k  1024    2^k ns
/// ```
///
/// Source of the arithmetic: HdrHistogram (Gil Tene), `AbstractHistogram.getBucketIndex` and
/// `countsArrayIndex`, with a unit of 1 ns.
public enum HistogramLayout {
    /// Decimal digits that are kept: a cell is never wider than a thousandth of its values.
    public static let significantDigits: Int32 = 3

    /// Greatest value that is counted in a cell, 1 h in nanoseconds.
    public static let highestTrackable: Nanoseconds = 3_600_000_000_000

    /// log2 of the cells of bucket 0. Three digits need steps of 1 up to 2 * 10^3 (twice, because
    /// the cells of a bucket's upper half must still resolve 1 in 1000); the next power of two is
    /// 2048 = 2^11.
    @inlinable public static var subBucketCountMagnitude: Int { 11 }

    /// log2 of the cells that every later bucket adds.
    @inlinable public static var subBucketHalfCountMagnitude: Int { 10 }

    /// The low bits that never leave bucket 0.
    @inlinable public static var subBucketMask: UInt64 { 2047 }

    /// Buckets needed for 1 h: 2048 << 30 is 2.2e12 ns, 2048 << 31 is 4.4e12 ns.
    @inlinable public static var bucketCount: Int { 32 }

    /// Number of cells: 1024 for each bucket and 1024 more for the lower half of bucket 0.
    @inlinable public static var cellCount: Int { (bucketCount + 1) << subBucketHalfCountMagnitude }

    /// The cell of `value`, in `0..<cellCount` for every value up to `highestTrackable`.
    ///
    /// Wrapping operators are safe: `value | mask` is never 0 and, within the range, has at least
    /// 22 leading zeros, so the bucket is 0...31.
    @inlinable
    @inline(__always)
    public static func index(of value: UInt64) -> Int {
        let bucket = 53 &- (value | subBucketMask).leadingZeroBitCount
        return (bucket &<< subBucketHalfCountMagnitude) &+ Int(value &>> UInt64(bucket))
    }

    /// The smallest value that is counted in cell `index`.
    public static func lowestValue(at index: Int) -> UInt64 {
        let bucket = (index >> subBucketHalfCountMagnitude) - 1
        if bucket < 0 { return UInt64(index) }
        let half = 1 << subBucketHalfCountMagnitude
        let cell = index % half + half
        return UInt64(cell) << UInt64(bucket)
    }

    /// How many neighbouring values share cell `index`: 1, 2, 4 ... 2^31 ns.
    public static func width(at index: Int) -> UInt64 {
        1 << UInt64(max(0, (index >> subBucketHalfCountMagnitude) - 1))
    }

    /// The greatest value that is counted in cell `index`.
    public static func highestValue(at index: Int) -> UInt64 {
        lowestValue(at: index) + width(at: index) - 1
    }

    /// The value that stands for cell `index` in sums: the middle, rounded up.
    public static func middleValue(at index: Int) -> UInt64 {
        lowestValue(at: index) + width(at: index) / 2
    }

    /// Whether two values in range cannot be told apart by a histogram.
    public static func areEquivalent(_ first: Nanoseconds, _ second: Nanoseconds) -> Bool {
        index(of: UInt64(bitPattern: first)) == index(of: UInt64(bitPattern: second))
    }
}
