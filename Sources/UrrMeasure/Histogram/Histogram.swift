import Synchronization
import UrrPlatform

/// Counts of nanosecond values with 3 significant digits from 1 ns to 1 h (HdrHistogram).
///
/// A handle of two words without reference counting: copies share the counts, and whoever made the
/// histogram calls `deallocate` once. The counts lie in one mapping of 270 KiB that the system
/// backs page by page on first use, so a histogram that nothing was recorded into occupies no
/// physical memory at all: zeroed memory is a valid empty histogram.
///
/// One thread records at a time. Reading while another thread records is a data race; see
/// `IntervalRecorder` for the way across threads.
///
/// Nothing is clipped, corrected or dropped:
/// - values in `0...1 h` are counted in a cell; 0 in the first one;
/// - greater ones count in `overflow`, and the greatest of them is kept;
/// - negative ones, which no correct clock gives, count in `anomalies`, and the lowest is kept.
public struct Histogram: @unchecked Sendable {
    /// What is known about all recorded values together. All zero means empty, hence the
    /// complement for the minimum.
    @usableFromInline
    struct Summary {
        @usableFromInline var count: UInt64
        /// Bitwise complement of the lowest counted value: 0 stands for "none yet".
        @usableFromInline var complementOfMinimum: UInt64
        @usableFromInline var maximum: UInt64
        @usableFromInline var overflow: UInt64
        @usableFromInline var greatestOverflow: UInt64
        @usableFromInline var anomalies: UInt64
        @usableFromInline var lowestAnomaly: Nanoseconds
    }

    /// Bytes from the start of the block to the first cell: the summary has a cache line of its
    /// own.
    @usableFromInline static var cellsOffset: Int { 64 }

    @usableFromInline let base: UnsafeMutableRawPointer
    private let owner: UnsafeMutablePointer<MemoryRegion>

    @usableFromInline
    var summary: UnsafeMutablePointer<Summary> {
        @inlinable @inline(__always)
        get { base.assumingMemoryBound(to: Summary.self) }
    }

    @usableFromInline
    var cells: UnsafeMutablePointer<UInt64> {
        @inlinable @inline(__always)
        get { (base + Self.cellsOffset).assumingMemoryBound(to: UInt64.self) }
    }

    /// Blocks made so far, to give each another place inside its first page. Mappings start at
    /// page boundaries, so without this the summaries of all histograms of a worker would compete
    /// for the same few lines of the first-level cache.
    private static let blocksMade = Atomic<Int>(0)
    private static let colours = 32

    /// An empty histogram. Maps 270 KiB of address space and touches none of it.
    public init() throws(MemoryError) {
        // Only a different number each time is needed, no order with anything else.
        let made = Self.blocksMade.wrappingAdd(1, ordering: .relaxed).oldValue
        let shift = (made & (Self.colours - 1)) * falseSharingByteCount
        let byteCount = Self.cellsOffset + HistogramLayout.cellCount * 8 + shift
        let region = try MemoryRegion(byteCount: byteCount)
        base = region.base + shift
        owner = .allocate(capacity: 1)
        owner.initialize(to: region)
        summary.bindMemory(byteCount: Self.cellsOffset)
    }

    /// Returns the memory. No copy of this handle may be used afterwards.
    public func deallocate() {
        owner.deinitialize(count: 1)
        owner.deallocate()
    }
}

extension UnsafeMutablePointer<Histogram.Summary> {
    /// Tells the compiler once what lies where in a new block.
    fileprivate func bindMemory(byteCount: Int) {
        let raw = UnsafeMutableRawPointer(self)
        raw.bindMemory(to: Histogram.Summary.self, capacity: 1)
        (raw + byteCount).bindMemory(to: UInt64.self, capacity: HistogramLayout.cellCount)
    }
}

// MARK: - Recording

extension Histogram {
    /// Counts one value. About 2 ns; no allocation, no lock, no reference counting.
    @inlinable
    @inline(__always)
    public func record(_ value: Nanoseconds) { record(value, count: 1) }

    /// Counts `value` as often as `count` says; 0 changes nothing. O(1).
    @inlinable
    @inline(__always)
    public func record(_ value: Nanoseconds, count: UInt64) {
        if count == 0 { return }
        // A negative value has the top bit set: one comparison finds both kinds of outliers.
        let bits = UInt64(bitPattern: value)
        if bits > UInt64(bitPattern: HistogramLayout.highestTrackable) {
            recordOutlier(value, count: count)
            return
        }
        // Wrapping additions: at 10^9 records a second a counter would last 584 years.
        cells[HistogramLayout.index(of: bits)] &+= count
        summary.pointee.count &+= count
        // Branches and no conditional moves: after the first few values neither is taken, and
        // nothing has to be stored.
        if bits > summary.pointee.maximum { summary.pointee.maximum = bits }
        if ~bits > summary.pointee.complementOfMinimum {
            summary.pointee.complementOfMinimum = ~bits
        }
    }

    /// The rare half of `record`, out of line so that the common half stays small.
    @inline(never)
    @usableFromInline
    func recordOutlier(_ value: Nanoseconds, count: UInt64) {
        if value < 0 {
            summary.pointee.anomalies &+= count
            summary.pointee.lowestAnomaly = min(summary.pointee.lowestAnomaly, value)
        } else {
            summary.pointee.overflow &+= count
            summary.pointee.greatestOverflow = max(
                summary.pointee.greatestOverflow, UInt64(value))
        }
    }
}
