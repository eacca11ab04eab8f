import UrrPlatform
import UrrQueue

/// The calls, one after the other as SQS describes them.
extension ReferenceQueue {
    static func isIdentifier(_ bytes: [UInt8]) -> Bool {
        (1...128).contains(bytes.count) && bytes.allSatisfy { (33...126).contains($0) }
    }

    func problem(_ entry: ReferenceSend) -> QueueError? {
        if entry.body.isEmpty { return .missingParameter }
        if entry.body.count > rules.maximumMessageSize { return .invalidParameterValue }
        if entry.priority > (rules.allowsPriority ? 7 : 0) { return .invalidParameterValue }
        if entry.timeToLive < 0 { return .invalidParameterValue }
        if entry.timeToLive > 0, !rules.allowsTimeToLive { return .invalidParameterValue }
        if !isFIFO {
            if entry.group != nil || entry.deduplication != nil { return .invalidParameterValue }
            let range = 0...QueueLimits.delay
            return range.contains(entry.delay ?? 0) ? nil : .invalidParameterValue
        }
        guard let group = entry.group else { return .missingParameter }
        if !Self.isIdentifier(group) { return .invalidParameterValue }
        if let id = entry.deduplication, !Self.isIdentifier(id) { return .invalidParameterValue }
        if entry.deduplication == nil, rules.deduplication == .byID {
            return .invalidParameterValue
        }
        return entry.delay ?? 0 == 0 ? nil : .invalidParameterValue
    }

    func batchProblem(_ ids: [UInt64]) -> QueueError? {
        if ids.isEmpty { return .emptyBatchRequest }
        if ids.count > 10 { return .tooManyEntriesInBatchRequest }
        return Set(ids).count == ids.count ? nil : .batchEntryIdsNotDistinct
    }

    func send(_ entry: ReferenceSend) -> SendResult {
        if let error = problem(entry) { return SendResult(error: error) }
        var key: [UInt8]?
        if deduplicates {
            let scope = rules.deduplicationScope == .messageGroup ? entry.group! + [0] : []
            key = scope + (entry.deduplication.map { [1] + $0 } ?? [2] + entry.body)
            if let known = remembered.first(where: { $0.key == key }) {
                totals.duplicates += 1
                return SendResult(sequence: known.sequence, isDuplicate: true)
            }
        }
        var item = Item(
            unique: nextUnique, sequence: 0, body: entry.body, group: entry.group ?? [],
            sentTime: now)
        item.priority = Int(entry.priority)
        if entry.timeToLive > 0 { item.endOfLife = now + entry.timeToLive }
        let delay = entry.delay ?? rules.delay
        guard let sequence = store(item, key, delay: delay) else {
            return SendResult(error: .overLimit)
        }
        totals.sent += 1
        return SendResult(sequence: sequence)
    }

    func store(_ item: Item, _ key: [UInt8]?, delay: Nanoseconds) -> UInt64? {
        guard items.count < rules.capacity.messages else { return nil }
        if deduplicates, remembered.count >= rules.capacity.deduplicationIDs { return nil }
        var item = item
        item.sequence = nextSequence
        nextSequence += 1
        nextUnique += 1
        if deduplicates { remembered.append((key, now, item.sequence)) }
        let at = items.lastIndex { $0.sentTime <= item.sentTime }.map { $0 + 1 } ?? 0
        items.insert(item, at: at)
        if delay > 0 {
            items[at].state = .delayed
            startTimer(item.unique, delay)
            if isFIFO { refresh(item.group) }
        } else {
            makeReady(item.unique)
        }
        return item.sequence
    }

