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
        var incoming = Incoming(
            body: body(message), group: notGiven, groupHash: 0, print: nil, sentTime: time,
            delay: 0, receiveCount: 0, priority: message.pointee.priority, timeToLive: 0)
        if isFIFO {
            incoming.group = groups.name(group, bodies)
            incoming.groupHash = groups.at(group).pointee.hash
        }
        if asDeadLetter { incoming.receiveCount = message.pointee.receiveCount }
        let keepsTime = asDeadLetter && !isFIFO
        if keepsTime { incoming.sentTime = message.pointee.sentTime }
        guard target.pointee.takeIn(incoming, at: time, keepsTime: keepsTime) else { return false }
        totals.movedOut &+= 1
        _ = takeOut(index)
        return true
    }

    private mutating func takeIn(
        _ incoming: Incoming, at instant: Nanoseconds, keepsTime: Bool
    ) -> Bool {
        if isShut { return false }
        advance(instant)
        var incoming = incoming
        if !keepsTime { incoming.sentTime = time }
        guard store(incoming) != 0 else { return false }
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
