import UrrPlatform

/// SendMessage and SendMessageBatch.
extension QueueState {
    /// Sends one message at the present instant.
    mutating func send(_ entry: UnsafePointer<SendEntry>) -> SendResult {
        let known = prepared
        rules.prepare(entry, known)
        if isFIFO, known.pointee.error == nil {
            // The bucket of the id is the farthest away: it comes while the group is looked up.
            if deduplicates {
                window.makeRoom(1)
                known.pointee.windowHead = window.head(known.pointee.print)
                prefetch(known.pointee.windowHead.unsafelyUnwrapped)
            }
            groups.makeRoom(1)
            known.pointee.groupHead = groups.head(known.pointee.groupHash)
        }
        return send(entry, known)
    }

    /// Sends up to ten messages.
    mutating func send(
        _ entries: UnsafeBufferPointer<SendEntry>, _ results: UnsafeMutableBufferPointer<SendResult>
    ) {
        let first = entries.baseAddress.unsafelyUnwrapped
        for number in 0..<entries.count { rules.prepare(first + number, prepared + number) }
        send(first, prepared, results.baseAddress.unsafelyUnwrapped, entries.count)
    }

    /// Sends up to ten messages that `SendRules` prepared. What does not depend on the messages
    /// before is done for all of them first, so that the misses of buckets and entries overlap.
    mutating func send(
        _ entries: UnsafePointer<SendEntry>, _ known: UnsafeMutablePointer<PreparedEntry>,
        _ results: UnsafeMutablePointer<SendResult>, _ count: Int
    ) {
        if isFIFO { lookAhead(known, count) }
        for number in 0..<count { results[number] = send(entries + number, known + number) }
    }

    /// Asks for the memory that the entries of a batch are going to touch, what lies farthest away
    /// first.
    @inline(__always)
    private mutating func lookAhead(_ known: UnsafeMutablePointer<PreparedEntry>, _ count: Int) {
        if deduplicates {
            window.makeRoom(count)
            for number in 0..<count where known[number].error == nil {
                known[number].windowHead = window.head(known[number].print)
                prefetch(known[number].windowHead.unsafelyUnwrapped)
            }
        }
        groups.makeRoom(count)
        for number in 0..<count where known[number].error == nil {
            known[number].groupHead = groups.head(known[number].groupHash)
            prefetch(known[number].groupHead.unsafelyUnwrapped)
        }
        if deduplicates {
            for number in 0..<count where known[number].error == nil {
                window.prefetchEntry(known + number)
            }
        }
        for number in 0..<count where known[number].error == nil {
            prefetch(groups.at(known[number].groupHead.unsafelyUnwrapped.pointee))
        }
        for number in 0..<count where known[number].error == nil {
            let group = known[number].groupHead.unsafelyUnwrapped.pointee
            prefetch(messages.at(groups.at(group).pointee.last))
        }
    }

    @inline(__always)
    private mutating func send(
        _ entry: UnsafePointer<SendEntry>, _ known: UnsafeMutablePointer<PreparedEntry>
    ) -> SendResult {
        if let error = known.pointee.error { return SendResult(error: error) }
        // Before the id is asked for: its bucket may still be on the way.
        let group = isFIFO ? groups.find(entry.pointee.messageGroupID, known, bodies) : 0
        if deduplicates {
            let position = window.find(known)
            if position != 0 {
                totals.duplicates &+= 1
                return SendResult(sequence: position, isDuplicate: true)
            }
        }
        let sequence = store(
            entry, known, group, delay: entry.pointee.delay ?? configuration.delay,
            sentTime: time, receiveCount: 0)
        guard sequence != 0 else { return SendResult(error: .overLimit) }
        totals.sent &+= 1
        return SendResult(sequence: sequence)
    }
}

extension QueueState {
    /// Stores a message and returns its sequence; 0 where there is no room, and nothing happened.
    /// `known` is the group of its name, or 0 where there is none yet. Of the entry only the body,
    /// the group's name, the priority and the time to live are looked at.
    @inline(__always)
    mutating func store(
        _ entry: UnsafePointer<SendEntry>, _ prepared: UnsafeMutablePointer<PreparedEntry>,
        _ known: UInt32, delay: Nanoseconds, sentTime: Nanoseconds, receiveCount: UInt32
    ) -> UInt64 {
        guard messages.hasRoom, timers.hasRoom, !deduplicates || window.hasRoom else { return 0 }
        let hasTimeToLive = entry.pointee.timeToLive != 0
        let length = entry.pointee.body.count
        let block = length &+ (hasTimeToLive ? 8 : 0)
        let body = bodies.allocate(block)
        guard body != 0 else { return 0 }
        var group = known
        if isFIFO, group == 0 {
            group = groups.insert(entry.pointee.messageGroupID, prepared, &bodies)
            guard group != 0 else {
                bodies.release(body, length: block)
                return 0
            }
        }
        fill(body, entry)
        let sequence = takeSequence(prepared)
        let index = messages.allocate()
        let message = messages.at(index)
        message.pointee.sentTime = sentTime
        message.pointee.setSequence(sequence, receiveCount: receiveCount)
        message.pointee.setBody(
            body, length: length, priority: Int(entry.pointee.priority),
            hasTimeToLive: hasTimeToLive)
        // Deliveries of another queue count as deliveries here, for the age of handles too.
        message.pointee.generation &+= receiveCount
        linkByAge(index)
        enter(index, group, delay: delay)
        return sequence
    }

    @inline(__always)
    private mutating func takeSequence(_ known: UnsafeMutablePointer<PreparedEntry>) -> UInt64 {
        if deduplicates { return window.append(known, at: time) }
        nextSequence &+= 1
        return nextSequence &- 1
    }

    @inline(__always)
    private func fill(_ block: UInt32, _ entry: UnsafePointer<SendEntry>) {
        var start = bodies.address(block)
        if entry.pointee.timeToLive != 0 {
            start.storeBytes(of: time &+ entry.pointee.timeToLive, as: Nanoseconds.self)
            start += 8
        }
        copyBytes(
            to: start, from: entry.pointee.body.baseAddress.unsafelyUnwrapped,
            count: entry.pointee.body.count)
    }

    /// Makes a new message ready, or delayed.
    @inline(__always)
    private mutating func enter(_ index: UInt32, _ group: UInt32, delay: Nanoseconds) {
        let message = messages.at(index)
        if delay > 0 {
            message.pointee.state = .delayed
            delayed &+= 1
            startTimer(index, group, duration: delay)
        } else {
            message.pointee.state = .ready
            message.pointee.link = group
            visible &+= 1
            if !isFIFO { listMessage(index) }
        }
        if isFIFO {
            linkToGroup(index, group)
            refresh(group)
        }
    }

    /// Starts the timer of a message that has none.
    @inline(__always)
    mutating func startTimer(_ index: UInt32, _ group: UInt32, duration: Nanoseconds) {
        let number = timers.allocate()
        timers.at(number).initialize(
            to: TimerRecord(
                deadline: deadline(after: duration), startTime: time, message: index, group: group))
        messages.at(index).pointee.link = number
        wheel.add(number, timers)
    }
}
