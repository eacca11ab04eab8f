import CUrrPlatform
import Synchronization
import UrrPlatform

/// Reads one partition for one group. One thread at a time, and one reader for each group.
///
/// A handle without ownership: trivial to copy, every copy is the same reader, and the
/// `PartitionLog` that made it must outlive it. A reader that was superseded by a newer one of its
/// group is fenced: it delivers nothing and commits nothing. That is a safety net, checked once a
/// call; whoever hands a group over sees to it that the former reader is not inside a call.
public struct LogReader: @unchecked Sendable {
    @usableFromInline let state: UnsafeMutablePointer<ReaderState>
    /// The line of the group, see `LogLayout`.
    @usableFromInline let group: UnsafeMutableRawPointer
    @usableFromInline let epoch: Int64

    init(
        state: UnsafeMutablePointer<ReaderState>, group: UnsafeMutableRawPointer, epoch: Int64
    ) {
        self.state = state
        self.group = group
        self.epoch = epoch
    }

    /// The offset of the record that is delivered next.
    @inlinable
    public var position: Offset { state.pointee.position }
    /// The offset before which every record was handled, as far as was told.
    @inlinable
    public var committed: Offset { state.pointee.committed }
    /// Records that were discarded before this reader got to them.
    @inlinable
    public var missed: UInt64 { state.pointee.missed }
    /// How often this reader was overrun.
    @inlinable
    public var outOfRangeCount: UInt64 { state.pointee.outOfRangeCount }
    /// Records that were given up by their appender and passed over by this reader.
    @inlinable
    public var aborted: UInt64 { state.pointee.aborted }
    /// Whether this reader was overrun and, with `OffsetReset.none`, waits for a seek.
    @inlinable
    public var isOutOfRange: Bool { state.pointee.isOutOfRange }
    /// Whether another reader of the same group has taken over, or the group was detached.
    @inlinable
    public var isFenced: Bool {
        word(LogLayout.epochInGroup).pointee.load(ordering: .relaxed) != epoch
    }

    /// Calls `body` with the next records, at most `limit`, in the order of their offsets; returns
    /// how many there were. Of what is in the log at least one comes, but not always all: the end of
    /// the log is looked up only when everything up to the last look was read. `body` must not poll, seek or release this reader; it may commit what
    /// was delivered by earlier polls.
    ///
    /// An overrun reader first goes where its reset setting says and counts what it missed.
    @inlinable
    @inline(__always)
    public func poll(limit: Int, _ body: (LogRecord) -> Void) -> Int {
        if limit <= 0 || isFenced { return 0 }
        while true {
            if state.pointee.position >= state.pointee.knownEnd && !lookForMore(limit) { return 0 }
            if !state.pointee.overwrites || pin() { break }
            if !recoverFromOverrun() { return 0 }
        }
        let start = state.pointee.position
        // Limited by what is there before it is added: any limit will do.
        let end = start &+ min(state.pointee.knownEnd &- start, Int64(limit))
        let delivered = deliver(start, end, body)
        invariant(state.pointee.position == start, "seek inside a poll")
        state.pointee.position = end
        // Release for the queries of other threads; nothing else hangs on it.
        word(LogLayout.positionInGroup).pointee.store(end, ordering: .releasing)
        if state.pointee.overwrites { unpin() }
        return delivered
    }

    /// Tells that every record before `offset` was handled: what a successor goes on from, and,
    /// under back-pressure, what may be discarded. False, and nothing done, where `offset` is below
    /// what was committed or beyond `position`, or where the reader is fenced.
    @inlinable
    @inline(__always)
    @discardableResult
    public func commit(_ offset: Offset) -> Bool {
        if offset < state.pointee.committed || offset > state.pointee.position || isFenced {
            return false
        }
        state.pointee.committed = offset
        // Releases this thread's reads; pairs with the load of holds in `LogMemory.makeRoom`.
        word(LogLayout.committedInGroup).pointee.store(offset, ordering: .releasing)
        return true
    }

    /// Asks for what `prefetch` looks at. For a thread that goes round over many logs: called for the
    /// log that comes fourth.
    @inlinable
    @inline(__always)
    public func prefetchState() {
        urr_prefetch_for_write(state)
        urr_prefetch_for_write(UnsafeMutableRawPointer(state) + 64)
    }

    /// Asks for the memory that the next poll will look at. For a thread that goes round over many
    /// logs: called for the log after next, it hides most of what a change costs.
    @inlinable
    @inline(__always)
    public func prefetch() {
        urr_prefetch_for_write(group)
        urr_prefetch_for_read(state.pointee.published)
        if state.pointee.isShared { return }
        let frame = state.pointee.rings.byte(state.pointee.dataPosition)
        var ahead = 0
        let byteCount = LogFrame.prefetched(state.pointee.pollByteCount)
        while ahead < byteCount {
            urr_prefetch_for_read(frame + ahead)
            ahead &+= 64
        }
    }

