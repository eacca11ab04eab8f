import Synchronization
import UrrPlatform

/// What an appender needs before it may go on.
@usableFromInline
struct RoomRequest {
    /// The first offset that is to be written; everything before it is in the log.
    let offset: Offset
    /// How many offsets are to be written.
    let count: Int64
    /// The data position behind the last byte that is to be written.
    let end: Int
    /// The time that the appender goes by.
    let time: Nanoseconds
}

/// Up to where an appender may write without asking again.
struct Room {
    /// Offsets below this one have a free slot.
    var offsetLimit: Offset
    /// Bytes below this data position are free.
    var dataLimit: Int
    /// From this time on the oldest records may have outlived their retention.
    var expiry: Nanoseconds
}

/// Discarding old records. One sixteenth of the log at a time, so that the fences and the look at
/// every group cost nothing per message.
///
/// Why no reader loses what it reads: the appender first stores the new earliest offset, then
/// looks at every hold; a reader first stores its hold, then looks at the earliest offset. All four
/// are sequentially consistent, so at least one of the two sees the other.
extension LogMemory {
    /// Discards what has to go for `request` and may go, and tells what room there is then; nil
    /// where a reader is just using something older than the earliest offset.
    @inline(never)
    func makeRoom(_ request: RoomRequest) -> Room? {
        while true {
            let seen = freed.pointee.load(ordering: .acquiring)
            let start = Offset(bitPattern: UInt64(seen.first))
            let position = Int(bitPattern: seen.second)
            // Whoever moved `freed` may have been interrupted before it told the readers.
            raiseEarliest(to: start)
            let gate = min(oldestHold(), request.offset)
            let wanted = Wanted(request, start: start, position: position, memory: self)
            let target = wanted.isMet(start, position, self) ? start : advance(start, gate, wanted)
            if target <= start {
                return gate >= start ? room(request, start, position) : nil
            }
            let end = endPosition(target - 1)
            let next = WordPair(
                first: UInt(bitPattern: Int(target)), second: UInt(bitPattern: end))
            let moved = freed.pointee.compareExchange(
                expected: seen, desired: next, ordering: .acquiringAndReleasing)
            guard moved.exchanged else { continue }
            raiseEarliest(to: target)
            return oldestHold() >= target ? room(request, target, end) : nil
        }
    }

    /// Tells readers the earliest offset. Several appenders may do so in any order: it only grows.
    private func raiseEarliest(to offset: Offset) {
        var seen = earliest.pointee.load(ordering: .relaxed)
        while seen < offset {
            // Sequentially consistent: pairs with the reader's load after it stored its hold.
            let result = earliest.pointee.compareExchange(
                expected: seen, desired: offset, ordering: .sequentiallyConsistent)
            if result.exchanged { return }
            seen = result.original
        }
    }

    /// The oldest offset that an attached group holds, or `Int64.max`.
    func oldestHold() -> Offset {
        var oldest = Offset.max
        for slot in 0..<maximumGroups {
            // Sequentially consistent: pairs with the reader's store of its hold. It also acquires
            // the release of whoever let go, so that what that reader read is read by now.
            oldest = min(oldest, hold(slot).pointee.load(ordering: .sequentiallyConsistent))
        }
        return oldest
    }

    /// The first offset in `start...gate` that meets `wanted`, or the furthest that may be reached.
    private func advance(_ start: Offset, _ gate: Offset, _ wanted: Wanted) -> Offset {
        guard start < gate else { return start }
        var low = start
        if isShared {
            // A record that is still being written must not be written over, so each one is looked
            // at. A mark of another lap means that another appender was faster: the exchange that
            // follows fails then.
            while low < gate, isSettled(low) {
                low += 1
                if wanted.isMet(low, endPosition(low - 1), self) { return low }
            }
            return low
        }
        var high = gate
        while low < high {
            let middle = low + (high - low) / 2
            if middle > start, wanted.isMet(middle, endPosition(middle - 1), self) {
                high = middle
            } else {
                low = middle + 1
            }
        }
        return low
    }

    /// Whether the record at `offset` of a shared log is finished.
    func isSettled(_ offset: Offset) -> Bool {
        // Acquires the release of the mark by the appender that wrote the descriptor.
        LogMark.isSettled(Self.mark(descriptor(offset)).pointee.load(ordering: .acquiring), offset)
    }

    private func room(_ request: RoomRequest, _ start: Offset, _ position: Int) -> Room {
        var limit = position + dataCapacity
        if let retentionBytes {
            // Beyond the retained bytes the appender asks again every sixteenth of them.
            let soft = max(position + retentionBytes, request.end + retentionBytes / 16)
            limit = min(limit, soft)
        }
        var expiry = Nanoseconds.max
        if let retentionTime {
            var oldest = request.time
            if start < request.offset {
                oldest = Self.time(descriptor(start)).pointee.load(ordering: .relaxed)
            }
            let next = oldest.addingReportingOverflow(retentionTime)
            let later = request.time.addingReportingOverflow(max(1, retentionTime / 16))
            if !next.overflow && !later.overflow {
                expiry = max(next.partialValue, later.partialValue)
            }
        }
        return Room(offsetLimit: start + recordCapacity, dataLimit: limit, expiry: expiry)
    }
}

/// Which records an appender wants to be rid of: what does not fit, and what outlived its
/// retention, with a sixteenth on top where there is anything to discard.
private struct Wanted {
    var offset = Offset.min
    var position = Int.min
    var time = Nanoseconds.min
    let end: Offset

    init(_ request: RoomRequest, start: Offset, position: Int, memory: LogMemory) {
        end = request.offset
        let lastOffset = request.offset + request.count - memory.recordCapacity
        if lastOffset > start { offset = lastOffset + memory.recordCapacity / 16 }
        let capacity = memory.dataCapacity
        if request.end - capacity > position {
            self.position = request.end - capacity + capacity / 16
        }
        if let bytes = memory.retentionBytes, request.end - bytes > position {
            self.position = max(self.position, request.end - bytes + bytes / 16)
        }
        if let age = memory.retentionTime {
            let limit = request.time.subtractingReportingOverflow(age)
            if !limit.overflow { time = limit.partialValue }
        }
    }

    /// Whether nothing more has to go where `offset` is the oldest record and `position` is free.
    func isMet(_ offset: Offset, _ position: Int, _ memory: LogMemory) -> Bool {
        guard offset >= self.offset && position >= self.position else { return false }
        if time == .min || offset >= end { return true }
        return LogMemory.time(memory.descriptor(offset)).pointee.load(ordering: .relaxed) > time
    }
}