    func receive(
        maximum: Int, timeout: Nanoseconds?, wait: Nanoseconds = 0, attempt: [UInt8]? = nil
    ) -> (error: QueueError?, deliveries: [ReferenceDelivery]) {
        guard (1...10).contains(maximum), (0...QueueLimits.waitTime).contains(wait),
            (0...QueueLimits.visibilityTimeout).contains(timeout ?? 0)
        else { return (.invalidParameterValue, []) }
        if let attempt, !isFIFO || !Self.isIdentifier(attempt) {
            return (.invalidParameterValue, [])
        }
        if !isFIFO, wait == 0, count(.inFlight) >= rules.inFlightLimit { return (.overLimit, []) }
        let timeout = timeout ?? rules.visibilityTimeout
        if let attempt, let again = repeated(attempt, maximum, timeout) { return (nil, again) }
        let found = receiveNew(maximum, timeout)
        if let attempt, !found.isEmpty, attempts.count < rules.capacity.receiveAttempts {
            attempts.append((attempt, now, found.map(\.token)))
        }
        return (nil, found)
    }

    private func repeated(
        _ attempt: [UInt8], _ maximum: Int, _ timeout: Nanoseconds
    ) -> [ReferenceDelivery]? {
        guard let at = attempts.lastIndex(where: { $0.id == attempt }) else { return nil }
        let tokens = attempts[at].tokens
        guard tokens.count <= maximum, !tokens.isEmpty else { return nil }
        let found = tokens.compactMap { token in
            items.first { $0.tokens.last == token && $0.state == .inFlight && !$0.isChanged }
        }
        guard found.count == tokens.count else {
            attempts[at].tokens = []
            return nil
        }
        for item in found {
            startTimer(item.unique, max(timeout, 1))
            items[index(item.unique)!].startTime = now
        }
        if timeout == 0 { for item in found { makeReady(item.unique) } }
        return found.map { delivery($0) }
    }

    private func delivery(_ item: Item) -> ReferenceDelivery {
        ReferenceDelivery(
            token: item.tokens.last!, sequence: item.sequence, sentTime: item.sentTime,
            receiveCount: item.receiveCount, body: item.body, group: item.group)
    }

    private func receiveNew(_ maximum: Int, _ timeout: Nanoseconds) -> [ReferenceDelivery] {
        let room = min(maximum, rules.inFlightLimit - count(.inFlight))
        var found: [ReferenceDelivery] = []
        while found.count < room, let priority = line.map(\.priority).max() {
            let place = line.first { $0.priority == priority }!
            let members = items.filter {
                isFIFO ? $0.group == place.group : $0.unique == place.unique
            }
            for item in members.prefix(while: { $0.state == .ready }) where found.count < room {
                if let delivered = deliver(item, timeout) { found.append(delivered) }
            }
            line.removeAll { $0 == place }
            if isFIFO { refresh(place.group) }
        }
        if timeout == 0 {
            for delivered in found {
                makeReady(items.first { $0.tokens.last == delivered.token }!.unique)
            }
        }
        return found
    }

    private func deliver(_ item: Item, _ timeout: Nanoseconds) -> ReferenceDelivery? {
        if item.endOfLife <= now {
            totals.outlived += 1
            takeOut(item.unique)
            return nil
        }
        if let deadLetters, item.receiveCount >= maxReceiveCount,
            move(item, to: deadLetters, asDeadLetter: true)
        {
            return nil
        }
        let at = index(item.unique)!
        if items[at].receiveCount > 0 { totals.redelivered += 1 }
        totals.received += 1
        items[at].receiveCount += 1
        items[at].tokens.append(nextToken)
        nextToken += 1
        items[at].state = .inFlight
        items[at].isChanged = false
        items[at].startTime = now
        startTimer(item.unique, max(timeout, 1))
        return delivery(items[at])
    }

    func move(_ item: Item, to target: ReferenceQueue, asDeadLetter: Bool) -> Bool {
        target.advance(now)
        var moved = Item(
            unique: target.nextUnique, sequence: 0, body: item.body, group: item.group,
            sentTime: asDeadLetter && !isFIFO ? item.sentTime : target.now)
        moved.receiveCount = asDeadLetter ? item.receiveCount : 0
        moved.priority = item.priority
        guard target.store(moved, nil, delay: 0) != nil else { return false }
        target.totals.movedIn += 1
        totals.movedOut += 1
        takeOut(item.unique)
        return true
    }
}
