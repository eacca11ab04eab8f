import CUrrPlatform
import Synchronization
import UrrPlatform

/// Going elsewhere in the log. Cold: each call costs a fence or two.
extension LogReader {
    /// Goes on at `offset`, from the oldest retained one to the end of the log.
    ///
    /// Going back behind what was committed takes the commit back: what follows is to be handled
    /// again, by this reader or its successor, and under back-pressure it is held from here on.
    public func seek(to offset: Offset) -> SeekResult {
        if isFenced { return .fenced }
        return go { start, end in offset >= start.offset && offset <= end ? offset : nil }
    }

    /// Goes on at the first record that was appended at `time` or later, or at the end of the log
    /// where there is none. O(log n), and one step for each aborted record that is looked at. In a
    /// shared log, where times may fall with the offset by as
    /// much as the appenders' threads are apart, it is the first one up to that uncertainty.
    public func seek(toTime time: Nanoseconds) -> SeekResult {
        if isFenced { return .fenced }
        let memory = state.pointee.memory
        return go { memory.firstOffset(atOrAfter: time, from: $0, to: $1) }
    }

    /// Goes back to the committed offset: what was read and not committed is delivered again.
    public func release() {
        if isFenced { return }
        let committed = state.pointee.committed
        if case .outOfRange = go({ start, _ in committed >= start.offset ? committed : nil }) {
            // Discarded: the next poll finds out.
            leave(LogPlace(offset: committed, position: 0))
        }
    }

    /// Holds all that is retained, goes to the offset that `choose` picks from it, or stays where
    /// it picks none.
    private func go(_ choose: (_ start: LogPlace, _ end: Offset) -> Offset?) -> SeekResult {
        let memory = state.pointee.memory
        let (start, end) = memory.holdAll(group)
        defer { unpin() }
        guard let offset = choose(start, end) else {
            return .outOfRange(retained: start.offset..<end)
        }
        if offset < state.pointee.committed {
            state.pointee.committed = offset
            // Before the pin is let go, see `LogMemory.oldestHold`.
            word(LogLayout.committedInGroup).pointee.store(offset, ordering: .releasing)
        }
        if state.pointee.isOutOfRange {
            count(missedBefore: min(offset, start.offset))
            state.pointee.isOutOfRange = false
        }
        leave(memory.place(of: offset, from: start))
        return .moved(offset)
    }

    /// Goes where the reset setting says; false where that is nowhere.
    @inline(never)
    @usableFromInline
    func recoverFromOverrun() -> Bool {
        let memory = state.pointee.memory
        let (start, end) = memory.holdAll(group)
        defer { unpin() }
        // An announcement that was taken back may look like an overrun.
        if start.offset <= state.pointee.position { return true }
        if !state.pointee.isOutOfRange { state.pointee.outOfRangeCount += 1 }
        switch state.pointee.reset {
        case .none:
            state.pointee.isOutOfRange = true
            return false
        case .earliest:
            count(missedBefore: start.offset)
            leave(start)
        case .latest:
            count(missedBefore: end)
            leave(memory.place(of: end, from: start))
        }
        return true
    }

    /// Looks whether this reader, of a shared log, is in the middle of a batch, and where its next
    /// frame is then; false where it is not, or where the batch is not finished.
    @inline(never)
    @usableFromInline
    func enterMiddle() -> Bool {
        let memory = state.pointee.memory
        let offset = state.pointee.position
        let claim = memory.claim(containing: offset)
        // It is at a start where another claim ends.
        guard let known = claim ?? memory.claim(containing: offset - 1) else {
            state.pointee.mayBeInside = offset > 0
            return false
        }
        // Acquire: nothing from here on was written again before the descriptors were looked at.
        if memory.earliest.pointee.load(ordering: .acquiring) > known.firstOffset { return false }
        guard let claim, claim.firstOffset < offset else {
            state.pointee.mayBeInside = false
            return false
        }
        guard claim.isSettled, let byteCount = claim.frameByteCount else { return false }
        state.pointee.mayBeInside = false
        state.pointee.knownEnd = claim.end.offset
        state.pointee.batchEnd = claim.end.offset
        state.pointee.batchLength = claim.isAborted ? -1 : claim.length
        state.pointee.dataPosition =
            claim.position &+ Int(offset &- claim.firstOffset) &* byteCount
        return true
    }

    private func count(missedBefore offset: Offset) {
        state.pointee.missed += UInt64(max(0, offset - state.pointee.position))
    }

    /// Leaves for `place`, which is where the next poll starts.
    private func leave(_ place: LogPlace) {
        state.pointee.position = place.offset
        state.pointee.dataPosition = place.position
        state.pointee.knownEnd = place.offset
        state.pointee.batchEnd = .min
        state.pointee.mayBeInside = true
        word(LogLayout.positionInGroup).pointee.store(place.offset, ordering: .releasing)
    }
}

extension LogMemory {
    /// Pins everything that is retained in the line at `line`; tells from where, and the end of the
    /// log. In an exclusive log it waits for the appender where that is just discarding, which
    /// takes a microsecond.
    func holdAll(_ line: UnsafeMutableRawPointer) -> (start: LogPlace, end: Offset) {
        while true {
            var start = LogPlace(freed.pointee.load(ordering: .acquiring))
            if isShared {
                // `freed` may stay behind there, and nobody goes by the position.
                start.offset = max(start.offset, earliest.pointee.load(ordering: .acquiring))
            }
            // Sequentially consistent, both: see `LogReader.pin`.
            pin(line).pointee.store(start.offset, ordering: .sequentiallyConsistent)
            if earliest.pointee.load(ordering: .sequentiallyConsistent) <= start.offset {
                return (start, max(start.offset, endOffset()))
            }
            urr_pause()
        }
    }

    /// The first offset from `start` to `end`, all of which is held, whose record has an append
    /// time of at least `time`, or the end. A record that is not finished counts as late; one that
    /// was aborted has no time and is passed over.
    func firstOffset(
        atOrAfter time: Nanoseconds, from start: LogPlace, to end: Offset
    ) -> Offset {
        var low = start.offset
        var high = end
        var first = end
        while low < high {
            let middle = low + (high - low) / 2
            let probe = firstTimed(from: middle, to: high, start)
            if let probed = probe.time, probed < time {
                low = probe.offset + 1
            } else {
                // From `middle` to `probe.offset` there are aborted records alone.
                if probe.offset < high { first = probe.offset }
                high = middle
            }
        }
        return first
    }

    /// The first offset below `end` whose record was not aborted, and its time if it is finished;
    /// else `end`.
    private func firstTimed(
        from offset: Offset, to end: Offset, _ start: LogPlace
    ) -> (offset: Offset, time: Nanoseconds?) {
        var offset = offset
        while offset < end {
            guard let finished = time(at: place(of: offset, from: start)) else { break }
            if let time = finished { return (offset, time) }
            offset += 1
        }
        return (offset, nil)
    }
}
