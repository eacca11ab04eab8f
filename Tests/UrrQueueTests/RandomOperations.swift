import Testing
import UrrPlatform
import UrrQueue

/// Random numbers from a seed.
struct Dice {
    private let stream: IndexedRandom
    private var index: UInt64 = 0

    init(seed: UInt64) { stream = IndexedRandom(seed: seed, stream: "queue operations") }

    mutating func roll(_ sides: Int) -> Int {
        index += 1
        return Int(stream[index] % UInt64(sides))
    }

    mutating func happens(oneIn sides: Int) -> Bool { roll(sides) == 0 }
    mutating func pick<Element>(_ elements: [Element]) -> Element { elements[roll(elements.count)] }
}

/// Drives two queues and the dead-letter queue that they share and the references of all with the
/// same random operations, and compares every answer and all counts.
struct RandomOperations {
    /// One queue twice, and what its handles are called by the reference.
    final class Pair {
        let core: QueueUnderTest
        let reference: ReferenceQueue
        var handles: [ReceiptHandle] = []

        init(_ configuration: QueueConfiguration) throws {
            core = try QueueUnderTest(configuration)
            reference = ReferenceQueue(configuration)
        }
    }

    let seed: UInt64
    var dice: Dice
    let main: Pair
    let second: Pair
    let dead: Pair
    var now: Nanoseconds
    var step = 0

    init(seed: UInt64) throws {
        self.seed = seed
        dice = Dice(seed: seed)
        let configuration = Self.configuration(&dice)
        main = try Pair(configuration)
        second = try Pair(configuration)
        var other = configuration
        other.delay = dice.pick([0, 2_000_000_000])
        other.deduplication = dice.pick([.byID, .byContent, .off])
        dead = try Pair(other)
        now = Nanoseconds(dice.roll(1 << 40)) - (1 << 39)
        for source in [main, second] {
            let limit = 1 + dice.roll(4)
            let refusal = source.core.core.setRedrivePolicy(
                deadLetterQueue: dead.core.core, maxReceiveCount: limit)
            try #require(refusal == nil)
            source.reference.deadLetters = dead.reference
            source.reference.maxReceiveCount = limit
        }
    }

    /// Small limits and short times, so that everything happens often.
    static func configuration(_ dice: inout Dice) -> QueueConfiguration {
        var found = QueueConfiguration(dice.happens(oneIn: 4) ? .standard : .fifo)
        found.visibilityTimeout = dice.pick([0, 1, 3_000_000_000, 30_000_000_000])
        found.delay = dice.pick([0, 0, 1_500_000_000])
        found.retention = dice.pick([60_000_000_000, 345_600_000_000_000])
        found.deduplication = dice.pick([.byID, .byContent, .off])
        found.deduplicationScope = dice.pick([.queue, .messageGroup])
        found.deduplicationWindow = dice.pick([2_000_000_000, 300_000_000_000])
        found.receiveAttemptWindow = 5_000_000_000
        found.inFlightLimit = dice.pick([5, 13, 120_000])
        found.allowsPriority = dice.happens(oneIn: 3)
        found.allowsTimeToLive = dice.happens(oneIn: 3)
        found.timerResolution = dice.pick([1, 1 << 20, 1 << 30])
        found.maximumMessageSize = 1024
        found.capacity.messages = dice.pick([20, 150])
        found.capacity.bodyBytes = 1 << 20
        found.capacity.deduplicationIDs = dice.pick([50, 5000])
        found.capacity.receiveAttempts = dice.pick([3, 100])
        return found
    }

    var place: Comment { "seed \(seed), step \(step)" }

