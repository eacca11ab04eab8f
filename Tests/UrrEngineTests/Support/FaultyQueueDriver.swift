import UrrDriver
import UrrDriverEmbedded
import UrrPlatform

/// What a `FaultyQueueDriver` gets wrong. Numbers count what the producers offer, from 0, or what is
/// received.
struct QueueFaults {
    /// The message is taken and forgotten.
    var drop: Int?
    /// The message is stored again under another deduplication id.
    var storeTwice: Int?
    /// The message is stored behind the next one of its group.
    var swap: Int?
    /// A repeat's answer says the opposite of what was done with it: the first of them.
    var liesAboutRepeat = false
    /// The delivery goes to the next receive of another worker as well.
    var deliverTwice: Int?
    /// The delivery is handed out again when it has been deleted.
    var deliverAfterDelete: Int?
    /// One byte of the body of the delivery, counted from its start.
    var damage: (delivery: Int, byte: Int)?
}

/// The embedded queues, with one thing wrong. For one thread.
final class FaultyQueueDriver: MessageDriver {
    static var name: String { "faulty" }
    static var semantics: DriverSemantics { EmbeddedDriver.semantics }

    let core = EmbeddedDriver()
    let faults: QueueFaults
    fileprivate var offered = 0
    fileprivate var received = 0
    fileprivate var hasLied = false
    /// A delivery that waits to be handed out again.
    fileprivate var extra: (payload: [UInt8], handle: UInt64, count: UInt32)?
    fileprivate var extraIsReady = false

    init(_ faults: QueueFaults) { self.faults = faults }

    func provision(_ topology: Topology) throws(DriverError) { try core.provision(topology) }
    func makeProducer(topic: Int) throws(DriverError) -> FaultyQueueProducer {
        FaultyQueueProducer(self, try core.makeProducer(topic: topic))
    }
    func makeProducer(queue: Int) throws(DriverError) -> FaultyQueueProducer {
        FaultyQueueProducer(self, try core.makeProducer(queue: queue))
    }
    func makeConsumer(group: Int, member: Int) throws(DriverError) -> EmbeddedConsumer {
        try core.makeConsumer(group: group, member: member)
    }
    func makeReceiver(
        group: Int, member: Int, thread: Int
    ) throws(DriverError) -> FaultyReceiver {
        FaultyReceiver(self, try core.makeReceiver(group: group, member: member, thread: thread))
    }
    func position(group: Int, of partition: TopicPartition) -> GroupPosition {
        core.position(group: group, of: partition)
    }
    func missed(group: Int, of partition: TopicPartition) -> UInt64 { 0 }
    func appendTime(of partition: TopicPartition, offset: Int64) -> Nanoseconds? { nil }
    func depth(queue: Int, now: Nanoseconds) -> QueueDepth { core.depth(queue: queue, now: now) }
    var nextQueueEvent: Nanoseconds? { core.nextQueueEvent }
    func takeOut(queue: Int, now: Nanoseconds, _ body: (UnsafeRawBufferPointer) -> Void) {
        core.takeOut(queue: queue, now: now, body)
    }
    func facts() -> [String: String] { [:] }
    func teardown() { core.teardown() }
}

final class FaultyQueueProducer: MessageProducer {
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

    func offer(
        _ message: OutgoingMessage, _ write: (UnsafeMutableRawPointer) -> Void
    ) -> OfferResult {
        let number = driver.offered
        driver.offered += 1
        let bytes = [UInt8](unsafeUninitializedCapacity: message.byteCount) { buffer, count in
            write(UnsafeMutableRawPointer(buffer.baseAddress!))
            count = message.byteCount
        }
        if number == driver.faults.drop {
            answers.append(Completion(token: message.token, outcome: .accepted))
            return .accepted
        }
        if number == driver.faults.swap {
            held = (message, bytes)
            return .accepted
        }
        let result = store(message, bytes)
        if number == driver.faults.storeTwice {
            var again = message
            again.token = silent
            again.deduplication = .max
            _ = store(again, bytes)
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

    func flush(now: Nanoseconds) { producer.flush(now: now) }

    func poll(limit: Int, _ body: (Completion) -> Void) -> Int {
        let own = answers
        answers = []
        for answer in own { body(answer) }
        return own.count
            + producer.poll(limit: limit) { answer in
                guard answer.token != silent else { return }
                var answer = answer
                if driver.faults.liesAboutRepeat, !driver.hasLied, answer.outcome == .suppressed {
                    driver.hasLied = true
                    answer.outcome = .accepted
                }
                body(answer)
            }
    }

    func close(deadline: Nanoseconds) throws(DriverError) { try producer.close(deadline: deadline) }
}

final class FaultyReceiver: QueueReceiver {
    private unowned let driver: FaultyQueueDriver
    private let receiver: EmbeddedReceiver

    init(_ driver: FaultyQueueDriver, _ receiver: EmbeddedReceiver) {
        self.driver = driver
        self.receiver = receiver
    }

    func receive(limit: Int, now: Nanoseconds, _ body: (QueueDelivery) -> Void) -> Int {
        if driver.extraIsReady, let extra = driver.extra {
            driver.extra = nil
            extra.payload.withUnsafeBytes {
                body(
                    QueueDelivery(
                        payload: $0, handle: extra.handle, receiveCount: extra.count + 1))
            }
            return 1
        }
        return receiver.receive(limit: limit, now: now) { delivery in
            let number = driver.received
            driver.received += 1
            let faults = driver.faults
            if number == faults.deliverTwice || number == faults.deliverAfterDelete {
                driver.extra = (Array(delivery.payload), delivery.handle, delivery.receiveCount)
                driver.extraIsReady = number == faults.deliverTwice
            }
            guard let damage = faults.damage, damage.delivery == number else {
                return body(delivery)
            }
            var bytes = Array(delivery.payload)
            bytes[damage.byte] ^= 1
            bytes.withUnsafeBytes {
                var damaged = delivery
                damaged.payload = $0
                body(damaged)
            }
        }
    }

    func settle(_ settlement: QueueSettlement) {
        if settlement.handle == driver.extra?.handle { driver.extraIsReady = true }
        receiver.settle(settlement)
    }

    func flush(now: Nanoseconds) { receiver.flush(now: now) }
    func poll(limit: Int, _ body: (QueueSettlement.Answer) -> Void) -> Int {
        receiver.poll(limit: limit, body)
    }
    func depth(now: Nanoseconds) -> QueueDepth { receiver.depth(now: now) }
    func close(deadline: Nanoseconds) throws(DriverError) { try receiver.close(deadline: deadline) }
}
