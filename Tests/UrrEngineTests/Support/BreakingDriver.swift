import UrrDriver
import UrrDriverEmbedded
import UrrPlatform

/// One thing that the core gets wrong, at one record.
enum Break: Sendable, CaseIterable {
    /// The record is passed over.
    case drop
    /// It is delivered twice in a row.
    case deliverTwice
    /// It comes after the one behind it.
    case swap
    /// The first record after a partition changed hands is passed over.
    case resumeLate
    /// After a partition changed hands the record before the committed offset comes, too.
    case resumeEarly
    /// Of an event, another amount.
    case alterAmount
}

/// The embedded core with members that come and go, and one break in what it delivers of partition
/// 0 of the first topic. For one thread.
final class BreakingDriver: MessageDriver {
    static var name: String { "breaking" }
    static var semantics: DriverSemantics { EmbeddedDriver.semantics }

    let core = EmbeddedDriver()
    let kind: Break?
    /// The offset at which it strikes, or, where a partition has to change hands, the first one at
    /// which it may.
    let offset: Int64
    var isSpent = false

    init(_ kind: Break?, at offset: Int64 = 100) {
        self.kind = kind
        self.offset = offset
    }

    func provision(_ topology: Topology) throws(DriverError) { try core.provision(topology) }

    func makeProducer(topic: Int) throws(DriverError) -> EmbeddedProducer {
        try core.makeProducer(topic: topic)
    }

    func makeProducer(queue: Int) throws(DriverError) -> EmbeddedProducer {
        try core.makeProducer(queue: queue)
    }

    func makeConsumer(group: Int, member: Int) throws(DriverError) -> BreakingConsumer {
        BreakingConsumer(try core.makeConsumer(group: group, member: member), self)
    }

    func makeReceiver(
        group: Int, member: Int, thread: Int
    ) throws(DriverError) -> EmbeddedReceiver {
        try core.makeReceiver(group: group, member: member, thread: thread)
    }

    func position(group: Int, of partition: TopicPartition) -> GroupPosition {
        core.position(group: group, of: partition)
    }

    func missed(group: Int, of partition: TopicPartition) -> UInt64 {
        core.missed(group: group, of: partition)
    }

    func appendTime(of partition: TopicPartition, offset: Int64) -> Nanoseconds? {
        core.appendTime(of: partition, offset: offset)
    }

    func depth(queue: Int, now: Nanoseconds) -> QueueDepth { core.depth(queue: queue, now: now) }
    var nextQueueEvent: Nanoseconds? { core.nextQueueEvent }
    func takeOut(queue: Int, now: Nanoseconds, _ body: (UnsafeRawBufferPointer) -> Void) {
        core.takeOut(queue: queue, now: now, body)
    }
    func facts() -> [String: String] { core.facts() }
    func teardown() { core.teardown() }
}

final class BreakingConsumer: MessageConsumer {
    private let core: EmbeddedConsumer
    private let driver: BreakingDriver
    private var held: (bytes: [UInt8], lane: Int32, offset: Int64)?
    /// Whether the next record of partition 0 is the first since the partition came.
    private var isFirst = false
    private var last: (bytes: [UInt8], offset: Int64)?

    init(_ core: EmbeddedConsumer, _ driver: BreakingDriver) {
        self.core = core
        self.driver = driver
    }

    var assignment: [TopicPartition] { core.assignment }

    private func isWatched(_ lane: Int32) -> Bool {
        assignment[Int(lane)] == TopicPartition(topic: 0, partition: 0)
    }

    func poll(limit: Int, _ body: (IncomingMessage) -> Void) -> Int {
        var count = 0
        func hand(_ message: IncomingMessage) {
            count += 1
            body(message)
        }
        // One less, because a break may deliver one more than there was.
        _ = core.poll(limit: max(1, limit - 1)) { message in
            guard isWatched(message.lane), !driver.isSpent, let kind = driver.kind else {
                hand(message)
                return
            }
            deliver(message, kind, hand)
        }
        return count
    }

    private func deliver(
        _ message: IncomingMessage, _ kind: Break, _ hand: (IncomingMessage) -> Void
    ) {
        let wasFirst = isFirst
        isFirst = false
        if let held {
            hand(message)
            held.bytes.withUnsafeBytes {
                hand(
                    IncomingMessage(
                        payload: $0, lane: held.lane, attempt: 0, offset: held.offset))
            }
            self.held = nil
            driver.isSpent = true
            return
        }
        switch kind {
        case .drop where message.offset == driver.offset: driver.isSpent = true
        case .deliverTwice where message.offset == driver.offset:
            hand(message)
            hand(message)
            driver.isSpent = true
        case .alterAmount where message.offset == driver.offset:
            var bytes = Array(message.payload)
            // Numbers stand on the right of their place.
            let name = Array("\"amount\":".utf8)
            let place = bytes.indices.first { bytes[$0...].starts(with: name) }
            bytes[place! + name.count + 11] ^= 1
            bytes.withUnsafeBytes {
                hand(
                    IncomingMessage(
                        payload: $0, lane: message.lane, attempt: 0, offset: message.offset))
            }
            driver.isSpent = true
        case .swap where message.offset == driver.offset:
            held = (Array(message.payload), message.lane, message.offset)
        case .resumeLate where wasFirst && message.offset >= driver.offset: driver.isSpent = true
        case .resumeEarly where wasFirst && message.offset >= driver.offset:
            // Any record that this member has had: what lies before the committed offset.
            last?.bytes.withUnsafeBytes {
                hand(
                    IncomingMessage(
                        payload: $0, lane: message.lane, attempt: 0, offset: last!.offset))
            }
            hand(message)
            driver.isSpent = last != nil
        default:
            last = (Array(message.payload), message.offset)
            hand(message)
        }
    }

    func commit(lane: Int32, offset: Int64) { core.commit(lane: lane, offset: offset) }
    func close(deadline: Nanoseconds) throws(DriverError) { try core.close(deadline: deadline) }
    func join() { core.join() }
    func leave() { core.leave() }
    func vanish() { core.vanish() }
    func expire() { core.expire() }
    var isBehind: Bool { core.isBehind }
    func rebalance() -> Bool {
        let had = core.assignment.contains(TopicPartition(topic: 0, partition: 0))
        let changed = core.rebalance()
        let has = core.assignment.contains(TopicPartition(topic: 0, partition: 0))
        if has, !had { isFirst = true }
        return changed
    }
    func replay(lane: Int32, from start: ReplayStart) -> Int64? {
        core.replay(lane: lane, from: start)
    }
}
