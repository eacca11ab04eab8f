import Synchronization
import UrrPlatform

/// Finding records by offset or time. Cold. What is looked at must be held, or be the caller's own.
extension LogMemory {
    /// When the record at `place` was appended (nil where it was aborted), and the place behind
    /// it. Nil where it is not finished, or, in a shared log, was discarded meanwhile.
    func record(at place: LogPlace) -> (time: Nanoseconds?, next: LogPlace)? {
        isShared ? descriptor(at: place.offset) : frame(at: place)
    }

    private func descriptor(at offset: Offset) -> (time: Nanoseconds?, next: LogPlace)? {
        let descriptor = rings.descriptor(offset)
        // Acquires the release of the mark by the appender that wrote the descriptor.
        let mark = LogDescriptor.mark(descriptor).pointee.load(ordering: .acquiring)
        guard LogMark.isSettled(mark, offset) else { return nil }
        // Relaxed: ordered by the mark. If the slot was used again since, the exchange of `freed`
        // that follows fails.
        let bits = LogDescriptor.bits(descriptor).pointee.load(ordering: .relaxed)
        let length = Int(bits & LogLayout.lengthMask)
        let position = LogDescriptor.position(descriptor).pointee.load(ordering: .relaxed)
        let end = position &+ LogDescriptor.byteCount(length)
        let time = LogDescriptor.time(descriptor).pointee.load(ordering: .relaxed)
        // Who gave a record up wrote no time: there is one of an earlier lap.
        return (
            LogMark.isAborted(mark) ? nil : time, LogPlace(offset: offset + 1, position: end)
        )
    }

    private func frame(at place: LogPlace) -> (time: Nanoseconds?, next: LogPlace) {
        var position = place.position
        var bits = frameBits(position)
        if bits & LogLayout.lapBit != 0 {
            position = rings.lapStart(position)
            bits = frameBits(position)
        }
        let time = rings.byte(position).load(
            fromByteOffset: LogLayout.timeInHeader, as: Nanoseconds.self)
        let end = position + LogFrame.byteCount(Int(bits & LogLayout.lengthMask))
        return (time, LogPlace(offset: place.offset + 1, position: end))
    }

    private func frameBits(_ position: Int) -> UInt64 {
        rings.byte(position).load(fromByteOffset: LogLayout.bitsInHeader, as: UInt64.self)
    }

    /// Whether the record at `offset` of a shared log is finished.
    func isSettled(_ offset: Offset) -> Bool {
        let mark = LogDescriptor.mark(rings.descriptor(offset))
        // Acquires the release of the mark by the appender that wrote the descriptor.
        return LogMark.isSettled(mark.pointee.load(ordering: .acquiring), offset)
    }

    /// The waypoint at `offset`, a multiple of 16 that an exclusive log retains.
    func waypoint(_ offset: Offset) -> (place: LogPlace, time: Nanoseconds) {
        let waypoint = rings.waypoint(offset)
        let position = waypoint.load(as: Int.self)
        return (
            LogPlace(offset: offset, position: position),
            waypoint.load(fromByteOffset: 8, as: Nanoseconds.self)
        )
    }

    /// Where `offset` is, everything from `start` to which is held. O(1): at most 16 frames from a
    /// waypoint. In a shared log, whose descriptors say it, the position is left out.
    func place(of offset: Offset, from start: LogPlace) -> LogPlace {
        if isShared { return LogPlace(offset: offset, position: start.position) }
        var place = start
        // The end has no waypoint yet; the one of the last record is good for it.
        let step = max(0, offset - 1) & ~(1 << LogLayout.waypointShift - 1)
        if step > start.offset { place = waypoint(step).place }
        while place.offset < offset { place = frame(at: place).next }
        return place
    }

    /// The first record that `isMet` says yes to, from `start` (to which it says no) to `end`,
    /// where it would say no and then yes for good. Nil of `time` means an aborted record.
    ///
    /// O(log n) in an exclusive log, and without a look at any frame where `isEnough` says that the
    /// last waypoint before the record will do. A shared log, whose times and marks have no such
    /// order, is gone through; it ends at the first record that is not finished.
    func first(
        from start: LogPlace, to end: Offset, where isMet: (LogPlace, Nanoseconds?) -> Bool,
        orFrom isEnough: (LogPlace) -> Bool = { _ in false }
    ) -> LogPlace {
        var place = isShared ? start : lastWaypoint(from: start, to: end, where: isMet)
        if place.offset > start.offset, isEnough(place) { return place }
        while place.offset < end {
            guard let record = record(at: place) else { return place }
            if isMet(place, record.time) { return place }
            place = record.next
        }
        return place
    }

    /// The last waypoint between `start` and `end` that `isMet` says no to, or `start`.
    private func lastWaypoint(
        from start: LogPlace, to end: Offset, where isMet: (LogPlace, Nanoseconds?) -> Bool
    ) -> LogPlace {
        var low = start.offset >> LogLayout.waypointShift
        var high = (end - 1) >> LogLayout.waypointShift
        var place = start
        while low < high {
            let middle = high - (high - low) / 2
            let found = waypoint(middle << LogLayout.waypointShift)
            if isMet(found.place, found.time) {
                high = middle - 1
            } else {
                low = middle
                place = found.place
            }
        }
        return place
    }
}