    mutating func run(_ operations: Int) throws {
        while step < operations {
            step += 1
            advanceTime()
            try operate(dice.happens(oneIn: 6) ? dead : dice.happens(oneIn: 4) ? second : main)
            if dice.happens(oneIn: 40) { try redrive() }
            try #require(
                main.core.core.attributes(now: now) == main.reference.attributes, place)
            try #require(
                second.core.core.attributes(now: now) == second.reference.attributes, place)
            try #require(
                dead.core.core.attributes(now: now) == dead.reference.attributes, place)
        }
    }

    mutating func advanceTime() {
        switch dice.roll(100) {
        case 0: now += Nanoseconds(dice.roll(70)) * nanosecondsPerSecond
        case 1..<10: now += Nanoseconds(dice.roll(3_000_000_000))
        case 10..<60: now += Nanoseconds(dice.roll(50_000_000))
        case 60..<63: now -= Nanoseconds(dice.roll(1_000_000))
        default: break
        }
        // The calls see time that does not go back.
        main.reference.advance(now)
        second.reference.advance(now)
        dead.reference.advance(now)
    }

    mutating func operate(_ pair: Pair) throws {
        switch dice.roll(20) {
        case 0..<8: try send(pair)
        case 8..<13: try receive(pair)
        case 13..<17: try delete(pair)
        case 17..<19: try change(pair)
        default:
            guard dice.happens(oneIn: 20) else { return }
            try #require(pair.core.core.purge(now: now) == pair.reference.purge(), place)
        }
    }

    mutating func redrive() throws {
        let maximum = 1 + dice.roll(30)
        let target = dice.happens(oneIn: 3) ? second : main
        let expected = dead.reference.redrive(to: target.reference, maximum: maximum)
        let result = dead.core.core.redrive(to: target.core.core, maximum: maximum, now: now)
        try #require(result == expected, place)
        // A destination has to be named: there are two sources.
        try #require(dead.core.core.redrive(now: now).error == .invalidParameterValue, place)
    }
}

extension RandomOperations {
    private mutating func bytes(_ count: Int) -> [UInt8] {
        (0..<count).map { _ in UInt8(33 + dice.roll(94)) }
    }

    private mutating func identifier(_ names: Int) -> [UInt8] {
        if dice.happens(oneIn: 200) {
            return dice.pick([[], [32], [127], bytes(129), Array("eight ok".utf8), [65, 0x80]])
        }
        let number = dice.roll(names)
        // Short ones and long ones: names are stored in two ways.
        return Array(
            (number % 3 == 0 ? String(repeating: "x", count: 60) : "").utf8)
            + Array("name\(number)".utf8)
    }

    mutating func message(id: UInt64, _ pair: Pair) -> ReferenceSend {
        var found = ReferenceSend(id: id)
        let isFIFO = pair.reference.isFIFO
        found.body = bytes(dice.happens(oneIn: 50) ? dice.roll(1100) : 1 + dice.roll(40))
        if dice.happens(oneIn: 4) { found.body = [UInt8(65 + dice.roll(20))] }
        if isFIFO != dice.happens(oneIn: 300) { found.group = identifier(9) }
        if isFIFO, !dice.happens(oneIn: 5) || pair.reference.rules.deduplication == .byID {
            if !dice.happens(oneIn: 100) { found.deduplication = identifier(200) }
        }
        if dice.happens(oneIn: isFIFO ? 100 : 5) {
            found.delay = dice.pick([0, 700_000_000, 900_000_000_000, 900_000_000_001, -1])
        }
        if pair.reference.rules.allowsPriority || dice.happens(oneIn: 200) {
            found.priority = UInt8(dice.roll(dice.happens(oneIn: 50) ? 9 : 8))
        }
        if pair.reference.rules.allowsTimeToLive || dice.happens(oneIn: 200) {
            found.timeToLive = dice.pick([0, 1, 2_000_000_000, 20_000_000_000])
        }
        return found
    }

    /// Mostly as they should be: 0 to 9, sometimes in another order or repeated.
    mutating func identifiers(_ count: Int) -> [UInt64] {
        var ids = (0..<count).map { UInt64($0) }
        if dice.happens(oneIn: 5) { ids.reverse() }
        if count > 1, dice.happens(oneIn: 50) { ids[0] = ids[count - 1] }
        return ids
    }

    mutating func batchCount() -> Int {
        dice.happens(oneIn: 100) ? dice.pick([0, 11]) : 1 + dice.roll(10)
    }

