import Synchronization
import UrrPlatform

/// Producers that die, and producers that repeat themselves. Cold, from any thread.
extension PartitionLog {
    // MARK: Dead producers

    /// The first offset of a shared log that was claimed and not finished, or nil. Readers stop
    /// there until it is. O(records retained).
    public func blockedOffset() -> Offset? {
        guard memory.isShared else { return nil }
        let end = memory.endOffset()
        var offset = startOffset
        while offset < end {
            let claim = memory.claim(at: offset)
            // Discarded meanwhile: then the descriptor may be another one.
            let freed = LogPlace(memory.freed.pointee.load(ordering: .acquiring))
            if max(freed.offset, startOffset) > offset {
                offset = max(freed.offset, startOffset)
            } else if let claim, claim.isSettled {
                offset = claim.end.offset
            } else {
                return offset
            }
        }
        return nil
    }

    /// Marks a record as aborted whose appender died before its commit, so that readers go on; with
    /// it those that it was to be published together with. False where the record is finished or
    /// not in the log, or where one before it has to be abandoned first; `blockedOffset()` is always
    /// the one to begin with. Only for an appender that is known to be dead: a live one would go on
    /// writing into memory that is no longer its own.
    public func abandon(offset: Offset) -> Bool {
        guard memory.isShared else { return false }
        return holdingAll { start, _ in
            // Not as far as was held: what was claimed since counts as well.
            guard offset >= start.offset, offset < memory.endOffset() else { return false }
            let mark = LogDescriptor.mark(memory.rings.descriptor(offset))
            // Acquires the descriptor from whoever claimed the record.
            let seen = mark.pointee.load(ordering: .acquiring)
            if LogMark.isSettled(seen, offset) { return false }
            if seen != LogMark.claimed(offset) {
                // One of a batch goes with the first of it.
                if memory.claim(containing: offset) != nil { return false }
                if !memory.describeDead(offset) { return false }
            }
            // Releases the descriptor to readers and to appenders.
            return mark.pointee.compareExchange(
                expected: seen, desired: LogMark.aborted(offset), ordering: .acquiringAndReleasing
            ).exchanged
        }
    }

    // MARK: Producers that repeat themselves

    /// A session for the producer `id`, whose sequence starts at 0; a former session of the same
    /// id is fenced, and must not be inside a call. One thread at a time.
    public func openProducer(_ id: Int64) -> ProducerSession {
        ProducerSession(state: handles.withLock { $0.openProducer(id) })
    }

    /// Ends the session of the producer `id`, which is fenced. False where there is none.
    @discardableResult
    public func closeProducer(_ id: Int64) -> Bool { handles.withLock { $0.closeProducer(id) } }
}

extension LogMemory {
    /// Writes the descriptor of a record, which is held, for an appender that took the place and
    /// died before it could: a few instructions. It gets no payload, and ends where the next
    /// record starts, if that can be told; else where it starts itself, so that its bytes go free
    /// with those of the next one. False where neither can be told.
    func describeDead(_ offset: Offset) -> Bool {
        guard let position = start(after: offset) ?? end(before: offset) else { return false }
        let descriptor = rings.descriptor(offset)
        // Relaxed, both: released with the mark.
        LogDescriptor.position(descriptor).pointee.store(position, ordering: .relaxed)
        LogDescriptor.bits(descriptor).pointee.store(0, ordering: .relaxed)
        return true
    }

    /// Where the record behind `offset` starts, or would start; nil where that is not known yet.
    private func start(after offset: Offset) -> Int? {
        // A place, and nothing that is stored in it.
        let claimed = LogPlace(claim.pointee.load(ordering: .relaxed))
        if claimed.offset == offset + 1 { return claimed.position }
        return self.claim(at: offset + 1)?.position
    }

    /// Where the record before `offset` ends; nil where that is not known.
    private func end(before offset: Offset) -> Int? {
        while true {
            let seen = LogPlace(freed.pointee.load(ordering: .acquiring))
            if seen.offset >= offset { return seen.offset == offset ? seen.position : nil }
            let before = claim(containing: offset - 1)
            // Where the slot was used again since, `freed` has moved on.
            let now = LogPlace(freed.pointee.load(ordering: .acquiring))
            if now == seen { return before?.end.position }
        }
    }
}
