import Synchronization
import UrrPlatform

/// What one reader knows by itself.
@usableFromInline
struct ReaderState {
    @usableFromInline var position: Offset
    /// Records before this one can be read: reloaded only when all of them were.
    @usableFromInline var knownEnd: Offset
    @usableFromInline var committed: Offset
    /// In an exclusive log the data position behind the last record that was read, or -1 where it
    /// must be looked up.
    @usableFromInline var dataPosition = -1
    @usableFromInline var missed: UInt64 = 0
    @usableFromInline var outOfRangeCount: UInt64 = 0
    @usableFromInline var aborted: UInt64 = 0
    @usableFromInline var isOutOfRange = false
    @usableFromInline let rings: LogRings
    @usableFromInline let memory: LogMemory

    init(_ memory: LogMemory, at offset: Offset) {
        self.memory = memory
        rings = memory.rings
        position = offset
        knownEnd = offset
        committed = offset
    }
}

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
    let reset: OffsetReset

    init(
        state: UnsafeMutablePointer<ReaderState>, group: UnsafeMutableRawPointer, epoch: Int64,
        reset: OffsetReset
    ) {
        self.state = state
        self.group = group
        self.epoch = epoch
        self.reset = reset
    }

    /// The offset of the record that is delivered next.
    @inlinable
    public var position: Offset { state.pointee.position }
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
    /// how many there were. `body` must not poll or seek this reader; it may commit.
    ///
    /// An overrun reader first goes where its reset setting says and counts what it missed.
    @inlinable
    @inline(__always)
    public func poll(limit: Int, _ body: (LogRecord) -> Void) -> Int {
        if isFenced { return 0 }
        var start = state.pointee.position
        while true {
            if start >= state.pointee.knownEnd && !lookForMore(limit) { return 0 }
            if !memory.overwrites || pin(start) { break }
            if !recoverFromOverrun() { return 0 }
            start = state.pointee.position
        }
        let end = min(state.pointee.knownEnd, start &+ Int64(max(0, limit)))
        let delivered = deliver(start, end, body)
        state.pointee.position = end
        // Release for the queries of other threads; nothing else hangs on it.
        word(LogLayout.positionInGroup).pointee.store(end, ordering: .releasing)
        if memory.overwrites { unpin() }
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

    // MARK: Parts of a poll

    @inlinable
    var memory: LogMemory {
        @inline(__always) get { state.pointee.memory }
    }

    @inlinable
    @inline(__always)
    func word(_ field: Int) -> LogMemory.Word {
        (group + field).assumingMemoryBound(to: Atomic<Int64>.self)
    }

    @inlinable
    @inline(__always)
    func deliver(_ start: Offset, _ end: Offset, _ body: (LogRecord) -> Void) -> Int {
        let rings = state.pointee.rings
        let isShared = memory.isShared
        var position = state.pointee.dataPosition
        if position < 0 && !isShared { position = lookUpPosition(start, end) }
        var offset = start
        var passedOver = 0
        while offset < end {
            // Relaxed: all of it was acquired with `published` or the record's mark.
            let descriptor = rings.descriptor(offset)
            let bits = LogMemory.keyAndLength(descriptor).pointee.load(ordering: .relaxed)
            let length = Int(truncatingIfNeeded: bits & LogLayout.lengthMask)
            var isAborted = false
            if isShared {
                position = LogMemory.positionInShared(descriptor).pointee.load(ordering: .relaxed)
                let mark = LogMemory.mark(descriptor).pointee.load(ordering: .relaxed)
                isAborted = LogMark.isAborted(mark)
            } else if bits & LogLayout.lapBit != 0 {
                position = rings.lapStart(position)
            }
            if isAborted {
                passedOver &+= 1
            } else {
                let payload = rings.data + (position & rings.dataMask)
                body(
                    LogRecord(
                        offset: offset,
                        appendTime: LogMemory.time(descriptor).pointee.load(ordering: .relaxed),
                        keyHash: UInt32(truncatingIfNeeded: bits &>> 32),
                        payload: UnsafeRawBufferPointer(start: payload, count: length)))
            }
            position &+= LogMemory.padded(length)
            offset &+= 1
        }
        state.pointee.dataPosition = position
        if passedOver > 0 { state.pointee.aborted &+= UInt64(passedOver) }
        return Int(end &- start) &- passedOver
    }

    /// The data position of the record at `start`, which is held if it is before `end`.
    @inline(never)
    @usableFromInline
    func lookUpPosition(_ start: Offset, _ end: Offset) -> Int {
        start < end ? memory.rings.place(start).pointee.load(ordering: .relaxed) : -1
    }

    /// Looks how far the log can be read; false where there is nothing new.
    @inlinable
    @inline(__always)
    func lookForMore(_ limit: Int) -> Bool {
        if memory.isShared { return scanMarks(limit) }
        // Acquires descriptors and payloads; pairs with the release in `publish`.
        let end = memory.published.pointee.load(ordering: .acquiring)
        if end <= state.pointee.position { return false }
        state.pointee.knownEnd = end
        return true
    }

    /// Goes over the marks of a shared log until the first unfinished record.
    @inlinable
    func scanMarks(_ limit: Int) -> Bool {
        let start = state.pointee.position
        var end = start
        while end &- start < Int64(limit) {
            // Acquires descriptor and payload; pairs with the release of the mark.
            let mark = LogMemory.mark(state.pointee.rings.descriptor(end)).pointee.load(ordering: .acquiring)
            if !LogMark.isSettled(mark, end) { break }
            end &+= 1
        }
        if end > start {
            state.pointee.knownEnd = end
            return true
        }
        // Nothing there, or a later lap: then the attempt to pin finds out.
        return limit > 0 && memory.overwrites
            && memory.earliest.pointee.load(ordering: .acquiring) > start
    }

    /// Holds everything from `offset` on for this poll; false where it was discarded before.
    @inlinable
    @inline(__always)
    func pin(_ offset: Offset) -> Bool {
        // Both sequentially consistent: the store must not be passed by the load. Pairs with the
        // appender, which stores the earliest offset and then loads the pins.
        word(LogLayout.pinInGroup).pointee.store(offset, ordering: .sequentiallyConsistent)
        if memory.earliest.pointee.load(ordering: .sequentiallyConsistent) <= offset { return true }
        unpin()
        return false
    }

    @inlinable
    @inline(__always)
    func unpin() {
        // Releases this thread's reads; pairs with the load of holds in `LogMemory.makeRoom`.
        word(LogLayout.pinInGroup).pointee.store(Int64.max, ordering: .releasing)
    }

    /// Goes where the reset setting says; false where that is nowhere.
    @inline(never)
    @usableFromInline
    func recoverFromOverrun() -> Bool {
        if !state.pointee.isOutOfRange { state.pointee.outOfRangeCount += 1 }
        let earliest = memory.earliest.pointee.load(ordering: .acquiring)
        switch reset {
        case .none:
            state.pointee.isOutOfRange = true
            return false
        case .earliest: move(to: earliest)
        case .latest: move(to: max(earliest, memory.endOffset()))
        }
        return true
    }

    /// Moves on to `offset`, all records before which are discarded or given up.
    func move(to offset: Offset) {
        state.pointee.missed += UInt64(max(0, offset - state.pointee.position))
        place(at: offset)
    }

    func place(at offset: Offset) {
        state.pointee.isOutOfRange = false
        state.pointee.position = offset
        state.pointee.knownEnd = min(offset, state.pointee.knownEnd)
        state.pointee.dataPosition = -1
        word(LogLayout.positionInGroup).pointee.store(offset, ordering: .releasing)
    }
}