    mutating func send(_ pair: Pair) throws {
        if dice.happens(oneIn: 3) {
            let one = message(id: 0, pair)
            try #require(pair.core.send(one, now: now) == pair.reference.send(one), place)
            return
        }
        let ids = identifiers(batchCount())
        var batch: [ReferenceSend] = []
        for id in ids { batch.append(message(id: id, pair)) }
        let (error, results) = pair.core.send(batch: batch, now: now)
        let expected = pair.reference.batchProblem(ids)
        try #require(error == expected, place)
        if error == nil { try #require(results == batch.map { pair.reference.send($0) }, place) }
    }

    mutating func receive(_ pair: Pair) throws {
        let maximum = dice.happens(oneIn: 60) ? dice.pick([0, 11, -1]) : 1 + dice.roll(10)
        var timeout: Nanoseconds?
        if dice.happens(oneIn: 4) {
            let choices: [Nanoseconds] = [
                0, 1, 900_000_000, 43_200_000_000_000, 43_200_000_000_001, -1,
            ]
            timeout = dice.pick(choices)
        }
        var attempt: [UInt8]?
        if dice.happens(oneIn: 4), pair.reference.isFIFO || dice.happens(oneIn: 20) {
            attempt = identifier(4)
        }
        let odd: Nanoseconds = dice.happens(oneIn: 20) ? -1 : 0
        let wait: Nanoseconds = dice.pick([0, 0, 1, 20_000_000_000, odd])
        let (error, found) = pair.core.receive(
            maximum: maximum, timeout: timeout, wait: wait, attempt: attempt, now: now)
        let expected = pair.reference.receive(
            maximum: maximum, timeout: timeout, wait: wait, attempt: attempt)
        try #require(error == expected.error, place)
        for (delivery, wanted) in zip(found, expected.deliveries)
        where wanted.token == pair.handles.count {
            pair.handles.append(delivery.handle)
        }
        let named = found.map { delivery in
            ReferenceDelivery(
                token: pair.handles.lastIndex(of: delivery.handle) ?? -1,
                sequence: delivery.sequence, sentTime: delivery.sentTime,
                receiveCount: delivery.receiveCount, body: delivery.body, group: delivery.group)
        }
        try #require(named == expected.deliveries, place)
    }

    /// A recent token mostly, sometimes any, sometimes none.
    mutating func token(_ pair: Pair) -> Int? {
        if pair.handles.isEmpty || dice.happens(oneIn: 50) { return nil }
        let recent = dice.happens(oneIn: 10) ? pair.handles.count : min(15, pair.handles.count)
        return pair.handles.count - 1 - dice.roll(recent)
    }

    mutating func handle(_ token: Int?, _ pair: Pair) -> ReceiptHandle {
        if let token { return pair.handles[token] }
        // Random, or of the other queue.
        let other = pair.reference === main.reference ? dead : main
        if let last = other.handles.last, dice.happens(oneIn: 2) { return last }
        return ReceiptHandle(rawValue: UInt64(dice.roll(Int.max)))
    }

    mutating func entries(_ pair: Pair) -> (tokens: [Int?], entries: [SettleEntry]) {
        var tokens: [Int?] = []
        var entries: [SettleEntry] = []
        let timeouts: [Nanoseconds] = [
            0, 1, 2_000_000_000, 40_000_000_000, 43_200_000_000_000, 43_200_000_000_001, -1,
        ]
        for id in identifiers(batchCount()) {
            tokens.append(token(pair))
            entries.append(
                SettleEntry(
                    id: id, handle: handle(tokens.last!, pair),
                    visibilityTimeout: timeouts[dice.roll(dice.happens(oneIn: 5) ? 7 : 4)]))
        }
        return (tokens, entries)
    }

    mutating func delete(_ pair: Pair) throws {
        let (tokens, entries) = entries(pair)
        let (error, results) = pair.core.delete(batch: entries, now: now)
        try #require(error == pair.reference.batchProblem(entries.map(\.id)), place)
        if error == nil {
            try #require(results == tokens.map { pair.reference.delete($0) }, place)
        }
    }

    mutating func change(_ pair: Pair) throws {
        let (tokens, entries) = entries(pair)
        let (error, results) = pair.core.change(batch: entries, now: now)
        try #require(error == pair.reference.batchProblem(entries.map(\.id)), place)
        if error == nil {
            let expected = zip(tokens, entries).map {
                pair.reference.changeVisibility($0, $1.visibilityTimeout)
            }
            try #require(results == expected, place)
        }
    }
}
