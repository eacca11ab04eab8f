import UrrDriver
import UrrLog
import UrrPlatform

/// A consumer group of the embedded core: where it stands in each partition, and who divides the
/// partitions.
struct EmbeddedGroup {
    private enum Topics {
        /// Cursors by topic of the group and partition, and partitions by topic and member: the
        /// division is computed once.
        case fixed([[GroupCursor]], shares: [[[Int]]])
        /// A coordinator for each topic of the group.
        case managed([ConsumerGroup])
    }

    private let plan: Topology.Group
    private let topics: Topics
    /// Endpoints made so far.
    private(set) var consumers: [EmbeddedConsumer] = []

    /// Attaches the group to its topics, out of `all` topics.
    init(_ plan: Topology.Group, _ all: [Topic]) throws(LogError) {
        self.plan = plan
        let reset = Self.reset(plan.offsetReset)
        switch plan.membership {
        case .fixed:
            let nobody = [[Int]](repeating: [], count: plan.members)
            var cursors: [[GroupCursor]] = []
            var shares: [[[Int]]] = []
            for topic in plan.topics {
                cursors.append(try all[topic].attachGroup(from: reset))
                shares.append(
                    Self.strategy(plan).assign(
                        partitions: all[topic].partitionCount, owned: nobody))
            }
            topics = .fixed(cursors, shares: shares)
        case .managed(let cooperative):
            var groups: [ConsumerGroup] = []
            for topic in plan.topics {
                groups.append(
                    try ConsumerGroup(
                        all[topic], from: reset, reset: reset, strategy: Self.strategy(plan),
                        mode: cooperative ? .cooperative : .eager))
            }
            topics = .managed(groups)
        }
    }

    private static func reset(_ reset: Topology.OffsetReset) -> OffsetReset {
        switch reset {
        case .earliest: .earliest
        case .latest: .latest
        }
    }

    private static func strategy(_ plan: Topology.Group) -> AssignmentStrategy {
        switch plan.division {
        case .range: .range
        case .roundRobin: .roundRobin
        case .sticky: .sticky
        }
    }

    /// The endpoint of member `member`, with its partitions where membership is fixed.
    mutating func makeConsumer(
        member: Int, _ all: [Topic]
    ) throws(LogError) -> EmbeddedConsumer {
        let consumer: EmbeddedConsumer
        switch topics {
        case .fixed(let cursors, let shares):
            consumer = try makeFixed(member: member, cursors, shares, all)
        case .managed(let groups):
            let partitions = groups.reduce(0) { $0 + $1.topic.partitionCount }
            consumer = EmbeddedConsumer(
                coordinators: Array(zip(plan.topics, groups)).map { (topic: $0, group: $1) },
                partitions: partitions, topics: all)
        }
        consumers.append(consumer)
        return consumer
    }

    private func makeFixed(
        member: Int, _ cursors: [[GroupCursor]], _ shares: [[[Int]]], _ all: [Topic]
    ) throws(LogError) -> EmbeddedConsumer {
        var assignment: [TopicPartition] = []
        var readers: [LogReader] = []
        for (position, topic) in plan.topics.enumerated() {
            for partition in shares[position][member] {
                readers.append(
                    try all[topic].partitions[partition].makeReader(
                        cursors[position][partition], reset: Self.reset(plan.offsetReset)))
                assignment.append(TopicPartition(topic: topic, partition: partition))
            }
        }
        return EmbeddedConsumer(assignment: assignment, readers: readers, topics: all)
    }

    /// The offset that the group has committed in a partition.
    func committedOffset(_ partition: TopicPartition, _ all: [Topic]) -> Int64 {
        guard let position = plan.topics.firstIndex(of: partition.topic) else { return 0 }
        switch topics {
        case .fixed(let cursors, _):
            let log = all[partition.topic].partitions[partition.partition]
            return log.committedOffset(cursors[position][partition.partition])
        case .managed(let groups):
            return groups[position].committedOffset(partition: partition.partition)
        }
    }

    /// Records of a partition that retention took before any member had read them.
    func missed(_ partition: TopicPartition) -> UInt64 {
        consumers.reduce(0) { $0 + $1.missed(partition) }
    }
}
