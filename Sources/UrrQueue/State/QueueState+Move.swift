import UrrPlatform

/// From one queue to another: dead letters, and their way back.
extension QueueState {
    /// Moves a message that is ready; false, and nothing happens, where the other queue has no
    /// room. The group is not looked after.
    @inline(never)
    mutating func move(
        _ index: UInt32, to target: UnsafeMutablePointer<QueueState>, asDeadLetter: Bool
    ) -> Bool {
        let message = messages.at(index)
        let group = message.pointee.link
        var entry = SendEntry(body: body(message), priority: UInt8(message.pointee.priority))
        var known = PreparedEntry()
        if isFIFO {
            entry.messageGroupID = groups.name(group, bodies)
            known.groupHash = groups.at(group).pointee.hash
        }
        let count = asDeadLetter ? message.pointee.receiveCount : 0
        let kept = asDeadLetter && !isFIFO ? message.pointee.sentTime : nil
        guard target.pointee.takeIn(&entry, &known, at: time, kept, count) else { return false }
        totals.movedOut &+= 1
        _ = takeOut(index)
        return true
    }

    /// Takes a message of another queue; `kept` is its time of sending, where it keeps that.
    private mutating func takeIn(
        _ entry: inout SendEntry, _ known: inout PreparedEntry, at instant: Nanoseconds,
        _ kept: Nanoseconds?, _ receiveCount: UInt32
    ) -> Bool {
        if isShut { return false }
        advance(instant)
        if deduplicates { window.makeRoom(1) }
        var group: UInt32 = 0
        if isFIFO {
            groups.makeRoom(1)
            known.groupHead = groups.head(known.groupHash)
            group = groups.find(entry.messageGroupID, &known, bodies)
        }
        let sequence = store(
            &entry, &known, group, delay: 0, sentTime: kept ?? time, receiveCount: receiveCount)
        guard sequence != 0 else { return false }
        totals.movedIn &+= 1
        return true
    }

    /// Moves up to `maximum` messages that could be received now, in the order of a receive.
    mutating func redrive(
        to target: UnsafeMutablePointer<QueueState>, maximum: Int
    ) -> (count: Int, isFull: Bool) {
        var count = 0
        while count < maximum {
            let first = ready.first
            if first == 0 { break }
            guard isFIFO else {
                guard move(first, to: target, asDeadLetter: false) else { return (count, true) }
                count &+= 1
                continue
            }
            let before = count
            let isFull = redriveGroup(first, to: target, maximum, &count)
            if isFull || count == before { return (count, isFull) }
        }
        return (count, false)
    }

    private mutating func redriveGroup(
        _ group: UInt32, to target: UnsafeMutablePointer<QueueState>, _ maximum: Int,
        _ count: inout Int
    ) -> Bool {
        var isFull = false
        while count < maximum, !isFull {
            let index = groups.at(group).pointee.first
            guard index != 0, messages.at(index).pointee.state == .ready else { break }
            if move(index, to: target, asDeadLetter: false) {
                count &+= 1
            } else {
                isFull = true
            }
        }
        refresh(group)
        return isFull
    }
}
