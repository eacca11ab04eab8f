import Synchronization
import UrrPlatform

/// What a descriptor of a shared log says of the record, or of the records, that it stands for.
struct LogClaim {
    let firstOffset: Offset
    /// Data position of the payload, or of a batch's first frame.
    let position: Int
    fileprivate let mark: UInt64
    fileprivate let bits: UInt64
    fileprivate let latest: Nanoseconds

    var count: Int64 { LogDescriptor.recordCount(bits) }

    /// Whether everything in it is committed or aborted.
    var isSettled: Bool { LogMark.isSettled(mark, firstOffset) }

    /// Whether, if settled, all of it was given up.
    var isAborted: Bool { LogMark.isAborted(mark) }

    /// The latest append time of a settled claim; nil where it was given up: there is one of an
    /// earlier lap.
    var time: Nanoseconds? { isAborted ? nil : latest }

    /// The offset and the data position behind it.
    var end: LogPlace {
        let size = frameByteCount.map { Int(count) &* $0 } ?? LogDescriptor.byteCount(length)
        return LogPlace(offset: firstOffset &+ count, position: position &+ size)
    }

    /// Bytes of each frame of a batch, nil of a single record.
    var frameByteCount: Int? {
        bits & LogLayout.batchBit == 0 ? nil : LogFrame.byteCount(length)
    }

    /// Bytes of each payload.
    var length: Int { Int(bits & LogLayout.lengthMask) }
}

extension LogMemory {
    /// The claim that starts at `offset` of a shared log, if its appender has said so.
    ///
    /// Of what is not held the slot may be used again meanwhile, and what comes out belongs to two
    /// claims: then `freed` has passed `offset`, if it is looked at afterwards.
    func claim(at offset: Offset) -> LogClaim? {
        let descriptor = rings.descriptor(offset)
        // Acquires the descriptor from the appender that wrote it.
        let mark = LogDescriptor.mark(descriptor).pointee.load(ordering: .acquiring)
        guard mark == LogMark.claimed(offset) || LogMark.isSettled(mark, offset) else { return nil }
        // Acquire, all: what is looked at afterwards, is. They are ordered by the mark.
        return LogClaim(
            firstOffset: offset,
            position: LogDescriptor.position(descriptor).pointee.load(ordering: .acquiring),
            mark: mark, bits: LogDescriptor.bits(descriptor).pointee.load(ordering: .acquiring),
            latest: LogDescriptor.time(descriptor).pointee.load(ordering: .acquiring))
    }

    /// The claim in which the record at `offset` is, if its appender has said so. O(1): a descriptor
    /// stands for `LogLayout.batchLimit` records at most.
    func claim(containing offset: Offset) -> LogClaim? {
        var first = offset
        while first >= 0 && first > offset - Int64(LogLayout.batchLimit) {
            if let claim = claim(at: first) { return claim.end.offset > offset ? claim : nil }
            first -= 1
        }
        return nil
    }

    /// The frame of the record at `offset`, which is in `claim`, a batch.
    func frame(of offset: Offset, in claim: LogClaim, _ byteCount: Int) -> UnsafeMutableRawPointer {
        rings.byte(claim.position &+ Int(offset &- claim.firstOffset) &* byteCount)
    }
}
