import Synchronization
import UrrPlatform

/// Records of one size with consecutive offsets that a shared appender claimed together: fill the
/// `payload` of the first, commit or abort it, go on with the next, until there is none.
///
/// A local variable of one function. Readers see the records when the last of them is committed or
/// aborted; of a larger batch, `LogLayout.batchLimit` at a time. One release store makes so many
/// readable, and nothing else is written beside the frames. A batch that is left before its end
/// stops the readers like a claim that is never finished (`PartitionLog.blockedOffset()`).
public struct SharedBatch: @unchecked Sendable {
    /// The offset of the first record.
    public let firstOffset: Offset
    /// How many records there are.
    public let count: Int
    @usableFromInline let appender: SharedAppender
    @usableFromInline let byteCount: Int
    /// The frame of the next record to be finished; of each there is `frameByteCount`.
    @usableFromInline var frame: UnsafeMutableRawPointer
    /// Records that are not finished.
    @usableFromInline var left: Int
    /// Records that are left where the part that is published next is finished.
    @usableFromInline var leftBehindPart: Int
    /// The latest time in that part, if anything of it is committed.
    @usableFromInline var partTime = Nanoseconds.min
    @usableFromInline var isPartAborted = true

    @inlinable
    @inline(__always)
    init(
        _ appender: SharedAppender, firstOffset: Offset, count: Int,
        frame: UnsafeMutableRawPointer, byteCount: Int
    ) {
        self.appender = appender
        self.firstOffset = firstOffset
        self.count = count
        self.frame = frame
        self.byteCount = byteCount
        left = count
        leftBehindPart = count &- min(count, LogLayout.batchLimit)
    }

    /// The offset of the next record to be finished.
    @inlinable
    public var nextOffset: Offset { firstOffset &+ Int64(count &- left) }

    /// The bytes of the next record to be finished, aligned to 16; nil where all are finished.
    @inlinable
    @inline(__always)
    public var payload: UnsafeMutableRawBufferPointer? {
        if left == 0 { return nil }
        return UnsafeMutableRawBufferPointer(
            start: frame + LogLayout.frameHeaderByteCount, count: byteCount)
    }

    /// Finishes the record whose payload was filled. False where all are finished, or where the
    /// batch was abandoned or finished by a copy of this value.
    @inlinable
    @inline(__always)
    @discardableResult
    public mutating func commit(keyHash: UInt32, time: Nanoseconds) -> Bool {
        if left == 0 { return false }
        LogFrame.write(frame, byteCount, keyHash, time)
        partTime = max(partTime, time)
        isPartAborted = false
        return goOn()
    }

    /// Gives the record up: its offset stays used, and readers pass over it and count it. False
    /// where `commit` would be.
    @inlinable
    @discardableResult
    public mutating func abort() -> Bool {
        if left == 0 { return false }
        frame.storeBytes(
            of: LogLayout.abortedBit, toByteOffset: LogLayout.bitsInHeader, as: UInt64.self)
        return goOn()
    }

    @inlinable
    @inline(__always)
    mutating func goOn() -> Bool {
        frame += LogFrame.byteCount(byteCount)
        left &-= 1
        return left > leftBehindPart || publishPart()
    }

    /// Makes the records readable that one descriptor stands for, all of which are finished.
    @inlinable
    mutating func publishPart() -> Bool {
        let records = (count &- left &- 1) % LogLayout.batchLimit &+ 1
        let offset = nextOffset &- Int64(records)
        let isHeld = appender.publish(offset, partTime, isAborted: isPartAborted)
        leftBehindPart = left &- min(left, LogLayout.batchLimit)
        partTime = .min
        isPartAborted = true
        return isHeld
    }
}

extension SharedAppender {
    /// Makes the batch that starts at `offset` readable, or has readers pass over it. False where
    /// it was published or abandoned before.
    @inlinable
    @inline(__always)
    func publish(_ offset: Offset, _ time: Nanoseconds, isAborted: Bool) -> Bool {
        let descriptor = state.pointee.rings.descriptor(offset)
        if !isHeld(descriptor, offset) { return false }
        if !isAborted {
            state.pointee.lastTime = time
            // Relaxed: ordered by the mark.
            LogDescriptor.time(descriptor).pointee.store(time, ordering: .relaxed)
        }
        // Releases descriptor and frames; pairs with the acquire of readers.
        LogDescriptor.mark(descriptor).pointee.store(
            isAborted ? LogMark.aborted(offset) : LogMark.committed(offset), ordering: .releasing)
        return true
    }
}
