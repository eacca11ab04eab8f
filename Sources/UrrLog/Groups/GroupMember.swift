import Synchronization
import UrrPlatform

/// One member of a consumer group. One thread at a time.
///
/// It reads the partitions that it has in turn. When the group is in a new generation it finds out
/// at its next call, gives back what it has to, and takes what is due. Once it is fenced (expelled,
/// or replaced by one with the same instance id) it neither reads nor commits.
public final class GroupMember: @unchecked Sendable {
    /// The member's number, unique in its group for all time.
    public let id: Int
    /// The group that it is in.
    public let group: ConsumerGroup
    /// Called on the member's own thread before it gives partitions back, when it can still commit
    /// what it read of them.
    public var onRevoke: ((GroupMember, [Int]) -> Void)?
    /// Called on the member's own thread after it took partitions.
    public var onAssign: ((GroupMember, [Int]) -> Void)?

    @usableFromInline let lease: UnsafeMutablePointer<MemberLease>
    @usableFromInline let seats: UnsafeMutablePointer<MemberSeats>
    /// The reader of each partition that the member has.
    @usableFromInline let readers: UnsafeMutablePointer<LogReader?>
    /// The numbers of those partitions, `MemberSeats.count` of them.
    @usableFromInline let owned: UnsafeMutablePointer<Int>

    init(_ group: ConsumerGroup, id: Int, lease: UnsafeMutablePointer<MemberLease>) {
        self.group = group
        self.id = id
        self.lease = lease
        let count = group.topic.partitionCount
        seats = .allocate(capacity: 1)
        seats.initialize(to: MemberSeats())
        readers = .allocate(capacity: count)
        readers.initialize(repeating: nil, count: count)
        owned = .allocate(capacity: count)
        owned.initialize(repeating: 0, count: count)
    }

    deinit {
        seats.deallocate()
        readers.deallocate()
        owned.deallocate()
    }

    /// The partitions that the member has at this moment, in ascending order.
    public var assignment: [Int] { (0..<seats.pointee.count).map { owned[$0] } }

    /// Whether the member is out of its group for good.
    public var isFenced: Bool { lease.pointee.isFenced.load(ordering: .acquiring) }

    /// The reader of a partition that the member has, for seeks and counters.
    public func reader(partition: Int) -> LogReader? {
        partition >= 0 && partition < group.topic.partitionCount ? readers[partition] : nil
    }

    /// Calls `body` with the partition and the next records, at most `limit`; returns how many.
    /// Starts with another partition each time, so that none is left out. Also does what a new
    /// generation asks for. `body` may commit what earlier polls delivered, and must not poll.
    @inlinable
    public func poll(limit: Int, _ body: (Int, LogRecord) -> Void) -> Int {
        if !enter() { return 0 }
        if isBehind && seats.pointee.depth == 1 { synchronizeInside() }
        var delivered = 0
        var turn = 0
        let count = seats.pointee.count
        while turn < count && delivered < limit {
            let partition = owned[seats.pointee.advance()]
            if let reader = readers[partition] {
                delivered &+= reader.poll(limit: limit &- delivered) { body(partition, $0) }
            }
            turn &+= 1
        }
        exit()
        return delivered
    }

    /// Tells that every record of `partition` before `offset` was handled. False where the member
    /// does not have the partition, is fenced, or the reader refuses the offset.
    @inlinable
    @discardableResult
    public func commit(partition: Int, _ offset: Offset) -> Bool {
        guard partition >= 0, partition < group.topic.partitionCount, enter() else {
            return false
        }
        let isCommitted = readers[partition]?.commit(offset) ?? false
        exit()
        return isCommitted
    }

    /// Commits what was read of every partition. False where the member is fenced.
    @inlinable
    @discardableResult
    public func commitAll() -> Bool {
        if !enter() { return false }
        var turn = 0
        while turn < seats.pointee.count {
            if let reader = readers[owned[turn]] { reader.commit(reader.position) }
            turn &+= 1
        }
        exit()
        return true
    }

    /// Tells the group that the member was alive at `time`.
    @inlinable
    public func heartbeat(at time: Nanoseconds) {
        // Relaxed: a time, and nothing that hangs on it.
        lease.pointee.heartbeat.store(time, ordering: .relaxed)
    }

    /// Does what a new generation asks for, without reading; returns whether the member then has
    /// all that it is to have.
    @discardableResult
    public func synchronize() -> Bool {
        if !enter() { return false }
        // Not from inside a poll, whose readers must stay.
        if isBehind && seats.pointee.depth == 1 { synchronizeInside() }
        exit()
        return seats.pointee.isSettled
    }

    /// Gives everything back. A member without an instance id is out of the group then; the place
    /// of one that has an instance id is kept for its return.
    public func leave() {
        if !enter() { return }
        revoke(assignment)
        exit()
        group.leave(id)
    }

    // MARK: Calls

    /// Begins a call, which may be inside another one: a callback may commit. False where the
    /// member is fenced.
    @inlinable
    @inline(__always)
    func enter() -> Bool {
        if seats.pointee.depth == 0 && !lease.pointee.enter() { return false }
        seats.pointee.depth &+= 1
        return true
    }

    @inlinable
    @inline(__always)
    func exit() {
        seats.pointee.depth &-= 1
        if seats.pointee.depth == 0 { lease.pointee.exit() }
    }

    // MARK: Generations

    /// Whether there is a generation that the member has not gone along with.
    @inlinable
    @inline(__always)
    var isBehind: Bool {
        // Acquires the coordinator's book, which is read under its mutex anyway.
        !seats.pointee.isSettled
            || group.generationWord.load(ordering: .acquiring) != seats.pointee.generation
    }

    /// Gives back and takes; called inside a lease.
    @inline(never)
    @usableFromInline
    func synchronizeInside() {
        guard let (generation, partitions) = group.toGiveBack(id) else { return }
        revoke(partitions)
        let (taken, isSettled) = group.goOn(id, generation, givenBack: partitions)
        seats.pointee.generation = generation
        seats.pointee.isSettled = isSettled
        guard !taken.isEmpty else { return }
        for partition in taken {
            // The cursor is the group's own and attached as long as the group is.
            readers[partition] = try? group.topic.partitions[partition].makeReader(
                group.cursors[partition], reset: group.reset)
        }
        list()
        onAssign?(self, taken)
    }

    private func revoke(_ partitions: [Int]) {
        guard !partitions.isEmpty else { return }
        onRevoke?(self, partitions)
        for partition in partitions { readers[partition] = nil }
        list()
    }

    /// Lists the partitions that have a reader.
    private func list() {
        var count = 0
        for partition in 0..<group.topic.partitionCount where readers[partition] != nil {
            owned[count] = partition
            count += 1
        }
        seats.pointee.count = count
    }
}

/// What a member knows by itself.
@usableFromInline
struct MemberSeats {
    @usableFromInline var count = 0
    @usableFromInline var turn = 0
    /// Calls that are under way, one inside the other.
    @usableFromInline var depth = 0
    @usableFromInline var generation: Int64 = -1
    @usableFromInline var isSettled = false

    init() {}

    /// The place in the list that is next, below `count`.
    @inlinable
    @inline(__always)
    mutating func advance() -> Int {
        turn &+= 1
        if turn >= count { turn = 0 }
        return turn
    }
}
