import UrrPlatform

/// What a topic knows of its idempotent producers: the next sequence number of each of them in each
/// partition. A message with a lower one is a repeat.
///
/// One row per producer id, 128 bytes apart: a producer's messages all come from one thread.
final class ProducerSequences {
    let cells: UnsafeMutablePointer<UInt64>
    /// Words from one producer's row to the next.
    let stride: Int

    /// Rows for `ids` producers and `partitions` partitions, all expecting 0.
    init(ids: Int, partitions: Int) {
        let wordsPerLinePair = falseSharingByteCount / 8
        stride = (partitions + wordsPerLinePair - 1) / wordsPerLinePair * wordsPerLinePair
        let count = max(1, ids * stride)
        cells = UnsafeMutableRawPointer.allocate(
            byteCount: count * 8, alignment: falseSharingByteCount
        ).bindMemory(to: UInt64.self, capacity: count)
        cells.initialize(repeating: 0, count: count)
    }

    deinit { UnsafeMutableRawPointer(cells).deallocate() }
}
