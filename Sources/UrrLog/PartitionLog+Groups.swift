import Synchronization
import UrrPlatform

/// A group that is attached to one partition: where its progress is kept.
public struct GroupCursor: Hashable, Sendable {
    /// The group's place in the log, from 0; used again after the group was detached.
    public let slot: Int
    /// Tells groups apart that had the same slot one after the other.
    let serial: Int
}

/// Groups. Cold, from any thread.
extension PartitionLog {
    /// Attaches a group that starts at the oldest or behind the newest record.
    public func attachGroup(from start: OffsetReset) throws(LogError) -> GroupCursor {
        try attach { [memory] in
            switch start {
            case .earliest: memory.earliest.pointee.load(ordering: .acquiring)
            case .latest: memory.endOffset()
            case .none: nil
            }
        }
    }

    /// Attaches a group that starts at `offset`, which must be retained or the end.
    public func attachGroup(at offset: Offset) throws(LogError) -> GroupCursor {
        let retained = startOffset..<max(startOffset, endOffset)
        guard offset >= retained.lowerBound, offset <= retained.upperBound else {
            throw .offsetOutOfRange(offset, retained: retained)
        }
        var isFirst = true
        return try attach {
            // Asked again only where it was discarded meanwhile.
            defer { isFirst = false }
            return isFirst ? offset : nil
        }
    }

    /// Ends a group: it holds nothing any longer and its slot is free. Its reader is fenced, and
    /// must not be inside a call.
    public func detachGroup(_ group: GroupCursor) throws(LogError) {
        let isKnown = handles.withLock { handles in
            guard handles.isAttached(group) else { return false }
            fence(group.slot)
            // Release: what the group's reader read is read before the memory is used again.
            for field in [LogLayout.committedInGroup, LogLayout.pinInGroup] {
                word(group.slot, field).pointee.store(Int64.max, ordering: .releasing)
            }
            handles.detach(group)
            return true
        }
        if !isKnown { throw .unknownGroup(slot: group.slot) }
    }

    /// A reader that goes on at the group's committed offset; the former reader of the group is
    /// fenced, and must not be inside a call.
    public func makeReader(
        _ group: GroupCursor, reset: OffsetReset = .earliest
    ) throws(LogError) -> LogReader {
        let reader: LogReader? = handles.withLock { handles in
            guard handles.isAttached(group) else { return nil }
            let epoch = fence(group.slot)
            let line = memory.group(group.slot)
            // Also replaces a pin that a former reader may have left behind.
            let (start, _) = memory.holdAll(line)
            let committed = committedOffset(group)
            var place = LogPlace(offset: committed, position: start.position)
            // Discarded otherwise: then the first poll finds out.
            if committed > start.offset { place = memory.place(of: committed, from: start) }
            memory.pin(line).pointee.store(Int64.max, ordering: .releasing)
            word(group.slot, LogLayout.positionInGroup).pointee.store(
                committed, ordering: .releasing)
            let state = handles.makeReader(at: place, reset: reset)
            return LogReader(state: state, group: line, epoch: epoch)
        }
        guard let reader else { throw .unknownGroup(slot: group.slot) }
        return reader
    }

    /// The offset that a successor of the group's reader would go on from.
    public func committedOffset(_ group: GroupCursor) -> Offset {
        // Acquire: pairs with the reader's release, so that a successor sees what it did.
        word(group.slot, LogLayout.committedInGroup).pointee.load(ordering: .acquiring)
    }

    /// The offset that the group's reader reads next.
    public func readPosition(_ group: GroupCursor) -> Offset {
        word(group.slot, LogLayout.positionInGroup).pointee.load(ordering: .acquiring)
    }

    /// Attaches at what `start` answers, asking again where it was discarded meanwhile; nil gives
    /// up.
    private func attach(_ start: () -> Offset?) throws(LogError) -> GroupCursor {
        guard
            let group = handles.withLock({ $0.attach(below: configuration.maximumGroups) })
        else { throw .tooManyGroups(maximum: configuration.maximumGroups) }
        let line = memory.group(group.slot)
        while let offset = start() {
            // Sequentially consistent, both: see `LogReader.pin`.
            memory.pin(line).pointee.store(offset, ordering: .sequentiallyConsistent)
            guard memory.earliest.pointee.load(ordering: .sequentiallyConsistent) <= offset else {
                continue
            }
            memory.committed(line).pointee.store(offset, ordering: .releasing)
            word(group.slot, LogLayout.positionInGroup).pointee.store(offset, ordering: .releasing)
            // After the commit, see `LogMemory.oldestHold`.
            memory.pin(line).pointee.store(Int64.max, ordering: .releasing)
            return group
        }
        memory.pin(line).pointee.store(Int64.max, ordering: .releasing)
        handles.withLock { $0.detach(group) }
        throw .offsetOutOfRange(nil, retained: startOffset..<max(startOffset, endOffset))
    }

    private func word(_ slot: Int, _ field: Int) -> LogMemory.Word {
        invariant(slot >= 0 && slot < configuration.maximumGroups, "group of another log")
        return (memory.group(slot) + field).assumingMemoryBound(to: Atomic<Int64>.self)
    }

    /// Makes every reader that the slot has so far a former one.
    @discardableResult
    private func fence(_ slot: Int) -> Int64 {
        // Relaxed: a safety net that readers check once a call, see `LogReader`.
        word(slot, LogLayout.epochInGroup).pointee.wrappingAdd(1, ordering: .relaxed).newValue
    }
}
