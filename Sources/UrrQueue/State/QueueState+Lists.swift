import UrrPlatform

/// The lists that a message is in, and its way out of all of them.
extension QueueState {
    /// Puts a message behind all that were sent before it. Messages come in order of age but for
    /// dead letters of a standard queue, which keep their time: those look for their place from
    /// the young end, a step for each message that is younger.
    @inline(__always)
    mutating func linkByAge(_ index: UInt32) {
        let message = messages.at(index)
        var older = youngest
        var younger: UInt32 = 0
        while older != 0, messages.at(older).pointee.sentTime > message.pointee.sentTime {
            younger = older
            older = messages.at(older).pointee.older
        }
        message.pointee.older = older
        message.pointee.younger = younger
        if older == 0 { oldest = index } else { messages.at(older).pointee.younger = index }
        if younger == 0 { youngest = index } else { messages.at(younger).pointee.older = index }
    }

    @inline(__always)
    private mutating func unlinkByAge(_ index: UInt32) {
        let message = messages.at(index).pointee
        if message.older == 0 {
            oldest = message.younger
        } else {
            messages.at(message.older).pointee.younger = message.younger
        }
        if message.younger == 0 {
            youngest = message.older
        } else {
            messages.at(message.younger).pointee.older = message.older
        }
    }

    @inline(__always)
    mutating func linkToGroup(_ index: UInt32, _ group: UInt32) {
        let record = groups.at(group)
        messages.at(index).pointee.next = 0
        if record.pointee.last == 0 {
            record.pointee.first = index
        } else {
            messages.at(record.pointee.last).pointee.next = index
        }
        record.pointee.last = index
    }

    /// Takes a message out of its group. What is taken out is the first, or one of the at most ten
    /// that are in flight and follow it: the search is bounded.
    @inline(__always)
    private mutating func unlinkFromGroup(_ index: UInt32, _ group: UInt32) {
        let record = groups.at(group)
        let next = messages.at(index).pointee.next
        var before: UInt32 = 0
        if record.pointee.first == index {
            record.pointee.first = next
        } else {
            before = record.pointee.first
            while messages.at(before).pointee.next != index {
                before = messages.at(before).pointee.next
            }
            messages.at(before).pointee.next = next
        }
        if next == 0 { record.pointee.last = before }
    }

    /// Brings a group into the list that it belongs to now, or frees it where it is empty. A group
    /// can be received from while none of its messages is in flight and its first is not delayed.
    @inline(__always)
    mutating func refresh(_ group: UInt32) {
        let record = groups.at(group)
        var wanted: UInt8 = 0
        if record.pointee.first != 0, record.pointee.inFlight == 0 {
            let first = messages.at(record.pointee.first).pointee
            if first.state == .ready { wanted = UInt8(truncatingIfNeeded: first.priority &+ 1) }
        }
        if wanted != record.pointee.listed {
            if record.pointee.listed != 0 { unlist(group) }
            if wanted != 0 { list(group, wanted) }
        }
        if record.pointee.first == 0 { groups.remove(group, &bodies) }
    }

    @inline(__always)
    private mutating func list(_ group: UInt32, _ number: UInt8) {
        let record = groups.at(group)
        let end = ready.ends + (Int(number) &- 1)
        record.pointee.listed = number
        record.pointee.nextReady = 0
        record.pointee.previousReady = end.pointee.last
        if end.pointee.last == 0 {
            end.pointee.first = group
            ready.occupied |= 1 &<< (UInt32(number) &- 1)
        } else {
            groups.at(end.pointee.last).pointee.nextReady = group
        }
        end.pointee.last = group
    }

    @inline(__always)
    mutating func unlist(_ group: UInt32) {
        let record = groups.at(group)
        let number = UInt32(record.pointee.listed)
        let end = ready.ends + (Int(number) &- 1)
        let (next, previous) = (record.pointee.nextReady, record.pointee.previousReady)
        if previous == 0 {
            end.pointee.first = next
        } else {
            groups.at(previous).pointee.nextReady = next
        }
        if next == 0 {
            end.pointee.last = previous
        } else {
            groups.at(next).pointee.previousReady = previous
        }
        if end.pointee.first == 0 { ready.occupied &= ~(1 &<< (number &- 1)) }
        record.pointee.listed = 0
    }

