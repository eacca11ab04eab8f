import Synchronization
import UrrPlatform

/// Finding records by offset or time. Cold. What is looked at must be held, or be the caller's own.
extension LogMemory {
    /// What can be discarded next, from `place` on: a record, or in a shared log the records that one
    /// descriptor stands for. When the latest was appended (nil where all were aborted), and the
    /// place behind. Nil where it is not finished, or, in a shared log, was discarded meanwhile.
    func unit(at place: LogPlace) -> (time: Nanoseconds?, next: LogPlace)? {
        guard isShared else {
            let frame = frame(at: place)
            return (frame.time, frame.next)
        }
        guard let claim = claim(at: place.offset), claim.isSettled else { return nil }
        return (claim.time, claim.end)
    }

    /// When the record at `place`, which is held, was appended: nil where it is not finished, and
    /// nil inside where it was aborted.
    func time(at place: LogPlace) -> Nanoseconds?? {
        guard isShared else { return frame(at: place).time }
        guard let claim = claim(containing: place.offset), claim.isSettled else { return nil }
        guard !claim.isAborted, let byteCount = claim.frameByteCount else { return claim.time }
        let frame = frame(of: place.offset, in: claim, byteCount)
        let bits = frame.load(fromByteOffset: LogLayout.bitsInHeader, as: UInt64.self)
        if bits & LogLayout.abortedBit != 0 { return .some(nil) }
        return frame.load(fromByteOffset: LogLayout.timeInHeader, as: Nanoseconds.self)
    }

    private func frame(at place: LogPlace) -> (time: Nanoseconds, next: LogPlace) {
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

    /// The first place that `isMet` says yes to, from `start` (to which it says no) to `end`,
    /// where it would say no and then yes for good. Nil of `time` means an aborted record.
    ///
    /// O(log n) in an exclusive log, and without a look at any frame where `isEnough` says that the
    /// last waypoint before the record will do. A shared log, whose times and marks have no such
    /// order, is gone through from claim to claim, as far as they are finished and end before `end`.
    func first(
        from start: LogPlace, to end: Offset, where isMet: (LogPlace, Nanoseconds?) -> Bool,
        orFrom isEnough: (LogPlace) -> Bool = { _ in false }
    ) -> LogPlace {
        var place = isShared ? start : lastWaypoint(from: start, to: end, where: isMet)
        if place.offset > start.offset, isEnough(place), !isLapStart(place) { return place }
        while place.offset < end {
            guard let unit = unit(at: place), unit.next.offset <= end else { return place }
            if isMet(place, unit.time) { return place }
            place = unit.next
        }
        return place
    }

    /// Whether what lies before `place`, a waypoint, may be the unused end of a lap. Who has read the
    /// record before is still there, and is sent on by what stands there: it must not go.
    private func isLapStart(_ place: LogPlace) -> Bool { place.position & rings.dataMask == 0 }

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
