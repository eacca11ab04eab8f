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
        let end = memory.endOffset()
        let earliest = memory.earliest.pointee.load(ordering: .acquiring)
        guard offset >= earliest, offset <= end else {
            return .outOfRange(retained: min(earliest, end)..<end)
        }
        if offset < state.pointee.committed && !takeBackCommit(to: offset) {
            let earliest = memory.earliest.pointee.load(ordering: .acquiring)
            return .outOfRange(retained: min(earliest, end)..<end)
        }
        arrive(at: offset)
        return .moved(offset)
    }

    /// Goes on at the first record that was appended at `time` or later, or at the end of the log
    /// where there is none. O(log n). In a shared log, where times may fall with the offset by as
    /// much as the appenders' threads are apart, it is the first one up to that uncertainty.
    public func seek(toTime time: Nanoseconds) -> SeekResult {
        if isFenced { return .fenced }
        // Hold all there is while searching: records that are held do not change.
        let held = holdAll()
        let target = memory.firstOffset(atOrAfter: time, from: held)
        let committed = state.pointee.committed
        if memory.overwrites {
            if target < committed { takeBack(to: target) }
            unpin()
        } else {
            takeBack(to: min(target, committed))
        }
        arrive(at: target)
        return .moved(target)
    }

    /// Goes back to the committed offset: what was read and not committed is delivered again.
    public func release() {
        if !isFenced { place(at: state.pointee.committed) }
    }

    /// Lowers the committed offset; false where it is discarded by now.
    private func takeBackCommit(to offset: Offset) -> Bool {
        let before = state.pointee.committed
        // Sequentially consistent like a pin: under back-pressure this word is the group's hold.
        word(LogLayout.committedInGroup).pointee.store(offset, ordering: .sequentiallyConsistent)
        if memory.earliest.pointee.load(ordering: .sequentiallyConsistent) > offset {
            takeBack(to: before)
            return false
        }
        state.pointee.committed = offset
        return true
    }

    private func takeBack(to offset: Offset) {
        state.pointee.committed = offset
        // Releases this thread's reads; pairs with the load of holds in `LogMemory.makeRoom`.
        word(LogLayout.committedInGroup).pointee.store(offset, ordering: .releasing)
    }

    /// Holds the whole retained log and returns its oldest offset.
    private func holdAll() -> Offset {
        let field = memory.overwrites ? LogLayout.pinInGroup : LogLayout.committedInGroup
        while true {
            let earliest = memory.earliest.pointee.load(ordering: .acquiring)
            // Sequentially consistent, both: see `pin`.
            word(field).pointee.store(earliest, ordering: .sequentiallyConsistent)
            if memory.earliest.pointee.load(ordering: .sequentiallyConsistent) <= earliest {
                return earliest
            }
        }
    }

    private func arrive(at offset: Offset) {
        if state.pointee.isOutOfRange {
            let earliest = memory.earliest.pointee.load(ordering: .acquiring)
            let lost = min(offset, earliest) - state.pointee.position
            state.pointee.missed += UInt64(max(0, lost))
        }
        place(at: offset)
    }
}

extension LogMemory {
    /// The offset behind the newest record: published, or, in a shared log, claimed.
    @usableFromInline
    func endOffset() -> Offset {
        if isShared {
            return Offset(bitPattern: UInt64(claim.pointee.load(ordering: .acquiring).first))
        }
        return published.pointee.load(ordering: .acquiring)
    }

    /// The first offset from `start` on whose record has an append time of at least `time`, or the
    /// end. All of it must be held. A record that is not finished counts as late.
    func firstOffset(atOrAfter time: Nanoseconds, from start: Offset) -> Offset {
        var low = start
        var high = max(start, endOffset())
        while low < high {
            let middle = low + (high - low) / 2
            let isEarly =
                (!isShared || isSettled(middle))
                && Self.time(descriptor(middle)).pointee.load(ordering: .acquiring) < time
            if isEarly { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
