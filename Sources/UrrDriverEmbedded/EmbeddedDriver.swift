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
            mayRepeat: false)
    }

    private var topology = Topology(topics: [], groups: [])
    private var topics: [Topic] = []
    /// By group, then by topic of that group, then by partition.
    private var cursors: [[[GroupCursor]]] = []
    private var exclusiveTaken: [Bool] = []
    private var consumers: [[EmbeddedConsumer?]] = []
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
        exclusiveTaken = Array(repeating: false, count: topics.count)
        for group in topology.groups {
            var cursorsOfGroup: [[GroupCursor]] = []
            for topic in group.topics {
                do {
                    cursorsOfGroup.append(
                        try topics[topic].attachGroup(from: Self.reset(group.offsetReset)))
                } catch {
                    throw DriverError.resources("group \(group.name): \(error)")
                }
            }
            cursors.append(cursorsOfGroup)
            consumers.append(Array(repeating: nil, count: group.members))
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

    private static func reset(_ reset: Topology.OffsetReset) -> OffsetReset {
        switch reset {
        case .earliest: .earliest
        case .latest: .latest
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
        return EmbeddedProducer(topic: log, exclusive: exclusive, shared: shared)
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

    private func known(_ queues: EmbeddedQueues?) throws(DriverError) -> EmbeddedQueues {
        guard let queues else { throw DriverError.unsupported("the topology has no queues") }
        return queues
    }

    /// An endpoint with the partitions that range assignment gives to the member, topic by topic
    /// as in Kafka.
    public func makeConsumer(group: Int, member: Int) throws(DriverError) -> EmbeddedConsumer {
        let plan = topology.groups[group]
        var assignment: [TopicPartition] = []
        var readers: [LogReader] = []
        for (position, topic) in plan.topics.enumerated() {
            let shares = rangeAssignment(
                partitions: topics[topic].partitionCount, members: plan.members)
            for partition in shares[member] {
                do {
                    readers.append(
                        try topics[topic].partitions[partition].makeReader(
                            cursors[group][position][partition],
                            reset: Self.reset(plan.offsetReset)))
                } catch {
                    throw DriverError.resources("group \(plan.name): \(error)")
                }
                assignment.append(TopicPartition(topic: topic, partition: partition))
            }
        }
        let consumer = EmbeddedConsumer(assignment: assignment, readers: readers, topics: topics)
        consumers[group][member] = consumer
        return consumer
    }

    private func cursor(group: Int, of partition: TopicPartition) -> GroupCursor {
        let position = topology.groups[group].topics.firstIndex(of: partition.topic)!
        return cursors[group][position][partition.partition]
    }

    /// End and committed offset. The committed one is read first, so that the difference is never
    /// negative.
    public func position(group: Int, of partition: TopicPartition) -> GroupPosition {
        let log = topics[partition.topic].partitions[partition.partition]
        let committed = log.committedOffset(cursor(group: group, of: partition))
        return GroupPosition(endOffset: log.endOffset, committedOffset: committed)
    }

    /// Records missed by the member that owns the partition.
    public func missed(group: Int, of partition: TopicPartition) -> UInt64 {
        for case let consumer? in consumers[group] {
            if let lane = consumer.assignment.firstIndex(of: partition) {
                return consumer.missed(lane: lane)
            }
        }
        return 0
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
