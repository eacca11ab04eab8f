import UrrDriver
import UrrLog
import UrrPlatform

/// One member of a consumer group of the embedded core: a reader per assigned partition, polled in
/// turn. Used by one thread.
///
/// The readers of a group with managed membership are those of its `GroupMember`s, one for each
/// topic; they are listed anew after each rebalance, so polling is the same for both.
public final class EmbeddedConsumer: MessageConsumer {
    /// The partitions that this member reads.
    public private(set) var assignment: [TopicPartition] = []
    @usableFromInline let readers: UnsafeMutablePointer<LogReader>
    @usableFromInline let turn: UnsafeMutablePointer<Turn>
    /// Keeps the memory behind the readers.
    private let topics: [Topic]
    private let capacity: Int
    /// The coordinator of each topic, with the topic's index; none where membership is fixed.
    private let coordinators: [(topic: Int, group: ConsumerGroup)]
    private var members: [Seat] = []
    /// Members that ended without telling, until the group finds out.
    private var vanished: [GroupMember] = []
    /// Records that readers which are gone had missed.
    private var retiredMissed: [TopicPartition: UInt64] = [:]

    /// How many lanes there are, and which one the next poll begins with, so that none starves
    /// behind a busy one.
    @usableFromInline
    struct Turn {
        @usableFromInline var lanes = 0
        @usableFromInline var next = 0
    }

    /// A member of one topic's group and what it knows of the division.
    private struct Seat {
        let topic: Int
        let member: GroupMember
        var generation: Int64 = -1
        var isSettled = false
    }

    private init(
        topics: [Topic], capacity: Int, coordinators: [(topic: Int, group: ConsumerGroup)]
    ) {
        self.topics = topics
        self.capacity = max(1, capacity)
        self.coordinators = coordinators
        readers = .allocate(capacity: self.capacity)
        turn = .allocate(capacity: 1)
        turn.initialize(to: Turn())
    }

    /// A member with the partitions that it keeps.
    convenience init(assignment: [TopicPartition], readers: [LogReader], topics: [Topic]) {
        self.init(topics: topics, capacity: readers.count, coordinators: [])
        list(assignment, readers)
    }

    /// An endpoint outside its group, which reads `partitions` partitions.
    convenience init(
        coordinators: [(topic: Int, group: ConsumerGroup)], partitions: Int, topics: [Topic]
    ) {
        self.init(topics: topics, capacity: partitions, coordinators: coordinators)
    }

    deinit {
        readers.deallocate()
        turn.deallocate()
    }

    private func list(_ assignment: [TopicPartition], _ readers: [LogReader]) {
        invariant(readers.count <= capacity, "a reader for each partition of the group")
        self.assignment = assignment
        self.readers.initialize(from: readers, count: readers.count)
        turn.pointee = Turn(lanes: readers.count, next: 0)
    }

    /// Records of a partition that retention took before this member had read them.
    func missed(_ partition: TopicPartition) -> UInt64 {
        let current = assignment.firstIndex(of: partition).map { readers[$0].missed } ?? 0
        return current + (retiredMissed[partition] ?? 0)
    }

    /// Hands out what is there, beginning one lane further than the last poll that found anything.
    @inlinable
    @inline(__always)
    public func poll(limit: Int, _ body: (IncomingMessage) -> Void) -> Int {
        let lanes = turn.pointee.lanes
        var delivered = 0
        var looked = 0
        var lane = turn.pointee.next
        while looked < lanes, delivered < limit {
            let current = Int32(truncatingIfNeeded: lane)
            delivered &+= readers[lane].poll(limit: limit &- delivered) { record in
                body(
                    IncomingMessage(
                        payload: record.payload, lane: current, attempt: 0,
                        offset: record.offset))
            }
            lane = lane &+ 1 == lanes ? 0 : lane &+ 1
            looked &+= 1
        }
        if delivered > 0 { turn.pointee.next = lane }
        return delivered
    }

    /// Hands out what is there in one lane.
    public func poll(lane: Int32, limit: Int, _ body: (IncomingMessage) -> Void) -> Int {
        readers[Int(lane)].poll(limit: limit) { record in
            body(
                IncomingMessage(
                    payload: record.payload, lane: lane, attempt: 0, offset: record.offset))
        }
    }

    /// Moves the group's committed offset: what the log holds for it starts there.
    @inlinable
    @inline(__always)
    public func commit(lane: Int32, offset: Int64) {
        _ = readers[Int(lane)].commit(offset)
    }

    /// Nothing to end: the readers go with the topic.
    public func close(deadline: Nanoseconds) throws(DriverError) {}
}

// MARK: - Membership

extension EmbeddedConsumer {
    /// Becomes a new member of each topic's group.
    public func join() {
        members = coordinators.map { coordinator in
            let member = coordinator.group.join()
            member.onRevoke = { [unowned self] member, partitions in
                for partition in partitions {
                    retire(coordinator.topic, partition, member.reader(partition: partition))
                }
            }
            return Seat(topic: coordinator.topic, member: member)
        }
    }

    private func retire(_ topic: Int, _ partition: Int, _ reader: LogReader?) {
        retiredMissed[TopicPartition(topic: topic, partition: partition), default: 0] +=
            reader?.missed ?? 0
    }

    /// Gives everything back.
    public func leave() {
        for seat in members { seat.member.leave() }
        members = []
        list([], [])
    }

    /// Forgets the group, which still has it.
    public func vanish() {
        for (lane, partition) in assignment.enumerated() {
            retire(partition.topic, partition.partition, readers[lane])
        }
        vanished += members.map(\.member)
        members = []
        list([], [])
    }

    /// Puts members that vanished out of the group.
    public func expire() {
        for member in vanished { member.group.expel(member.id) }
        vanished = []
    }

    /// Whether one of the topics has a new generation.
    public var isBehind: Bool {
        members.contains { !$0.isSettled || $0.member.group.generation != $0.generation }
    }

    /// Goes along, topic by topic.
    public func rebalance() -> Bool {
        var changed = false
        for index in members.indices {
            let before = members[index].isSettled
            let owned = members[index].member.assignment
            // Read first: a generation that comes meanwhile is gone along with next time.
            let generation = members[index].member.group.generation
            members[index].isSettled = members[index].member.synchronize()
            changed =
                changed || members[index].isSettled != before
                || members[index].generation != generation
                || members[index].member.assignment != owned
            members[index].generation = generation
        }
        guard changed else { return false }
        var assignment: [TopicPartition] = []
        var readers: [LogReader] = []
        for seat in members {
            for partition in seat.member.assignment {
                guard let reader = seat.member.reader(partition: partition) else { continue }
                assignment.append(TopicPartition(topic: seat.topic, partition: partition))
                readers.append(reader)
            }
        }
        list(assignment, readers)
        return true
    }

    /// Seeks; what is not retained any longer is replaced by the oldest that is.
    public func replay(lane: Int32, from start: ReplayStart) -> Int64? {
        let reader = readers[Int(lane)]
        var result: SeekResult
        switch start {
        case .earliest: result = reader.seek(to: 0)
        case .offset(let offset): result = reader.seek(to: offset)
        case .time(let time): result = reader.seek(toTime: time)
        }
        // Retention may move on between the answer and the next attempt.
        while case .outOfRange(let retained) = result {
            if case .offset(let offset) = start, offset > retained.upperBound {
                result = reader.seek(to: retained.upperBound)
            } else {
                result = reader.seek(to: retained.lowerBound)
            }
        }
        if case .moved(let offset) = result { return offset }
        return nil
    }
}
