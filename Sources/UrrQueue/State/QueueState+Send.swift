import UrrPlatform

/// SendMessage and SendMessageBatch.
extension QueueState {
    /// Sends one message at the present instant.
    mutating func send(_ entry: UnsafePointer<SendEntry>) -> SendResult {
        let known = prepared
        known.pointee.error = problem(entry)
        if isFIFO, known.pointee.error == nil {
            // The bucket of the id is the farthest away: it comes while the group is looked up.
            if deduplicates {
                window.makeRoom(1)
                known.pointee.print = fingerprint(entry)
                known.pointee.windowHead = window.head(known.pointee.print)
                prefetch(known.pointee.windowHead.unsafelyUnwrapped)
            }
            groups.makeRoom(1)
            known.pointee.groupHash = nameHash(entry.pointee.messageGroupID)
            known.pointee.groupHead = groups.head(known.pointee.groupHash)
        }
        return send(entry, known)
    }

    /// Sends up to ten messages. Everything that does not depend on the messages before is done
    /// for all of them first, so that the misses of their buckets and entries overlap.
    mutating func send(
        _ entries: UnsafeBufferPointer<SendEntry>, _ results: UnsafeMutableBufferPointer<SendResult>
    ) {
        let first = entries.baseAddress.unsafelyUnwrapped
        let answers = results.baseAddress.unsafelyUnwrapped
        for number in 0..<entries.count { prepared[number].error = problem(first + number) }
        if isFIFO { lookAhead(first, entries.count) }
        for number in 0..<entries.count {
            answers[number] = send(first + number, prepared + number)
        }
    }

    /// Asks for the memory that the entries of a batch are going to touch, what lies farthest away
    /// first.
    @inline(__always)
    private mutating func lookAhead(_ entries: UnsafePointer<SendEntry>, _ count: Int) {
        if deduplicates {
            window.makeRoom(count)
            for number in 0..<count where prepared[number].error == nil {
                let known = prepared + number
                known.pointee.print = fingerprint(entries + number)
                known.pointee.windowHead = window.head(known.pointee.print)
                prefetch(known.pointee.windowHead.unsafelyUnwrapped)
            }
        }
        groups.makeRoom(count)
        for number in 0..<count where prepared[number].error == nil {
            let known = prepared + number
            known.pointee.groupHash = nameHash(entries[number].messageGroupID)
            known.pointee.groupHead = groups.head(known.pointee.groupHash)
            prefetch(known.pointee.groupHead.unsafelyUnwrapped)
        }
        if deduplicates {
            for number in 0..<count where prepared[number].error == nil {
                window.prefetchEntry(prepared + number)
            }
        }
        for number in 0..<count where prepared[number].error == nil {
            prefetch(groups.at(prepared[number].groupHead.unsafelyUnwrapped.pointee))
        }
        for number in 0..<count where prepared[number].error == nil {
            let group = prepared[number].groupHead.unsafelyUnwrapped.pointee
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

    @inline(__always)
    private func problem(_ entry: UnsafePointer<SendEntry>) -> QueueError? {
        let count = entry.pointee.body.count
        if count == 0 { return .missingParameter }
        if count > configuration.maximumMessageSize { return .invalidParameterValue }
        if Int64(entry.pointee.priority) | entry.pointee.timeToLive != 0,
            let error = extensionProblem(entry.pointee)
        {
            return error
        }
        return isFIFO ? fifoProblem(entry) : standardProblem(entry.pointee)
    }

    private func extensionProblem(_ entry: SendEntry) -> QueueError? {
        let isPriorityFine =
            entry.priority == 0
            || configuration.allowsPriority && entry.priority <= QueueLimits.priority.upperBound
        let isTimeFine =
            entry.timeToLive == 0
            || configuration.allowsTimeToLive
                && entry.timeToLive > 0 && entry.timeToLive <= QueueLimits.retention.upperBound
        return isPriorityFine && isTimeFine ? nil : .invalidParameterValue
    }

    @inline(__always)
    private func fifoProblem(_ entry: UnsafePointer<SendEntry>) -> QueueError? {
        let (group, id) = (entry.pointee.messageGroupID, entry.pointee.deduplicationID)
        guard group.baseAddress != nil else { return .missingParameter }
        guard isIdentifier(group) else { return .invalidParameterValue }
        if id.baseAddress == nil {
            if configuration.deduplication == .byID { return .invalidParameterValue }
        } else if !isIdentifier(id) {
            return .invalidParameterValue
        }
        // A delay of zero is what it would be anyway.
        guard let delay = entry.pointee.delay else { return nil }
        return delay == 0 ? nil : .invalidParameterValue
    }

    @inline(__always)
    private func standardProblem(_ entry: SendEntry) -> QueueError? {
        guard entry.messageGroupID.baseAddress == nil, entry.deduplicationID.baseAddress == nil
        else { return .invalidParameterValue }
        guard let delay = entry.delay else { return nil }
        return delay >= 0 && delay <= QueueLimits.delay ? nil : .invalidParameterValue
    }

    /// Whether SQS takes these bytes as a group, deduplication or attempt id.
    @inline(__always)
    func isIdentifier(_ bytes: UnsafeRawBufferPointer) -> Bool {
        bytes.count >= 1 && bytes.count <= QueueLimits.identifier.upperBound
            && isVisibleASCII(bytes)
    }

    /// What the message is told apart by. Bodies and ids have different keys, and so have groups
    /// where they are the scope.
    @inline(__always)
    private func fingerprint(_ entry: UnsafePointer<SendEntry>) -> Fingerprint {
        let isContent = entry.pointee.deduplicationID.baseAddress == nil
        var key = (isContent ? ~hashKey.0 : hashKey.0, hashKey.1)
        if configuration.deduplicationScope == .messageGroup {
            key = scopeKey(key, entry.pointee.messageGroupID)
        }
        var hash = SipHash(key0: key.0, key1: key.1)
        return hash.hash(
            isContent ? entry.pointee.body : entry.pointee.deduplicationID, compression: 1,
            finalization: 3)
    }

    @inline(never)
    private func scopeKey(
        _ key: (UInt64, UInt64), _ group: UnsafeRawBufferPointer
    ) -> (UInt64, UInt64) {
        var hash = SipHash(key0: key.0, key1: key.1)
        let print = hash.hash(group, compression: 1, finalization: 3)
        return (print.low, print.high)
    }
}

/// What is known of an entry before anything is looked up. The buckets stay where they are as long
/// as their tables have room for what comes.
struct PreparedEntry {
    var print = Fingerprint(low: 0, high: 0)
    /// Where the fingerprint belongs in the window; nil where it is not to be remembered.
    var windowHead: UnsafeMutablePointer<WindowTable.Head>?
    var groupHash: UInt64 = 0
    var groupHead: UnsafeMutablePointer<UInt32>?
    var error: QueueError?
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
