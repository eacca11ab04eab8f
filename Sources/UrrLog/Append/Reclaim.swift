import Synchronization
import UrrPlatform

/// What an appender needs before it may go on.
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

/// Discarding old records, one sixteenth of the log at a time (of a small log a quarter), so that
/// the fences and the look at every group cost next to nothing per message.
///
/// Why no reader loses what it reads: the appender first stores the new earliest offset, then
/// looks at every hold, and only then takes the room; a reader first stores its pin, then looks at
/// the earliest offset, and only then reads. All four are sequentially consistent, so at least one
/// of the two sees the other.
extension LogMemory {
    /// Discards what has to go for `request` and may go, and tells what room there is then.
    @inline(never)
    func makeRoom(_ request: RoomRequest) -> Room {
        while true {
            let seen = freed.pointee.load(ordering: .acquiring)
            let start = LogPlace(seen)
            let wanted = Wanted(request, start, self)
            let gate = min(oldestHold(), request.offset)
            guard start.offset < gate, !wanted.isMetBy(start, self) else {
                return room(request, start)
            }
            var target = wanted.first(start, gate, self)
            // Acquire, and after the acquires of the walk: as long as nothing was given free since,
            // no descriptor that was looked at was written again.
            if isShared, freed.pointee.load(ordering: .acquiring) != seen { continue }
            if target.offset == start.offset { return room(request, start) }
            announce(target.offset)
            // A hold that came between: take what was free before it.
            let hold = oldestHold()
            if hold < target.offset {
                target = first(from: start, to: hold) { _, _ in false }
                if !isShared { withdraw(to: target.offset) }
            }
            // Releases to readers that start at this place, and to other appenders the acquired
            // holds. Fails where another appender of a shared log was faster.
            let result = freed.pointee.compareExchange(
                expected: seen, desired: target.pair, ordering: .acquiringAndReleasing)
            if result.exchanged { return room(request, target) }
        }
    }

    /// The oldest offset that anybody holds, or `Int64.max`.
    private func oldestHold() -> Offset {
        var oldest = Offset.max
        for slot in 0...maximumGroups {
            let line = group(slot)
            // Sequentially consistent: pairs with the reader's store of its pin. It also acquires
            // the release of whoever let go, so that what that reader read is read by now.
            oldest = min(oldest, pin(line).pointee.load(ordering: .sequentiallyConsistent))
            if overwrites { continue }
            // After the pin: a reader that goes back lowers its commit before it unpins. Acquires
            // its reads.
            oldest = min(oldest, committed(line).pointee.load(ordering: .acquiring))
        }
        return oldest
    }

    /// Tells readers that everything before `offset` goes. Several appenders of a shared log may
    /// do so in any order: it only grows there.
    private func announce(_ offset: Offset) {
        var seen = earliest.pointee.load(ordering: .relaxed)
        while seen < offset {
            // Sequentially consistent: pairs with the reader's load after it stored its hold.
            let result = earliest.pointee.compareExchange(
                expected: seen, desired: offset, ordering: .sequentiallyConsistent)
            if result.exchanged { return }
            seen = result.original
        }
    }

    /// Takes an announcement back, so that in an exclusive log `earliest` and `freed` are the same
    /// whenever its appender is not just here: a reader finds its way from there. A reader that
    /// saw the announcement only tries again.
    private func withdraw(to offset: Offset) {
        earliest.pointee.store(offset, ordering: .sequentiallyConsistent)
    }

    private func room(_ request: RoomRequest, _ start: LogPlace) -> Room {
        var limit = start.position + dataCapacity
        if let retentionBytes {
            // Beyond the retained bytes the appender asks again every sixteenth of them.
            let soft = max(start.position + retentionBytes, request.end + retentionBytes / 16)
            limit = min(limit, soft)
        }
        return Room(
            offsetLimit: start.offset + recordCapacity, dataLimit: limit,
            expiry: expiry(request, start))
    }

    /// When the oldest record has to go, but not before a sixteenth of the retention has passed.
    private func expiry(_ request: RoomRequest, _ start: LogPlace) -> Nanoseconds {
        guard let retentionTime else { return .max }
        var oldest = request.time
        if start.offset < request.offset, let unit = unit(at: start) {
            oldest = unit.time ?? .min
        }
        let next = oldest.addingReportingOverflow(retentionTime)
        let later = request.time.addingReportingOverflow(max(1, retentionTime / 16))
        if next.overflow || later.overflow { return .max }
        return max(next.partialValue, later.partialValue)
    }
}

/// Which records an appender wants to be rid of: what does not fit, and what outlived its
/// retention, with a sixteenth on top where there is anything to discard. Of a small log more, up to
/// a quarter: a sixteenth would be used up after a few records, and what is to be looked at (groups,
/// places in the log) is in other processors' caches.
private struct Wanted {
    private var offset = Offset.min
    private var position = Int.min
    /// What is enough if going further costs a walk from record to record.
    private var leastOffset = Offset.min
    private var leastPosition = Int.min
    /// What was appended at this time or before has outlived its retention.
    private var outlived: Nanoseconds?

    init(_ request: RoomRequest, _ start: LogPlace, _ memory: LogMemory) {
        let capacity = memory.dataCapacity
        let oldest = request.offset + request.count - memory.recordCapacity
        if oldest > start.offset {
            leastOffset = oldest
            offset = oldest + Self.step(memory.recordCapacity, 64)
        }
        if request.end - capacity > start.position {
            leastPosition = request.end - capacity
            position = leastPosition + Self.step(capacity, 4096)
        }
        if let bytes = memory.retentionBytes, request.end - bytes > start.position {
            leastPosition = max(leastPosition, request.end - bytes)
            position = max(position, request.end - bytes + bytes / 16)
        }
        if let age = memory.retentionTime {
            let limit = request.time.subtractingReportingOverflow(age)
            if !limit.overflow { outlived = limit.partialValue }
        }
    }

    /// What is discarded on top of what has to go: a sixteenth of `capacity`, or up to a quarter of
    /// it where a sixteenth is less than `least`.
    static func step<Amount: BinaryInteger>(_ capacity: Amount, _ least: Amount) -> Amount {
        max(capacity / 16, min(capacity / 4, least))
    }

    /// Whether nothing has to go before `place`. Looks at its time only where that matters.
    func isMetBy(_ place: LogPlace, _ memory: LogMemory) -> Bool {
        if outlived == nil { return isMet(place, nil) }
        // What is not finished cannot go.
        guard let unit = memory.unit(at: place) else { return true }
        return isMet(place, unit.time)
    }

    /// An aborted record, which has no time, is kept for no time at all.
    func isMet(_ place: LogPlace, _ time: Nanoseconds?) -> Bool {
        guard place.offset >= offset && place.position >= position else { return false }
        guard let outlived else { return true }
        return (time ?? .min) > outlived
    }

    /// Whether what has to go lies before `place`, a waypoint: then the records behind it need not be
    /// looked at, which were read elsewhere and are in another processor's cache.
    private func isEnough(_ place: LogPlace) -> Bool {
        outlived == nil && place.offset >= leastOffset && place.position >= leastPosition
    }

    /// The first place from `start` on that meets this, or the furthest up to `gate`; or the last
    /// waypoint before it, where that is enough.
    func first(_ start: LogPlace, _ gate: Offset, _ memory: LogMemory) -> LogPlace {
        memory.first(from: start, to: gate, where: isMet, orFrom: isEnough)
    }
}