    @inlinable
    @inline(__always)
    func word(_ field: Int) -> LogMemory.Word {
        (group + field).assumingMemoryBound(to: Atomic<Int64>.self)
    }
}

/// Parts of a poll.
extension LogReader {
    /// Hands the records from `start` to `end` to `body`; returns how many were not aborted. A loop
    /// for each kind of log: one for both would not keep its state in registers.
    @inlinable
    @inline(__always)
    func deliver(_ start: Offset, _ end: Offset, _ body: (LogRecord) -> Void) -> Int {
        if state.pointee.isShared { return deliverMarked(start, end, body) }
        deliverFrames(start, end, body)
        return Int(end &- start)
    }

    /// The records of an exclusive log.
    ///
    /// Where the next frame is depends on this one's length, which may still be on its way from the
    /// other core. The inner loop, over records of one length, expects the next one to be as long,
    /// so that the processor goes on meanwhile; it calls nothing and masks nothing (see `LogLayout`),
    /// so all of it stays in registers.
    @inlinable
    @inline(__always)
    func deliverFrames(_ start: Offset, _ end: Offset, _ body: (LogRecord) -> Void) {
        let rings = state.pointee.rings
        let position = state.pointee.dataPosition
        var header = rings.byte(position)
        // A frame's address less its data position.
        var origin = UInt(bitPattern: header) &- UInt(bitPattern: position)
        var offset = start
        var step = 0
        while offset < end {
            var bits = Self.bits(header)
            if bits & LogLayout.lapBit != 0 {
                let lapEnd = Int(bitPattern: UInt(bitPattern: header) &- origin)
                // In line, unlike `lapStart`: around a call no vector register keeps what `body`
                // adds up.
                let lapStart = (lapEnd &+ rings.dataMask) & ~rings.dataMask
                header = rings.data
                origin = UInt(bitPattern: header) &- UInt(bitPattern: lapStart)
                bits = Self.bits(header)
            }
            let length = UInt32(truncatingIfNeeded: bits)
            step = LogFrame.byteCount(Int(length))
            repeat {
                body(
                    LogRecord(
                        offset: offset,
                        appendTime: header.load(
                            fromByteOffset: LogLayout.timeInHeader, as: Nanoseconds.self),
                        keyHash: UInt32(truncatingIfNeeded: bits &>> 32),
                        payload: UnsafeRawBufferPointer(
                            start: header + LogLayout.frameHeaderByteCount, count: Int(length))))
                offset &+= 1
                header += step
                if offset >= end { break }
                bits = Self.bits(header)
            } while UInt32(truncatingIfNeeded: bits) == length
        }
        let behind = Int(bitPattern: UInt(bitPattern: header) &- origin)
        state.pointee.frameByteCount = step
        state.pointee.pollByteCount = behind &- position
        state.pointee.dataPosition = behind
    }

    /// The records of a shared log, all of which are finished; returns how many were not aborted.
    @inlinable
    @inline(__always)
    func deliverMarked(_ start: Offset, _ end: Offset, _ body: (LogRecord) -> Void) -> Int {
        let rings = state.pointee.rings
        var delivered = 0
        var offset = start
        var batchEnd = state.pointee.batchEnd
        while offset < end {
            if offset < batchEnd {
                let stop = min(end, batchEnd)
                delivered &+= deliverBatch(offset, stop, body)
                offset = stop
                continue
            }
            let descriptor = rings.descriptor(offset)
            // Relaxed, all: acquired with the mark in `scanMarks`.
            let mark = LogDescriptor.mark(descriptor).pointee.load(ordering: .relaxed)
            let bits = LogDescriptor.bits(descriptor).pointee.load(ordering: .relaxed)
            if bits & LogLayout.batchBit != 0 {
                batchEnd = offset &+ LogDescriptor.recordCount(bits)
                enterBatch(descriptor, mark, bits, batchEnd)
                continue
            }
            if !LogMark.isAborted(mark) {
                let position = LogDescriptor.position(descriptor).pointee.load(ordering: .relaxed)
                body(
                    LogRecord(
                        offset: offset,
                        appendTime: LogDescriptor.time(descriptor).pointee.load(ordering: .relaxed),
                        keyHash: UInt32(truncatingIfNeeded: bits &>> 32),
                        payload: UnsafeRawBufferPointer(
                            start: rings.byte(position),
                            count: Int(truncatingIfNeeded: bits & LogLayout.lengthMask))))
                delivered &+= 1
            }
            offset &+= 1
        }
        state.pointee.aborted &+= UInt64(truncatingIfNeeded: Int(end &- start) &- delivered)
        return delivered
    }

