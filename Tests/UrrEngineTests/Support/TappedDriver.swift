import UrrDriver
import UrrDriverEmbedded
import UrrEngine
import UrrPlatform

/// What a message carried when it was delivered.
struct Delivery: Hashable {
    var group: Int
    var partition: TopicPartition
    var producer: UInt16
    var sequence: UInt64
    var intended: Nanoseconds
    var keyIndex: UInt32
    var byteCount: Int
    var isMeasured: Bool
}

/// The embedded core, with a note of everything that it delivers. For one thread.
final class TappedDriver: MessageDriver {
    static var name: String { "tapped" }
    static var semantics: DriverSemantics { EmbeddedDriver.semantics }

    let core = EmbeddedDriver()
    private(set) var deliveries: [Delivery] = []

    func provision(_ topology: Topology) throws(DriverError) { try core.provision(topology) }

    func makeProducer(topic: Int) throws(DriverError) -> EmbeddedProducer {
        try core.makeProducer(topic: topic)
    }

    func makeConsumer(group: Int, member: Int) throws(DriverError) -> TappedConsumer {
        let consumer = try core.makeConsumer(group: group, member: member)
        return TappedConsumer(consumer) { [unowned self] message in
            let header = TraceHeader(reading: message.payload.baseAddress!)
            deliveries.append(
                Delivery(
                    group: group, partition: consumer.assignment[Int(message.lane)],
                    producer: header.producer, sequence: header.sequence,
                    intended: header.intended, keyIndex: header.keyIndex,
                    byteCount: message.payload.count, isMeasured: header.segment != 0))
        }
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

    func facts() -> [String: String] { core.facts() }
    func teardown() { core.teardown() }
}

/// A member of the embedded core that tells about each message before it hands it on.
final class TappedConsumer: MessageConsumer {
    private let consumer: EmbeddedConsumer
    private let tap: (IncomingMessage) -> Void

    init(_ consumer: EmbeddedConsumer, tap: @escaping (IncomingMessage) -> Void) {
        self.consumer = consumer
        self.tap = tap
    }

    var assignment: [TopicPartition] { consumer.assignment }

    func poll(limit: Int, _ body: (IncomingMessage) -> Void) -> Int {
        consumer.poll(limit: limit) { message in
            tap(message)
            body(message)
        }
    }

    func commit(lane: Int32, offset: Int64) { consumer.commit(lane: lane, offset: offset) }
    func close(deadline: Nanoseconds) throws(DriverError) {
        try consumer.close(deadline: deadline)
    }

    func join() { consumer.join() }
    func leave() { consumer.leave() }
    func vanish() { consumer.vanish() }
    func expire() { consumer.expire() }
    var isBehind: Bool { consumer.isBehind }
    func rebalance() -> Bool { consumer.rebalance() }
    func replay(lane: Int32, from start: ReplayStart) -> Int64? {
        consumer.replay(lane: lane, from: start)
    }
}
