import UrrPlatform

/// The coordinator's book of one group: who is a member, which partitions each is to have, and who
/// has them. Plain data under the coordinator's mutex; no threads, no clock.
struct GroupState {
    struct Member {
        let id: Int
        let instance: String?
        let lease: UnsafeMutablePointer<MemberLease>
        /// The generation that the member knows of.
        var acknowledged: Int64
        /// What it is to have in the current generation.
        var target: [Int] = []
        /// A static member that left; its place is kept until it returns or is expelled.
        var isAway = false
    }

    /// Who has a partition: at most one, and also when it was fenced inside a call and may not have
    /// noticed yet.
    struct Owner {
        var id: Int
        var lease: UnsafeMutablePointer<MemberLease>
    }

    let partitionCount: Int
    let strategy: AssignmentStrategy
    let mode: RebalanceMode
    private(set) var generation: Int64 = 0
    private(set) var members: [Member] = []
    private(set) var owners: [Owner?]
    /// The lease of each member that ever was, by its id.
    private var leases: [UnsafeMutablePointer<MemberLease>] = []

    init(partitionCount: Int, strategy: AssignmentStrategy, mode: RebalanceMode) {
        self.partitionCount = partitionCount
        self.strategy = strategy
        self.mode = mode
        owners = Array(repeating: nil, count: partitionCount)
    }

    /// Frees the leases, when neither a member nor the group is left.
    func deallocate() {
        for lease in leases {
            lease.deinitialize(count: 1)
            UnsafeMutableRawPointer(lease).deallocate()
        }
    }

    private func index(_ id: Int) -> Int? { members.firstIndex { $0.id == id } }

    func owned(by id: Int) -> [Int] { owners.indices.filter { owners[$0]?.id == id } }

    /// Whether the member has everything that it is to have.
    func isSettled(_ id: Int) -> Bool {
        guard let index = index(id) else { return true }
        return members[index].acknowledged == generation
            && owned(by: id) == members[index].target
    }

    // MARK: Coming and going

    /// Adds a member, or puts it in the place of the one that has the same instance id, without a
    /// new generation. The replaced one is fenced.
    mutating func join(
        _ instance: String?, at time: Nanoseconds
    ) -> (id: Int, lease: UnsafeMutablePointer<MemberLease>) {
        let id = leases.count
        let lease = MemberLease.allocate(at: time)
        leases.append(lease)
        if let instance, let index = members.firstIndex(where: { $0.instance == instance }) {
            var member = Member(
                id: id, instance: instance, lease: lease, acknowledged: generation)
            member.target = members[index].target
            members[index].lease.pointee.fence()
            members[index] = member
            return (id, lease)
        }
        members.append(
            Member(id: id, instance: instance, lease: lease, acknowledged: generation))
        rebalance()
        return (id, lease)
    }

    /// The member gives everything back. One without an instance id is out of the group; the place
    /// of one that has an instance id is kept.
    mutating func leave(_ id: Int) {
        guard let index = index(id) else { return }
        giveBack(owned(by: id), from: id)
        members[index].lease.pointee.fence()
        if members[index].instance != nil {
            members[index].isAway = true
            members[index].acknowledged = generation
        } else {
            members.remove(at: index)
            rebalance()
        }
    }

    /// Puts a member out of the group. Its partitions go to others as soon as it is certainly out
    /// of its last call. False where it is none.
    mutating func expel(_ id: Int) -> Bool {
        guard let index = index(id) else { return false }
        members[index].lease.pointee.fence()
        members.remove(at: index)
        rebalance()
        return true
    }

    private mutating func rebalance() {
        generation += 1
        let lists = strategy.assign(
            partitions: partitionCount, owned: members.map { owned(by: $0.id) })
        for index in members.indices {
            members[index].target = lists[index]
            if members[index].isAway { members[index].acknowledged = generation }
        }
    }

    // MARK: What members do in a new generation

    /// What the member has to give back before anything else: all that is not for it any longer,
    /// or, eagerly, all.
    func toGiveBack(_ id: Int) -> [Int] {
        guard let index = index(id), members[index].acknowledged != generation else { return [] }
        let owned = owned(by: id)
        return mode == .eager ? owned : owned.filter { !members[index].target.contains($0) }
    }

    /// The member has given `partitions` back and knows of `generation`. Nothing is acknowledged
    /// where there is a newer one by now.
    mutating func acknowledge(_ id: Int, _ seen: Int64, givenBack partitions: [Int]) {
        giveBack(partitions, from: id)
        guard let index = index(id), seen == generation else { return }
        members[index].acknowledged = generation
    }

    /// Hands the member what it is to have and nobody has. Eagerly, nobody gets anything before
    /// everybody knows of the generation.
    mutating func take(_ id: Int) -> [Int] {
        guard let index = index(id), members[index].acknowledged == generation else { return [] }
        if mode == .eager, members.contains(where: { $0.acknowledged != generation }) { return [] }
        let free = members[index].target.filter { isFree($0) }
        for partition in free { owners[partition] = Owner(id: id, lease: members[index].lease) }
        return free
    }

    /// Whether nobody has the partition, or only one who is fenced and out of its last call.
    private func isFree(_ partition: Int) -> Bool {
        guard let owner = owners[partition] else { return true }
        return index(owner.id) == nil && owner.lease.pointee.isOut()
    }

    private mutating func giveBack(_ partitions: [Int], from id: Int) {
        for partition in partitions where owners[partition]?.id == id { owners[partition] = nil }
    }
}