    /// Goes to the first frame of the batch that `descriptor`, of these contents, stands for.
    @inlinable
    @inline(__always)
    func enterBatch(
        _ descriptor: UnsafeMutableRawPointer, _ mark: UInt64, _ bits: UInt64, _ end: Offset
    ) {
        state.pointee.batchEnd = end
        state.pointee.dataPosition = LogDescriptor.position(descriptor).pointee.load(
            ordering: .relaxed)
        state.pointee.batchLength =
            LogMark.isAborted(mark) ? -1 : Int(truncatingIfNeeded: bits & LogLayout.lengthMask)
    }

    /// Records of the batch that this reader is in; returns how many were not aborted. They are of
    /// one length and lie together, so that none of them has to be waited for to find the next.
    @inlinable
    @inline(__always)
    func deliverBatch(_ start: Offset, _ end: Offset, _ body: (LogRecord) -> Void) -> Int {
        let length = state.pointee.batchLength
        if length < 0 { return 0 }
        let step = LogFrame.byteCount(length)
        let position = state.pointee.dataPosition
        var header = state.pointee.rings.byte(position)
        var delivered = 0
        var offset = start
        while offset < end {
            let bits = Self.bits(header)
            if bits & LogLayout.abortedBit == 0 {
                body(
                    LogRecord(
                        offset: offset,
                        appendTime: header.load(
                            fromByteOffset: LogLayout.timeInHeader, as: Nanoseconds.self),
                        keyHash: UInt32(truncatingIfNeeded: bits &>> 32),
                        payload: UnsafeRawBufferPointer(
                            start: header + LogLayout.frameHeaderByteCount, count: length)))
                delivered &+= 1
            }
            offset &+= 1
            header += step
        }
        state.pointee.dataPosition = position &+ Int(end &- start) &* step
        return delivered
    }

    @inlinable
    @inline(__always)
    static func bits(_ header: UnsafeMutableRawPointer) -> UInt64 {
        header.load(fromByteOffset: LogLayout.bitsInHeader, as: UInt64.self)
    }

    /// Looks how far the log can be read; false where there is nothing new.
    @inlinable
    @inline(__always)
    func lookForMore(_ limit: Int) -> Bool {
        if state.pointee.isShared { return scanMarks(limit) }
        // Acquires the frames; pairs with the release in `ExclusiveAppender.publish`.
        let end = state.pointee.published.pointee.load(ordering: .acquiring)
        if end <= state.pointee.position { return false }
        state.pointee.knownEnd = end
        prefetchRecords(Int(min(Int64(limit), end &- state.pointee.position)))
        return true
    }

    /// Asks for the lines of the next `count` records all at once: at the heels of the appender each
    /// has to come from its core, and to find out one by one which is next takes longer.
    @inlinable
    @inline(__always)
    func prefetchRecords(_ count: Int) {
        let byteCount = min(count &* state.pointee.frameByteCount, LogFrame.prefetchLimit)
        let frame = state.pointee.rings.byte(state.pointee.dataPosition)
        var ahead = 0
        while ahead < byteCount {
            urr_prefetch_for_read(frame + ahead)
            ahead &+= 64
        }
    }

    /// Goes over the marks of a shared log until the first unfinished claim.
    @inlinable
    func scanMarks(_ limit: Int) -> Bool {
        let rings = state.pointee.rings
        let start = state.pointee.position
        var end = start
        while end &- start < Int64(limit) {
            let descriptor = rings.descriptor(end)
            // Acquires descriptor and payload; pairs with the release of the mark.
            let mark = LogDescriptor.mark(descriptor).pointee.load(ordering: .acquiring)
            if !LogMark.isSettled(mark, end) { break }
            // Relaxed: ordered by the mark. Where the slot was used again since, the attempt to pin
            // finds out.
            let bits = LogDescriptor.bits(descriptor).pointee.load(ordering: .relaxed)
            end &+= LogDescriptor.recordCount(bits)
        }
        if end > start {
            state.pointee.knownEnd = end
            state.pointee.mayBeInside = false
            return true
        }
        if state.pointee.mayBeInside && enterMiddle() { return true }
        // Nothing there, or a later lap: then the attempt to pin finds out.
        return state.pointee.overwrites
            && state.pointee.earliest.pointee.load(ordering: .acquiring) > start
    }

    /// Holds everything from the reader's position on for this poll; false where that was
    /// discarded before.
    @inlinable
    @inline(__always)
    func pin() -> Bool {
        let offset = state.pointee.position
        // Both sequentially consistent: the store must not be passed by the load. Pairs with the
        // appender, which stores the earliest offset and then loads the pins.
        word(LogLayout.pinInGroup).pointee.store(offset, ordering: .sequentiallyConsistent)
        let earliest = state.pointee.earliest.pointee.load(ordering: .sequentiallyConsistent)
        if earliest <= offset { return true }
        unpin()
        return false
    }

    @inlinable
    @inline(__always)
    func unpin() {
        // Releases this thread's reads; pairs with the load of holds in `LogMemory.makeRoom`.
        word(LogLayout.pinInGroup).pointee.store(Int64.max, ordering: .releasing)
    }
}
