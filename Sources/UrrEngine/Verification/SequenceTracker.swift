import UrrPlatform

/// Checks one group's deliveries against what each producer sent: every sequence number exactly
/// once and in order, per partition and producer instance.
///
/// In order costs one compare and one increment. Memory is bounded by partitions, producers and
/// open gaps, not by messages. Each partition's row is written by the one member that owns the
/// partition; rows are 128 bytes apart.
public final class SequenceTracker: @unchecked Sendable {
    /// Gaps that one partition keeps open over all producers; beyond that the oldest is given up.
    static let maximumGaps = 4096

    /// Next sequence number expected, row by row.
    @usableFromInline let expected: UnsafeMutablePointer<UInt64>
    /// Words from one partition's row to the next.
    @usableFromInline let stride: Int
    private let partitions: Int
    let producers: Int
    private let rows: UnsafeMutablePointer<Irregularities>

    /// What went wrong in one partition.
    struct Irregularities {
        var gaps: [Gap] = []
        var duplicates: UInt64 = 0
        var reordered: UInt64 = 0
        var abandonedGapMessages: UInt64 = 0
        /// The first gap as it was when it was found, whether it was closed later or not.
        var firstGap: Gap?
        /// The first message that came again, as a gap of one.
        var firstRepeated: Gap?
        var beganWithRepeated = false
    }

    /// Sequence numbers `from ..< to` of one producer that have been passed over.
    struct Gap {
        var producer: UInt16
        var from: UInt64
        var to: UInt64

        func holds(_ message: RefusedMessage) -> Bool {
            producer == message.producer && from <= message.sequence && message.sequence < to
        }
    }

    /// A tracker for `partitions` rows of `producers` numbers, all expecting 0.
    public init(partitions: Int, producers: Int) {
        self.partitions = partitions
        self.producers = producers
        let wordsPerLinePair = falseSharingByteCount / 8
        stride = (producers + wordsPerLinePair - 1) / wordsPerLinePair * wordsPerLinePair
        let bytes = max(1, partitions * stride) * 8
        expected = UnsafeMutableRawPointer.allocate(
            byteCount: bytes, alignment: falseSharingByteCount
        ).bindMemory(to: UInt64.self, capacity: bytes / 8)
        expected.initialize(repeating: 0, count: bytes / 8)
        rows = .allocate(capacity: max(1, partitions))
        rows.initialize(repeating: Irregularities(), count: max(1, partitions))
    }

    deinit {
        UnsafeMutableRawPointer(expected).deallocate()
        rows.deinitialize(count: max(1, partitions))
        rows.deallocate()
    }

    /// Takes note of a delivery; false where it repeats an earlier one. O(1) in order, else
    /// O(open gaps). `producer` must be a number that the tracker was made for.
    @inlinable
    @inline(__always)
    public func deliver(partition: Int, producer: UInt16, sequence: UInt64) -> Bool {
        if deliverNext(partition: partition, producer: producer, sequence: sequence) {
            return true
        }
        return deliverOutOfOrder(
            partition: partition, producer: producer, sequence: sequence, isExplained: false)
    }

    /// Takes note of a delivery where it is the one that comes next; else false, and nothing is
    /// noted: that is for `deliverOutOfOrder`.
    @inlinable
    @inline(__always)
    func deliverNext(partition: Int, producer: UInt16, sequence: UInt64) -> Bool {
        let slot = expected + (partition &* stride &+ Int(producer))
        if sequence == slot.pointee {
            slot.pointee = sequence &+ 1
            return true
        }
        return false
    }

    /// Takes note of a delivery that is not the next one; false where it repeats an earlier one. A
    /// repeat that has an explanation is none of the irregularities.
    @inline(never)
    @usableFromInline
    func deliverOutOfOrder(
        partition: Int, producer: UInt16, sequence: UInt64, isExplained: Bool
    ) -> Bool {
        let slot = expected + partition * stride + Int(producer)
        let row = rows + partition
        if sequence > slot.pointee {
            let gap = Gap(producer: producer, from: slot.pointee, to: sequence)
            if row.pointee.firstGap == nil { row.pointee.firstGap = gap }
            row.pointee.gaps.append(gap)
            giveUpOldest(row)
            slot.pointee = sequence + 1
            return true
        }
        if closeGap(row, producer: producer, sequence: sequence) {
            row.pointee.reordered += 1
            return true
        }
        if isExplained { return false }
        if row.pointee.firstRepeated == nil {
            row.pointee.firstRepeated = Gap(producer: producer, from: sequence, to: sequence + 1)
            row.pointee.beganWithRepeated = row.pointee.firstGap == nil
        }
        row.pointee.duplicates += 1
        return false
    }

    /// What went wrong in a partition; once its owner has ended.
    func irregularities(_ partition: Int) -> Irregularities { rows[partition] }

    /// Removes `sequence` from the gap that holds it; false where none does.
    private func closeGap(
        _ row: UnsafeMutablePointer<Irregularities>, producer: UInt16, sequence: UInt64
    ) -> Bool {
        for (index, gap) in row.pointee.gaps.enumerated()
        where gap.producer == producer && gap.from <= sequence && sequence < gap.to {
            row.pointee.gaps.remove(at: index)
            if sequence + 1 < gap.to {
                row.pointee.gaps.insert(
                    Gap(producer: producer, from: sequence + 1, to: gap.to), at: index)
            }
            if gap.from < sequence {
                row.pointee.gaps.insert(
                    Gap(producer: producer, from: gap.from, to: sequence), at: index)
            }
            giveUpOldest(row)
            return true
        }
        return false
    }

    /// Keeps the number of gaps within its limit. A new gap and a split one are one gap more.
    private func giveUpOldest(_ row: UnsafeMutablePointer<Irregularities>) {
        while row.pointee.gaps.count > Self.maximumGaps {
            let oldest = row.pointee.gaps.removeFirst()
            row.pointee.abandonedGapMessages += oldest.to - oldest.from
        }
    }
}
