import UrrDriver
import UrrLog
import UrrPlatform

/// Partition logs for simulations on one thread: as large as their backlog, without bodies, and with
/// a board that says who has something to poll. Divides partitions as the embedded core does. Knows
/// neither capacity and retention nor queues, and no members that come and go.
public final class VirtualDriver: MessageDriver {
    /// What results are marked with.
    public static var name: String { "virtual" }

    /// Acknowledges on flush; order within a partition.
    public static var semantics: DriverSemantics {
        DriverSemantics(
            acknowledgement: .onFlush, durability: .memory, ordering: .partition,
            mayRepeat: false, managesMembers: false, deduplicates: false)
    }

    private var topology = Topology(topics: [], groups: [])
    private let pool: UnsafeMutablePointer<ChunkPool>
    /// By topic.
    private var partitions: [UnsafeMutablePointer<VirtualPartition>] = []
    /// Groups that read each topic, in order.
    private var readers: [[Int]] = []
    private var board = ArrivalBoard(members: [])

    /// A driver without topics.
    public init() {
        pool = .allocate(capacity: 1)
        pool.initialize(to: ChunkPool())
    }

    deinit {
        for (topic, first) in partitions.enumerated() {
            for number in 0..<topology.topics[topic].partitions { first[number].deallocate() }
            first.deallocate()
        }
        pool.pointee.deallocate()
        pool.deinitialize(count: 1)
        pool.deallocate()
        board.deallocate()
    }

    /// Who has something to poll.
    public var arrivals: ArrivalBoard? { board }

    /// Makes the partitions, all empty.
    public func provision(_ topology: Topology) throws(DriverError) {
        guard topology.queues.isEmpty else {
            throw DriverError.unsupported("driver virtual has no queues")
        }
        self.topology = topology
        board.deallocate()
        board = ArrivalBoard(members: topology.groups.map(\.members))
        readers = topology.topics.indices.map { topic in
            topology.groups.indices.filter { topology.groups[$0].topics.contains(topic) }
        }
        partitions = topology.topics.enumerated().map { index, topic in
            let first = UnsafeMutablePointer<VirtualPartition>.allocate(capacity: topic.partitions)
            for number in 0..<topic.partitions {
                (first + number).initialize(
                    to: VirtualPartition(groups: readers[index].count, pool: pool))
            }
            return first
        }
    }

    /// An endpoint for all partitions of a topic.
    public func makeProducer(topic: Int) throws(DriverError) -> VirtualProducer {
        let plan = topology.topics[topic]
        return VirtualProducer(
            driver: self, partitions: partitions[topic], count: plan.partitions,
            largestMessage: plan.maximumMessageBytes, board: board)
    }

    /// An endpoint with the partitions that the group's division gives to the member.
    public func makeConsumer(group: Int, member: Int) throws(DriverError) -> VirtualConsumer {
        let plan = topology.groups[group]
        var assignment: [TopicPartition] = []
        var lanes: [VirtualConsumer.Lane] = []
        let nobody = [[Int]](repeating: [], count: plan.members)
        for topic in plan.topics {
            let place = readers[topic].firstIndex(of: group) ?? 0
            let shares = Self.strategy(plan.division).assign(
                partitions: topology.topics[topic].partitions, owned: nobody)
            for number in shares[member] {
                let partition = partitions[topic] + number
                partition.pointee.readers[place] = Int32(board.number(group: group, member: member))
                assignment.append(TopicPartition(topic: topic, partition: number))
                lanes.append(VirtualConsumer.Lane(partition: partition, group: place))
            }
        }
        return VirtualConsumer(driver: self, assignment: assignment, lanes: lanes)
    }

    private static func strategy(_ division: PartitionDivision) -> AssignmentStrategy {
        switch division {
        case .range: .range
        case .roundRobin: .roundRobin
        case .sticky: .sticky
        }
    }

    /// End and committed offset.
    public func position(group: Int, of partition: TopicPartition) -> GroupPosition {
        let log = partitions[partition.topic] + partition.partition
        let place = readers[partition.topic].firstIndex(of: group) ?? 0
        return GroupPosition(
            endOffset: log.pointee.published, committedOffset: log.pointee.committed[place])
    }

    /// Nothing is ever taken.
    public func missed(group: Int, of partition: TopicPartition) -> UInt64 { 0 }

    /// When the message was sent, which its head says.
    public func appendTime(of partition: TopicPartition, offset: Int64) -> Nanoseconds? {
        let log = partitions[partition.topic] + partition.partition
        guard offset < log.pointee.published,
            offset >= Int64(log.pointee.firstChunk) &<< VirtualPartition.chunkShift
        else { return nil }
        return log.pointee.record(offset).load(fromByteOffset: 8, as: Nanoseconds.self)
    }

    /// What it is, and how much memory the greatest backlog took.
    public func facts() -> [String: String] {
        [
            "core": "simulated partition logs without capacity and retention",
            "greatest backlog": "\(pool.pointee.mostUsed * ChunkPool.chunkBytes) bytes of headers",
        ]
    }

    /// The memory goes with the driver.
    public func teardown() {}
}
