import UrrDriver
import UrrLog
import UrrPlatform

/// The embedded core: partition logs and queues in this process. Needs nothing started.
public final class EmbeddedDriver: MessageDriver {
    /// `--driver embedded`.
    public static var name: String { "embedded" }

    /// In memory, in this process; order within a partition.
    public static var semantics: DriverSemantics {
        DriverSemantics(
            acknowledgement: .onFlush, durability: .memory, ordering: .partition,
            mayRepeat: false, managesMembers: true, deduplicates: true, selectsLanes: true)
    }

    private var topology = Topology(topics: [], groups: [])
    private var topics: [Topic] = []
    private var groups: [EmbeddedGroup] = []
    /// By topic.
    private var sequences: [ProducerSequences] = []
    private var queues: EmbeddedQueues?

    /// A driver without topics.
    public init() {}

    /// Bytes up to which the logs' memory is touched before the run, so that no page fault falls
    /// into it: 2 GiB, or a quarter of what the machine has free.
    private static func prefaultLimit() -> Int {
        min(2 << 30, (MemoryRegion.availableBytes() ?? 0) / 4)
    }

    /// Maps the logs and the queues and attaches the groups.
    public func provision(_ topology: Topology) throws(DriverError) {
        self.topology = topology
        if !topology.queues.isEmpty { queues = try EmbeddedQueues(topology) }
        let total = topology.topics.reduce(0) {
            $0 + $1.partitions * ($1.capacityBytes + $1.capacityRecords * 32)
        }
        let prefault = total <= Self.prefaultLimit()
        for (index, topic) in topology.topics.enumerated() {
            let groups = topology.groups.count { $0.topics.contains(index) }
            topics.append(try Self.open(topic, groups: max(1, groups), prefault: prefault))
        }
        sequences = topology.topics.map {
            ProducerSequences(ids: $0.producerIds, partitions: $0.partitions)
        }
        for group in topology.groups {
            do {
                groups.append(try EmbeddedGroup(group, topics))
            } catch {
                throw DriverError.resources("group \(group.name): \(error)")
            }
        }
    }

    private static func open(
        _ topic: Topology.Topic, groups: Int, prefault: Bool
    ) throws(DriverError) -> Topic {
        let configuration = LogConfiguration(
            dataCapacity: topic.capacityBytes, recordCapacity: topic.capacityRecords,
            maximumGroups: groups, maximumMessageBytes: topic.maximumMessageBytes,
            appender: topic.producerEndpoints > 1 ? .shared : .exclusive,
            whenFull: topic.whenFull == .backpressure ? .backpressure : .overwrite,
            retentionBytes: topic.retentionBytes, retentionTime: topic.retention,
            prefault: prefault)
        do {
            return try Topic(partitionCount: topic.partitions, configuration)
        } catch {
            if case .configuration = error {
                throw DriverError.unsupported("topic \(topic.name): \(error)")
            }
            throw DriverError.resources("topic \(topic.name): \(error)")
        }
    }

    /// An endpoint that appends exclusively where it is the topic's only one.
    public func makeProducer(topic: Int) throws(DriverError) -> EmbeddedProducer {
        let log = topics[topic]
        var exclusive: [ExclusiveAppender] = []
        var shared: [SharedAppender] = []
        do {
            for partition in log.partitions {
                if topology.topics[topic].producerEndpoints > 1 {
                    shared.append(try partition.makeSharedAppender())
                } else {
                    exclusive.append(try partition.makeExclusiveAppender())
                }
            }
        } catch {
            throw DriverError.resources("topic \(topology.topics[topic].name): \(error)")
        }
        return EmbeddedProducer(
            topic: log, exclusive: exclusive, shared: shared, sequences: sequences[topic])
    }

    /// An endpoint that sends batches of up to ten.
    public func makeProducer(queue: Int) throws(DriverError) -> EmbeddedProducer {
        try known(queues).makeProducer(queue: queue)
    }

    /// A worker's endpoint; those of one thread share its access to the queue.
    public func makeReceiver(
        group: Int, member: Int, thread: Int
    ) throws(DriverError) -> EmbeddedReceiver {
        try known(queues).makeReceiver(group: group, thread: thread)
    }

    /// Moves back under the lock that both queues share.
    public func makeRedriver(
        from source: Int, to destination: Int
    ) throws(DriverError) -> any QueueRedriver {
        try known(queues).makeRedriver(from: source, to: destination)
    }

    private func known(_ queues: EmbeddedQueues?) throws(DriverError) -> EmbeddedQueues {
        guard let queues else { throw DriverError.unsupported("the topology has no queues") }
        return queues
    }

    /// An endpoint with the partitions that the group's division gives to the member, topic by
    /// topic as in Kafka; outside the group, and without any, where members come and go.
    public func makeConsumer(group: Int, member: Int) throws(DriverError) -> EmbeddedConsumer {
        do {
            return try groups[group].makeConsumer(member: member, topics)
        } catch {
            throw DriverError.resources("group \(topology.groups[group].name): \(error)")
        }
    }

    /// End and committed offset. The committed one is read first, so that the difference is never
    /// negative.
    public func position(group: Int, of partition: TopicPartition) -> GroupPosition {
        let log = topics[partition.topic].partitions[partition.partition]
        let committed = groups[group].committedOffset(partition, topics)
        return GroupPosition(endOffset: log.endOffset, committedOffset: committed)
    }

    /// Records missed by the members that had the partition.
    public func missed(group: Int, of partition: TopicPartition) -> UInt64 {
        groups[group].missed(partition)
    }

    /// The append time that the log keeps with the record.
    public func appendTime(of partition: TopicPartition, offset: Int64) -> Nanoseconds? {
        topics[partition.topic].partitions[partition.partition].appendTime(at: offset)
    }

    /// The queue's attributes.
    public func depth(queue: Int, now: Nanoseconds) -> QueueDepth {
        queues?.depth(queue: queue, now: now) ?? QueueDepth()
    }

    /// The earliest timer of all queues.
    public var nextQueueEvent: Nanoseconds? { queues?.nextEvent }

    /// Receives and deletes what is visible.
    public func takeOut(
        queue: Int, now: Nanoseconds, _ body: (UnsafeRawBufferPointer) -> Void
    ) {
        queues?.takeOut(queue: queue, now: now, body)
    }

    /// What the core is and how its topics are opened.
    public func facts() -> [String: String] {
        var facts = ["core": "UrrLog, lock-free ring buffer per partition, in this process"]
        if let queues {
            facts["queues"] = "UrrQueue, one core per queue, batches handed over by combining"
            facts.merge(queues.facts()) { old, _ in old }
        }
        for topic in topology.topics {
            facts["topic \(topic.name)"] =
                "\(topic.partitions) partitions of \(topic.capacityBytes) bytes, "
                + (topic.producerEndpoints > 1 ? "shared appender" : "exclusive appender")
        }
        return facts
    }

    /// Closes the logs; their memory goes with the driver.
    public func teardown() { topics.forEach { $0.close() } }
}
