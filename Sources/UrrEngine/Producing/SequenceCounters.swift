import UrrPlatform

/// How many messages each producer instance has handed to each partition: the next sequence
/// number, and in the end the book that deliveries are checked against.
///
/// One row per instance, written by the worker that owns the instance, 128 bytes apart. Read by
/// others only after that worker has ended.
public final class SequenceCounters: @unchecked Sendable {
    @usableFromInline let cells: UnsafeMutablePointer<UInt64>
    @usableFromInline let stride: Int
    private let bytes: Int

    /// Counters for `instances` instances and `partitions` partitions, all 0.
    public init(instances: Int, partitions: Int) {
        let wordsPerLinePair = falseSharingByteCount / 8
        stride = (partitions + wordsPerLinePair - 1) / wordsPerLinePair * wordsPerLinePair
        bytes = max(1, instances * stride) * 8
        cells = UnsafeMutableRawPointer.allocate(
            byteCount: bytes, alignment: falseSharingByteCount
        ).bindMemory(to: UInt64.self, capacity: bytes / 8)
        cells.initialize(repeating: 0, count: bytes / 8)
    }

    deinit { UnsafeMutableRawPointer(cells).deallocate() }

    /// The row of one instance: a counter per partition.
    @inlinable
    public func row(instance: Int) -> UnsafeMutablePointer<UInt64> { cells + instance &* stride }
}
