import UrrDriver
import UrrDriverEmbedded
import UrrPlatform

/// One thing that a queue gets wrong. Numbers count what the producers offer, from 0, or what is
/// received.
package enum QueueBreak: Sendable, Equatable {
    /// The message is taken and forgotten.
    case drop(Int)
    /// The message is stored again under another deduplication id.
    case storeTwice(Int)
    /// The message is stored behind the next one of its group.
    case swap(Int)
    /// A repeat's answer says the opposite of what was done with it: the first of them.
    case liesAboutRepeat
    /// The delivery goes to the next receive of another worker as well.
    case deliverTwice(Int)
    /// The delivery is handed out again when it has been deleted.
    case deliverAfterDelete(Int)
    /// The delivery is visible again at once: its visibility timeout is passed over.
    case skipTimeout(Int)
    /// One bit of the byte at this place of the delivery's body is turned.
    case damage(delivery: Int, byte: Int)
}

/// The embedded queues, with one thing wrong. For one producing and one consuming thread.
package final class FaultyQueueDriver: MessageDriver {
    package static var name: String { "faulty" }
    package static var semantics: DriverSemantics { EmbeddedDriver.semantics }

    private let core = EmbeddedDriver()
    fileprivate let fault: QueueBreak?
    /// The bytes of the message that was got wrong first; empty before that.
    package fileprivate(set) var struck: [UInt8] = []
    fileprivate var offered = 0
    fileprivate var received = 0
    fileprivate var hasLied = false
    /// A delivery that waits to be handed out again.
    fileprivate var extra: (payload: [UInt8], handle: UInt64, count: UInt32)?
    fileprivate var extraIsReady = false

    package init(_ fault: QueueBreak?) { self.fault = fault }

    package func provision(_ topology: Topology) throws(DriverError) {
        try core.provision(topology)
    }
    package func makeProducer(topic: Int) throws(DriverError) -> FaultyQueueProducer {
        FaultyQueueProducer(self, try core.makeProducer(topic: topic))
    }
    package func makeProducer(queue: Int) throws(DriverError) -> FaultyQueueProducer {
        FaultyQueueProducer(self, try core.makeProducer(queue: queue))
    }
    package func makeConsumer(group: Int, member: Int) throws(DriverError) -> EmbeddedConsumer {
        try core.makeConsumer(group: group, member: member)
    }
    package func makeReceiver(
        group: Int, member: Int, thread: Int
    ) throws(DriverError) -> FaultyReceiver {
        FaultyReceiver(self, try core.makeReceiver(group: group, member: member, thread: thread))
    }
    package func position(group: Int, of partition: TopicPartition) -> GroupPosition {
        core.position(group: group, of: partition)
    }
    package func missed(group: Int, of partition: TopicPartition) -> UInt64 { 0 }
    package func appendTime(of partition: TopicPartition, offset: Int64) -> Nanoseconds? { nil }
    package func depth(queue: Int, now: Nanoseconds) -> QueueDepth {
        core.depth(queue: queue, now: now)
    }
    package var nextQueueEvent: Nanoseconds? { core.nextQueueEvent }
    package func takeOut(queue: Int, now: Nanoseconds, _ body: (UnsafeRawBufferPointer) -> Void) {
        core.takeOut(queue: queue, now: now, body)
    }
    package func facts() -> [String: String] { [:] }
    package func teardown() { core.teardown() }
}

