import UrrPlatform

/// SendMessage and SendMessageBatch.
extension QueueState {
    /// Sends one message at the present instant.
    mutating func send(_ entry: SendEntry) -> SendResult { send(entry, prepared(entry)) }

    /// Sends up to ten messages. Everything that does not depend on the messages before is done
    /// for all of them first, so that the misses of their buckets and entries overlap.
    mutating func send(
        _ entries: UnsafeBufferPointer<SendEntry>, _ results: UnsafeMutableBufferPointer<SendResult>
    ) {
        for number in 0..<entries.count {
            let found = prepared(entries[number])
            prepared[number] = found
            guard isFIFO, found.error == nil else { continue }
            groups.prefetchBucket(found.groupHash)
            if deduplicates { window.prefetchBucket(found.print) }
        }
        if isFIFO {
            for number in 0..<entries.count where prepared[number].error == nil {
                groups.prefetchGroup(prepared[number].groupHash)
                if deduplicates { window.prefetchEntry(prepared[number].print) }
            }
            for number in 0..<entries.count where prepared[number].error == nil {
                prefetch(messages.at(groups.lastOfBucket(prepared[number].groupHash)))
            }
        }
        for number in 0..<entries.count {
            results[number] = send(entries[number], prepared[number])
        }
    }

    @inline(__always)
    private func prepared(_ entry: SendEntry) -> PreparedEntry {
        var found = PreparedEntry(error: problem(entry))
        guard isFIFO, found.error == nil else { return found }
        found.groupHash = nameHash(entry.messageGroupID)
        if deduplicates { found.print = fingerprint(entry, groupHash: found.groupHash) }
        return found
    }

    @inline(__always)
    private mutating func send(_ entry: SendEntry, _ known: PreparedEntry) -> SendResult {
        if let error = known.error { return SendResult(error: error) }
        if deduplicates {
            let position = window.find(known.print)
            if position != 0 {
                totals.duplicates &+= 1
                return SendResult(sequence: position, isDuplicate: true)
            }
        }
        let message = Incoming(
            body: entry.body, group: entry.messageGroupID, groupHash: known.groupHash,
            print: deduplicates ? known.print : nil,
            sentTime: time, delay: entry.delay ?? configuration.delay, receiveCount: 0,
            priority: Int(entry.priority), timeToLive: entry.timeToLive)
        let sequence = store(message)
        guard sequence != 0 else { return SendResult(error: .overLimit) }
        totals.sent &+= 1
        return SendResult(sequence: sequence)
    }

    @inline(__always)
    private func problem(_ entry: SendEntry) -> QueueError? {
        if entry.body.count == 0 { return .missingParameter }
        if entry.body.count > configuration.maximumMessageSize { return .invalidParameterValue }
        if entry.priority | UInt8(truncatingIfNeeded: entry.timeToLive != 0 ? 1 : 0) != 0,
            let error = extensionProblem(entry)
        {
            return error
        }
        return isFIFO ? fifoProblem(entry) : standardProblem(entry)
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
    private func fifoProblem(_ entry: SendEntry) -> QueueError? {
        guard entry.messageGroupID.baseAddress != nil else { return .missingParameter }
        guard isIdentifier(entry.messageGroupID) else { return .invalidParameterValue }
        if entry.deduplicationID.baseAddress == nil {
            if configuration.deduplication == .byID { return .invalidParameterValue }
        } else if !isIdentifier(entry.deduplicationID) {
            return .invalidParameterValue
        }
        // A delay of zero is what it would be anyway.
        return entry.delay ?? 0 == 0 ? nil : .invalidParameterValue
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
    private func fingerprint(_ entry: SendEntry, groupHash: UInt64) -> Fingerprint {
        let isContent = entry.deduplicationID.baseAddress == nil
        let scope = configuration.deduplicationScope == .messageGroup ? groupHash : 0
        let key = isContent ? ~hashKey.0 : hashKey.0
        var hash = SipHash(key0: key, key1: hashKey.1 ^ scope)
        return hash.hash(
            isContent ? entry.body : entry.deduplicationID, compression: 1, finalization: 3)
    }
}

/// What is known of an entry before anything is looked up.
struct PreparedEntry {
    var print = Fingerprint(low: 0, high: 0)
    var groupHash: UInt64 = 0
    var error: QueueError?
}

/// A message on its way into a queue.
struct Incoming {
    var body: UnsafeRawBufferPointer
    var group: UnsafeRawBufferPointer
    var groupHash: UInt64
    /// What to remember in the window; nil where nothing is.
    var print: Fingerprint?
    var sentTime: Nanoseconds
    var delay: Nanoseconds
    var receiveCount: UInt32
    var priority: Int
    var timeToLive: Nanoseconds
}

extension QueueState {
    /// Stores a message and returns its sequence; 0 where there is no room, and nothing happened.
    @inline(__always)
    mutating func store(_ incoming: Incoming) -> UInt64 {
        guard messages.hasRoom, timers.hasRoom, !deduplicates || window.hasRoom else { return 0 }
        let hasTimeToLive = incoming.timeToLive != 0
        let block = incoming.body.count &+ (hasTimeToLive ? 8 : 0)
        let body = bodies.allocate(block)
        guard body != 0 else { return 0 }
        var group: UInt32 = 0
        if isFIFO {
            group = groups.find(incoming.group, hash: incoming.groupHash, bodies)
            if group == 0 {
                group = groups.insert(incoming.group, hash: incoming.groupHash, &bodies)
            }
            guard group != 0 else {
                bodies.release(body, length: block)
                return 0
            }
        }
        let sequence = takeSequence(incoming.print)
        fill(body, incoming)
        let index = messages.allocate()
        let message = messages.at(index)
        message.pointee.sentTime = incoming.sentTime
        message.pointee.setSequence(sequence, receiveCount: incoming.receiveCount)
        message.pointee.setBody(
            body, length: incoming.body.count, priority: incoming.priority,
            hasTimeToLive: hasTimeToLive)
        // Deliveries of another queue count as deliveries here, for the age of handles too.
        message.pointee.generation &+= incoming.receiveCount
        linkByAge(index)
        enter(index, group, delay: incoming.delay)
        return sequence
    }

    @inline(__always)
    private mutating func takeSequence(_ print: Fingerprint?) -> UInt64 {
        if deduplicates { return window.append(print, at: time) }
        nextSequence &+= 1
        return nextSequence &- 1
    }

    @inline(__always)
    private func fill(_ block: UInt32, _ incoming: Incoming) {
        var start = bodies.address(block)
        if incoming.timeToLive != 0 {
            start.storeBytes(of: time &+ incoming.timeToLive, as: Nanoseconds.self)
            start += 8
        }
        copyBytes(
            to: start, from: incoming.body.baseAddress.unsafelyUnwrapped,
            count: incoming.body.count)
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
