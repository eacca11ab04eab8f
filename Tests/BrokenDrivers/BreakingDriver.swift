import UrrDriver
import UrrDriverEmbedded
import UrrPlatform

/// One thing that the core gets wrong, at one record.
package enum Break: Sendable, CaseIterable {
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
    /// The record also goes to member 1, which does not have the partition. For groups of two or
    /// more whose members stay.
    case deliverToTwo
    /// Of an event, another amount.
    case alterAmount
}

/// The embedded core with members that come and go, and one break in what it delivers of partition
/// 0 of the first topic to the first group. For one consuming thread.
package final class BreakingDriver: MessageDriver {
    package static var name: String { "breaking" }
    package static var semantics: DriverSemantics { EmbeddedDriver.semantics }

    private let core = EmbeddedDriver()
    fileprivate let kind: Break?
    /// The offset at which it strikes, or, where a partition has to change hands, the first one at
    /// which it may.
    fileprivate let offset: Int64
    /// Whether it has struck.
    package fileprivate(set) var isSpent = false
    /// The bytes of the message that it struck; empty before that.
    package fileprivate(set) var struck: [UInt8] = []
    /// The record on its way to member 1.
    fileprivate var extra: (bytes: [UInt8], offset: Int64)?

    package init(_ kind: Break?, at offset: Int64 = 100) {
        self.kind = kind
        self.offset = offset
    }

    package func provision(_ topology: Topology) throws(DriverError) {
        try core.provision(topology)
    }

    package func makeProducer(topic: Int) throws(DriverError) -> EmbeddedProducer {
        try core.makeProducer(topic: topic)
    }

    package func makeProducer(queue: Int) throws(DriverError) -> EmbeddedProducer {
        try core.makeProducer(queue: queue)
    }

    package func makeConsumer(group: Int, member: Int) throws(DriverError) -> BreakingConsumer {
        BreakingConsumer(
            try core.makeConsumer(group: group, member: member), self, group: group,
            member: member)
    }

    package func makeReceiver(
        group: Int, member: Int, thread: Int
    ) throws(DriverError) -> EmbeddedReceiver {
        try core.makeReceiver(group: group, member: member, thread: thread)
    }

    package func position(group: Int, of partition: TopicPartition) -> GroupPosition {
        core.position(group: group, of: partition)
    }

    package func missed(group: Int, of partition: TopicPartition) -> UInt64 {
        core.missed(group: group, of: partition)
    }

    package func appendTime(of partition: TopicPartition, offset: Int64) -> Nanoseconds? {
        core.appendTime(of: partition, offset: offset)
    }

    package func depth(queue: Int, now: Nanoseconds) -> QueueDepth {
        core.depth(queue: queue, now: now)
    }
    package var nextQueueEvent: Nanoseconds? { core.nextQueueEvent }
    package func takeOut(queue: Int, now: Nanoseconds, _ body: (UnsafeRawBufferPointer) -> Void) {
        core.takeOut(queue: queue, now: now, body)
    }
    package func facts() -> [String: String] { core.facts() }
    package func teardown() { core.teardown() }
}

package final class BreakingConsumer: MessageConsumer {
    private let core: EmbeddedConsumer
    private let driver: BreakingDriver
    private var held: (bytes: [UInt8], lane: Int32, offset: Int64)?
    /// Whether the next record of partition 0 is the first since the partition came.
    private var isFirst = false
    private var last: (bytes: [UInt8], offset: Int64)?
    /// Whether it also gets what it should not: partition 0, as one more lane.
    private let hasExtraLane: Bool
    private static let target = TopicPartition(topic: 0, partition: 0)

    private let group: Int

    init(_ core: EmbeddedConsumer, _ driver: BreakingDriver, group: Int, member: Int) {
        self.core = core
        self.driver = driver
        self.group = group
        hasExtraLane =
            driver.kind == .deliverToTwo && group == 0 && member == 1
            && !core.assignment.contains(Self.target)
    }

    package var assignment: [TopicPartition] {
        hasExtraLane ? core.assignment + [Self.target] : core.assignment
    }

    private func isWatched(_ lane: Int32) -> Bool {
        group == 0 && !hasExtraLane && assignment[Int(lane)] == Self.target
    }

    package func poll(limit: Int, _ body: (IncomingMessage) -> Void) -> Int {
        var count = 0
        func hand(_ message: IncomingMessage) {
            count += 1
            body(message)
        }
        if hasExtraLane, let extra = driver.extra {
            driver.extra = nil
            extra.bytes.withUnsafeBytes {
                hand(
                    IncomingMessage(
                        payload: $0, lane: Int32(core.assignment.count), attempt: 0,
                        offset: extra.offset))
            }
            return count
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

    /// The bytes of an event with another last digit of its amount, which stands on the right of its
    /// twelve places.
    private func otherAmount(_ message: IncomingMessage) -> [UInt8] {
        var bytes = Array(message.payload)
        let name = Array("\"amount\":".utf8)
        if let place = bytes.indices.first(where: { bytes[$0...].starts(with: name) }) {
            bytes[place + name.count + 11] ^= 1
        }
        return bytes
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
            strike(held.bytes)
            return
        }
        switch kind {
        case .drop where message.offset == driver.offset: strike(Array(message.payload))
        case .deliverTwice where message.offset == driver.offset:
            hand(message)
            hand(message)
            strike(Array(message.payload))
        case .deliverToTwo where message.offset == driver.offset:
            hand(message)
            driver.extra = (Array(message.payload), message.offset)
            strike(Array(message.payload))
        case .alterAmount where message.offset == driver.offset:
            let altered = otherAmount(message)
            altered.withUnsafeBytes {
                hand(
                    IncomingMessage(
                        payload: $0, lane: message.lane, attempt: 0, offset: message.offset))
            }
            strike(altered)
        case .swap where message.offset == driver.offset:
            held = (Array(message.payload), message.lane, message.offset)
        case .resumeLate where wasFirst && message.offset >= driver.offset:
            strike(Array(message.payload))
        case .resumeEarly where wasFirst && message.offset >= driver.offset:
            // Any record that this member has had: what lies before the committed offset.
            last?.bytes.withUnsafeBytes {
                hand(
                    IncomingMessage(
                        payload: $0, lane: message.lane, attempt: 0, offset: last?.offset ?? 0))
            }
            hand(message)
            if let last { strike(last.bytes) }
        default:
            last = (Array(message.payload), message.offset)
            hand(message)
        }
    }

    private func strike(_ bytes: [UInt8]) {
        driver.struck = bytes
        driver.isSpent = true
    }

    package func commit(lane: Int32, offset: Int64) {
        guard Int(lane) < core.assignment.count else { return }
        core.commit(lane: lane, offset: offset)
    }
    package func close(deadline: Nanoseconds) throws(DriverError) {
        try core.close(deadline: deadline)
    }
    package func join() { core.join() }
    package func leave() { core.leave() }
    package func vanish() { core.vanish() }
    package func expire() { core.expire() }
    package var isBehind: Bool { core.isBehind }
    package func rebalance() -> Bool {
        let had = core.assignment.contains(Self.target)
        let changed = core.rebalance()
        let has = core.assignment.contains(Self.target)
        if has, !had { isFirst = true }
        return changed
    }
    package func replay(lane: Int32, from start: ReplayStart) -> Int64? {
        core.replay(lane: lane, from: start)
    }
}
