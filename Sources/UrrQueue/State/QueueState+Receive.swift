import UrrPlatform

/// ReceiveMessage.
extension QueueState {
    /// Delivers up to the maximum asked for into `target` at the present instant.
    @inline(__always)
    mutating func receive(
        _ request: ReceiveRequest, into target: UnsafeMutableBufferPointer<ReceivedMessage>
    ) -> ReceiveResult {
        if let error = problem(request) { return ReceiveResult(error: error) }
        let timeout = request.visibilityTimeout ?? configuration.visibilityTimeout
        if request.attemptID.baseAddress != nil {
            return receiveAttempt(request, timeout, into: target)
        }
        return ReceiveResult(count: receiveNew(request.maximum, timeout, into: target))
    }

    @inline(__always)
    private func problem(_ request: ReceiveRequest) -> QueueError? {
        guard request.maximum >= 1, request.maximum <= QueueLimits.batch,
            request.waitTime >= 0, request.waitTime <= QueueLimits.waitTime
        else { return .invalidParameterValue }
        if let timeout = request.visibilityTimeout,
            timeout < 0 || timeout > QueueLimits.visibilityTimeout
        {
            return .invalidParameterValue
        }
        if request.attemptID.baseAddress != nil {
            guard isFIFO, isIdentifier(request.attemptID) else { return .invalidParameterValue }
        }
        let isFull = inFlight >= configuration.inFlightLimit
        return isFull && !isFIFO && request.waitTime == 0 ? .overLimit : nil
    }

    @inline(__always)
    private mutating func receiveNew(
        _ maximum: Int, _ timeout: Nanoseconds,
        into target: UnsafeMutableBufferPointer<ReceivedMessage>
    ) -> Int {
        let room = min(maximum, configuration.inFlightLimit &- inFlight)
        var count = 0
        if isFIFO { prefetchGroups(room) }
        while count < room {
            let first = ready.first
            if first == 0 { break }
            if isFIFO {
                receiveGroup(first, timeout, into: target, &count, room)
            } else if claim(first) {
                unlistMessage(first)
                deliver(first, 0, timeout, into: target, &count)
            }
        }
        // Not before the end, or one call could deliver a message twice.
        if timeout == 0 { releaseAll(target, count) }
        return count
    }

    /// Asks for the first messages of the groups whose turn may come.
    @inline(__always)
    private func prefetchGroups(_ room: Int) {
        var group = ready.first
        var ahead = room
        while group != 0, ahead > 0 {
            let record = groups.at(group).pointee
            prefetch(messages.at(record.first))
            group = record.nextReady
            ahead &-= 1
        }
        group = ready.first
        ahead = room
        while group != 0, ahead > 0 {
            let record = groups.at(group).pointee
            prefetchAround(record.first)
            group = record.nextReady
            ahead &-= 1
        }
    }

    /// Asks for what the receiver and the delete of a message are going to touch.
    @inline(__always)
    func prefetchAround(_ index: UInt32) {
        let message = messages.at(index).pointee
        prefetch(messages.at(message.older))
        prefetch(messages.at(message.younger))
        prefetch(messages.at(message.next))
        prefetch(bodies.address(message.body))
    }

    /// Delivers from one group until it, or the room, ends. The group is blocked from then on.
    @inline(__always)
    private mutating func receiveGroup(
        _ group: UInt32, _ timeout: Nanoseconds,
        into target: UnsafeMutableBufferPointer<ReceivedMessage>, _ count: inout Int, _ room: Int
    ) {
        unlist(group)
        var index = groups.at(group).pointee.first
        while count < room, index != 0 {
            let message = messages.at(index).pointee
            guard message.state == .ready else { break }
            if claim(index) { deliver(index, group, timeout, into: target, &count) }
            index = message.next
        }
        refresh(group)
    }

    /// Whether a message that has come to its turn may be delivered. Where its time to live is
    /// over, or its deliveries are used up, it is taken out of the queue instead.
    @inline(__always)
    private mutating func claim(_ index: UInt32) -> Bool {
        let message = messages.at(index)
        if message.pointee.hasTimeToLive, outlives(index) { return false }
        guard let target = deadLetters, message.pointee.receiveCount >= maxReceiveCount else {
            return true
        }
        // Where the other queue has no room, the message is delivered once more instead of lost.
        return !move(index, to: target, asDeadLetter: true)
    }

    @inline(never)
    private mutating func outlives(_ index: UInt32) -> Bool {
        let end = bodies.address(messages.at(index).pointee.body).load(as: Nanoseconds.self)
        guard end <= time else { return false }
        totals.outlived &+= 1
        _ = takeOut(index)
        return true
    }