    /// Standard queues: puts a message at the end of the ready list of its priority.
    @inline(__always)
    mutating func listMessage(_ index: UInt32) {
        let message = messages.at(index)
        let level = message.pointee.priority
        let end = ready.ends + level
        message.pointee.next = 0
        message.pointee.link = end.pointee.last
        if end.pointee.last == 0 {
            end.pointee.first = index
            ready.occupied |= 1 &<< UInt32(truncatingIfNeeded: level)
        } else {
            messages.at(end.pointee.last).pointee.next = index
        }
        end.pointee.last = index
    }

    /// Standard queues: the opposite.
    @inline(__always)
    mutating func unlistMessage(_ index: UInt32) {
        let message = messages.at(index).pointee
        let end = ready.ends + message.priority
        if message.link == 0 {
            end.pointee.first = message.next
        } else {
            messages.at(message.link).pointee.next = message.next
        }
        if message.next == 0 {
            end.pointee.last = message.link
        } else {
            messages.at(message.next).pointee.link = message.link
        }
        if end.pointee.first == 0 {
            ready.occupied &= ~(1 &<< UInt32(truncatingIfNeeded: message.priority))
        }
    }

    /// Ends the delay or the flight of a message whose timer does not run any more.
    mutating func makeReady(_ index: UInt32) {
        let message = messages.at(index)
        let timer = message.pointee.link
        let group = timers.at(timer).pointee.group
        timers.release(timer)
        let wasInFlight = message.pointee.state == .inFlight
        if wasInFlight { inFlight &-= 1 } else { delayed &-= 1 }
        visible &+= 1
        message.pointee.state = .ready
        guard isFIFO else {
            listMessage(index)
            return
        }
        message.pointee.link = group
        if wasInFlight { groups.at(group).pointee.inFlight &-= 1 }
        refresh(group)
    }

    /// Takes a message out of the queue for good.
    @inline(__always)
    mutating func remove(_ index: UInt32) {
        let group = takeOut(index)
        if isFIFO { refresh(group) }
    }

    /// The same without looking after the group, which is returned; for those that go on with it.
    @inline(__always)
    mutating func takeOut(_ index: UInt32) -> UInt32 {
        let message = messages.at(index)
        let group = endState(index)
        if isFIFO { unlinkFromGroup(index, group) }
        unlinkByAge(index)
        bodies.release(message.pointee.body, length: blockLength(message))
        message.pointee.state = .free
        messages.release(index)
        return group
    }

    @inline(__always)
    private mutating func endState(_ index: UInt32) -> UInt32 {
        let message = messages.at(index).pointee
        if message.state == .ready {
            visible &-= 1
            if !isFIFO { unlistMessage(index) }
            return message.link
        }
        let group = timers.at(message.link).pointee.group
        wheel.cancel(message.link, timers)
        timers.release(message.link)
        if message.state == .inFlight {
            inFlight &-= 1
            if isFIFO { groups.at(group).pointee.inFlight &-= 1 }
        } else {
            delayed &-= 1
        }
        return group
    }

    /// Bytes of a message's block: a time to live lies before the body.
    @inline(__always)
    func blockLength(_ message: UnsafeMutablePointer<MessageRecord>) -> Int {
        message.pointee.length &+ (message.pointee.hasTimeToLive ? 8 : 0)
    }

    /// The body of a message, where it lies.
    @inline(__always)
    func body(_ message: UnsafeMutablePointer<MessageRecord>) -> UnsafeRawBufferPointer {
        let start = bodies.address(message.pointee.body)
        return UnsafeRawBufferPointer(
            start: start + (message.pointee.hasTimeToLive ? 8 : 0), count: message.pointee.length)
    }
}
