import Synchronization
import UrrPlatform

/// How a group goes from one generation to the next.
public enum RebalanceMode: Sendable {
    /// Everybody gives everything back, and gets what is due when everybody has: all stand still.
    case eager
    /// Everybody gives back what others are to have, and reads on with the rest.
    case cooperative
}

/// The coordinator of one consumer group on one topic: divides the partitions over the members, at
/// most one member to a partition at any time, and starts a new generation when members come and
/// go. Safe from any thread; the hot path is in `GroupMember`.
public final class ConsumerGroup: @unchecked Sendable {
    /// What the group reads.
    public let topic: Topic
    let cursors: [GroupCursor]
    let reset: OffsetReset
    private let book: Mutex<GroupState>
    /// The current generation, for members to compare with. Written under the mutex.
    @usableFromInline let generationWord = Atomic<Int64>(0)

    /// Attaches a group to every partition of `topic`. It starts at `start`; where it is overrun it
    /// goes on as `reset` says.
    public init(
        _ topic: Topic, from start: OffsetReset = .earliest, reset: OffsetReset = .earliest,
        strategy: AssignmentStrategy = .range, mode: RebalanceMode = .eager
    ) throws(LogError) {
        self.topic = topic
        self.reset = reset
        cursors = try topic.attachGroup(from: start)
        book = Mutex(
            GroupState(partitionCount: topic.partitionCount, strategy: strategy, mode: mode))
    }

    deinit {
        book.withLock { $0.deallocate() }
    }

    /// The number of the current division; one more for each that came.
    public var generation: Int64 { generationWord.load(ordering: .acquiring) }

    /// How many members there are, static ones that are away included.
    public var memberCount: Int { book.withLock { $0.members.count } }

    /// Whether every member that is not away has what it is to have.
    public var isSettled: Bool {
        book.withLock { book in
            book.members.allSatisfy { $0.isAway || book.isSettled($0.id) }
        }
    }

    /// The member that has each partition, or nil where nobody has it at this moment.
    public var owners: [Int?] { book.withLock { $0.owners.map { $0?.id } } }

    /// Offsets from what is committed to the end, over all partitions.
    public var lag: Int64 {
        zip(topic.partitions, cursors).reduce(0) { sum, partition in
            sum + max(0, partition.0.endOffset - partition.0.committedOffset(partition.1))
        }
    }

    /// The committed offset of a partition.
    public func committedOffset(partition: Int) -> Offset {
        topic.partitions[partition].committedOffset(cursors[partition])
    }

    /// Adds a member, which starts a new generation. With an `instance` id that is known, the new
    /// member takes the place of the former one and no new generation starts; the former one is
    /// fenced. `time` counts as the first heartbeat.
    public func join(instance: String? = nil, at time: Nanoseconds = 0) -> GroupMember {
        let (id, lease) = change { $0.join(instance, at: time) }
        return GroupMember(self, id: id, lease: lease)
    }

    /// Puts a member out of the group that is believed dead. If it is not, it can neither read on
    /// nor commit; its partitions go to others when its last call has ended. False where it is no
    /// member.
    @discardableResult
    public func expel(_ id: Int) -> Bool { change { $0.expel(id) } }

    /// Expels every member whose last heartbeat was before `time`; returns their ids.
    public func expelSilent(since time: Nanoseconds) -> [Int] {
        change { book in
            // Relaxed: a time, and nothing that hangs on it.
            let silent = book.members.filter {
                $0.lease.pointee.heartbeat.load(ordering: .relaxed) < time
            }.map(\.id)
            for id in silent { _ = book.expel(id) }
            return silent
        }
    }

    /// Detaches the group from the topic, when no member is inside a call any longer.
    public func detach() throws(LogError) {
        for (log, cursor) in zip(topic.partitions, cursors) { try log.detachGroup(cursor) }
    }

    // MARK: For members

    func leave(_ id: Int) { change { $0.leave(id) } }

    /// The generation, and what the member has to give back in it; nil where it is no member.
    func toGiveBack(_ id: Int) -> (generation: Int64, partitions: [Int])? {
        book.withLock { book in
            guard book.members.contains(where: { $0.id == id }) else { return nil }
            return (book.generation, book.toGiveBack(id))
        }
    }

    /// Gives `partitions` back and takes what is due; also says whether that is all.
    func goOn(
        _ id: Int, _ generation: Int64, givenBack partitions: [Int]
    ) -> (taken: [Int], isSettled: Bool) {
        book.withLock { book in
            book.acknowledge(id, generation, givenBack: partitions)
            let taken = book.take(id)
            return (taken, book.isSettled(id))
        }
    }

    private func change<Answer>(_ body: (inout GroupState) -> Answer) -> Answer {
        book.withLock { book in
            let answer = body(&book)
            // Release: members that see the number find the book changed.
            generationWord.store(book.generation, ordering: .releasing)
            return answer
        }
    }
}