package final class FaultyQueueProducer: MessageProducer {
    private unowned let driver: FaultyQueueDriver
    private let producer: EmbeddedProducer
    /// Answers to messages that the queue never saw.
    private var answers: [Completion] = []
    private var held: (message: OutgoingMessage, bytes: [UInt8])?
    private let silent: UInt64 = .max

    init(_ driver: FaultyQueueDriver, _ producer: EmbeddedProducer) {
        self.driver = driver
        self.producer = producer
    }

    package func offer(
        _ message: OutgoingMessage, _ write: (UnsafeMutableRawPointer) -> Void
    ) -> OfferResult {
        let number = driver.offered
        driver.offered += 1
        let bytes = [UInt8](unsafeUninitializedCapacity: message.byteCount) { buffer, count in
            write(UnsafeMutableRawPointer(buffer.baseAddress!))
            count = message.byteCount
        }
        let fault = driver.fault
        if [.drop(number), .storeTwice(number), .swap(number)].contains(fault) {
            driver.struck = bytes
        }
        if fault == .drop(number) {
            answers.append(Completion(token: message.token, outcome: .accepted))
            return .accepted
        }
        if fault == .swap(number) {
            held = (message, bytes)
            return .accepted
        }
        let result = store(message, bytes)
        if fault == .storeTwice(number) {
            var again = message
            again.token = silent
            again.deduplication = .max
            // A full batch goes off first.
            if store(again, bytes) != .accepted {
                producer.flush(now: message.sentAt)
                _ = store(again, bytes)
            }
        }
        if let late = held, late.message.keyIndex == message.keyIndex {
            held = nil
            _ = store(late.message, late.bytes)
        }
        return result
    }

    private func store(_ message: OutgoingMessage, _ bytes: [UInt8]) -> OfferResult {
        producer.offer(message) { memory in
            bytes.withUnsafeBytes { memory.copyMemory(from: $0.baseAddress!, byteCount: $0.count) }
        }
    }

    package func flush(now: Nanoseconds) { producer.flush(now: now) }

    package func poll(limit: Int, _ body: (Completion) -> Void) -> Int {
        let own = answers
        answers = []
        for answer in own { body(answer) }
        return own.count
            + producer.poll(limit: limit) { answer in
                guard answer.token != silent else { return }
                var answer = answer
                if driver.fault == .liesAboutRepeat, !driver.hasLied, answer.outcome == .suppressed
                {
                    driver.hasLied = true
                    answer.outcome = .accepted
                }
                body(answer)
            }
    }

    package func close(deadline: Nanoseconds) throws(DriverError) {
        try producer.close(deadline: deadline)
    }
}

package final class FaultyReceiver: QueueReceiver {
    private unowned let driver: FaultyQueueDriver
    private let receiver: EmbeddedReceiver
    /// Token of what the worker did not ask for.
    private static var silent: UInt64 { .max }

    init(_ driver: FaultyQueueDriver, _ receiver: EmbeddedReceiver) {
        self.driver = driver
        self.receiver = receiver
    }

    package func receive(limit: Int, now: Nanoseconds, _ body: (QueueDelivery) -> Void) -> Int {
        if driver.extraIsReady, let extra = driver.extra {
            driver.extra = nil
            extra.payload.withUnsafeBytes {
                body(
                    QueueDelivery(
                        payload: $0, handle: extra.handle, receiveCount: extra.count + 1))
            }
            return 1
        }
        var skipped: UInt64?
        let count = receiver.receive(limit: limit, now: now) { delivery in
            let number = driver.received
            driver.received += 1
            let fault = driver.fault
            let again: [QueueBreak] = [.deliverTwice(number), .deliverAfterDelete(number)]
            if let fault, again.contains(fault) {
                driver.extra = (Array(delivery.payload), delivery.handle, delivery.receiveCount)
                driver.extraIsReady = fault == .deliverTwice(number)
                driver.struck = Array(delivery.payload)
            }
            if fault == .skipTimeout(number) {
                skipped = delivery.handle
                driver.struck = Array(delivery.payload)
            }
            guard case .damage(number, let byte) = fault else { return body(delivery) }
            var bytes = Array(delivery.payload)
            bytes[byte] ^= 1
            driver.struck = bytes
            bytes.withUnsafeBytes {
                var damaged = delivery
                damaged.payload = $0
                body(damaged)
            }
        }
        if let skipped {
            receiver.settle(QueueSettlement(handle: skipped, token: Self.silent, visibleAfter: 0))
            receiver.flush(now: now)
        }
        return count
    }

    package func settle(_ settlement: QueueSettlement) {
        if settlement.handle == driver.extra?.handle { driver.extraIsReady = true }
        receiver.settle(settlement)
    }

    package func flush(now: Nanoseconds) { receiver.flush(now: now) }
    package func poll(limit: Int, _ body: (QueueSettlement.Answer) -> Void) -> Int {
        receiver.poll(limit: limit) { if $0.token != Self.silent { body($0) } }
    }
    package func depth(now: Nanoseconds) -> QueueDepth { receiver.depth(now: now) }
    package func close(deadline: Nanoseconds) throws(DriverError) {
        try receiver.close(deadline: deadline)
    }
}