    @inline(__always)
    private mutating func deliver(
        _ index: UInt32, _ group: UInt32, _ timeout: Nanoseconds,
        into target: UnsafeMutableBufferPointer<ReceivedMessage>, _ count: inout Int
    ) {
        let message = messages.at(index)
        if message.pointee.receiveCount > 0 { totals.redelivered &+= 1 }
        message.pointee.countDelivery()
        message.pointee.state = .inFlight
        message.pointee.isChanged = false
        visible &-= 1
        inFlight &+= 1
        totals.received &+= 1
        if isFIFO { groups.at(group).pointee.inFlight &+= 1 }
        // With no timeout at all the timer is cancelled at the end of the call.
        startTimer(index, group, duration: max(timeout, 1))
        target[count] = delivery(index, group)
        count &+= 1
    }

    /// A message in flight as its receiver sees it.
    @inline(__always)
    private func delivery(_ index: UInt32, _ group: UInt32) -> ReceivedMessage {
        let message = messages.at(index)
        return ReceivedMessage(
            handle: handles.encode(index: index, generation: message.pointee.generation),
            sequence: message.pointee.sequence, sentTime: message.pointee.sentTime,
            receiveCount: Int(message.pointee.receiveCount), body: body(message),
            messageGroupID: isFIFO ? groups.name(group, bodies) : notGiven)
    }

    @inline(never)
    private mutating func releaseAll(
        _ target: UnsafeMutableBufferPointer<ReceivedMessage>, _ count: Int
    ) {
        for number in 0..<count {
            let index = handles.decode(target[number].handle).index
            wheel.cancel(messages.at(index).pointee.link, timers)
            makeReady(index)
        }
    }
}

/// Receive request attempts.
extension QueueState {
    /// Delivers what the same attempt delivered before, where that is still as it was; else new
    /// messages, and remembers which.
    @inline(never)
    private mutating func receiveAttempt(
        _ request: ReceiveRequest, _ timeout: Nanoseconds,
        into target: UnsafeMutableBufferPointer<ReceivedMessage>
    ) -> ReceiveResult {
        attempts.expire(time)
        var hash = SipHash(key0: rules.hashKey.1, key1: rules.hashKey.0)
        let print = hash.hash(request.attemptID, compression: 1, finalization: 3)
        attempts.makeRoom(1)
        var prepared = PreparedEntry(print: print, windowHead: attempts.head(print))
        let known = attempts.find(&prepared)
        if known != 0 {
            let count = repeatAttempt(known, request.maximum, timeout, into: target)
            if count > 0 { return ReceiveResult(count: count) }
        }
        let count = receiveNew(request.maximum, timeout, into: target)
        if count > 0, attempts.hasRoom {
            let position = attempts.append(&prepared, at: time)
            let words = attempts.extra(position)
            words[0] = UInt32(truncatingIfNeeded: count)
            for number in 0..<count {
                let handle = target[number].handle.rawValue
                words[1 + 2 * number] = UInt32(truncatingIfNeeded: handle)
                words[2 + 2 * number] = UInt32(truncatingIfNeeded: handle &>> 32)
            }
        }
        return ReceiveResult(count: count)
    }

    private func handle(_ words: UnsafeMutablePointer<UInt32>, _ number: Int) -> ReceiptHandle {
        let low = UInt64(words[1 + 2 * number])
        return ReceiptHandle(rawValue: UInt64(words[2 + 2 * number]) &<< 32 | low)
    }

    private mutating func repeatAttempt(
        _ position: UInt64, _ maximum: Int, _ timeout: Nanoseconds,
        into target: UnsafeMutableBufferPointer<ReceivedMessage>
    ) -> Int {
        let words = attempts.extra(position)
        let count = Int(words[0])
        guard count <= maximum else { return 0 }
        for number in 0..<count {
            guard case .current(let index) = meaning(handle(words, number)),
                messages.at(index).pointee.state == .inFlight,
                !messages.at(index).pointee.isChanged
            else {
                // One of them was touched: the attempt is over.
                words[0] = 0
                return 0
            }
        }
        for number in 0..<count {
            let index = handles.decode(handle(words, number)).index
            let timer = messages.at(index).pointee.link
            target[number] = delivery(index, timers.at(timer).pointee.group)
            restartTimer(index, duration: max(timeout, 1))
            timers.at(timer).pointee.startTime = time
        }
        if timeout == 0 { releaseAll(target, count) }
        return count
    }
}
