import Testing
import UrrLog
import UrrPlatform
import UrrTestSupport

/// What members of a group read and commit while others come, go, are put out and replaced.
@Suite struct FencingTests {
    /// Only who has a partition reads or commits it; who takes it over goes on at the committed
    /// offset; who is out of the group, or of the generation in which it had the partition, does
    /// neither. After every step, on one thread.
    @Test(arguments: AssignmentTests.strategies, [RebalanceMode.eager, .cooperative])
    func readsAndCommitsAreTheOwners(_ strategy: AssignmentStrategy, _ mode: RebalanceMode) throws {
        for seed in 0..<UInt64(LongForm.count(short: 15, long: 1_000)) {
            let run = try FencingRun(seed: seed, strategy, mode)
            for _ in 0..<200 { try run.step() }
            try run.finish()
        }
    }
}

private final class FencingRun {
    private let topic: Topic
    private let appenders: [AnyAppender]
    private let group: ConsumerGroup
    private let random: IndexedRandom
    private var draws: UInt64 = 0
    private var members: [GroupMember] = []
    private var gone: [GroupMember] = []
    /// By partition: what was appended, committed, and is read next by whoever has it.
    private var ends: [Offset]
    private var committed: [Offset]
    private var positions: [Offset]
    private var owners: [Int?]

    init(seed: UInt64, _ strategy: AssignmentStrategy, _ mode: RebalanceMode) throws {
        random = IndexedRandom(seed: seed, stream: "fencing")
        let partitions = 1 + Int(random[1_000_000] % 5)
        topic = try Topic(partitionCount: partitions, smallLog(data: 8192, records: 64))
        appenders = try topic.partitions.map(AnyAppender.init)
        group = try ConsumerGroup(topic, strategy: strategy, mode: mode)
        ends = Array(repeating: 0, count: partitions)
        committed = ends
        positions = ends
        owners = Array(repeating: nil, count: partitions)
    }

    private func draw(_ below: Int) -> Int {
        draws += 1
        return Int(random[draws] % UInt64(below))
    }

    func step() throws {
        switch draw(12) {
        case 0 where members.count < 5: join()
        case 1 where members.count > 1:
            let member = members.remove(at: draw(members.count))
            member.leave()
            gone.append(member)
        case 2 where members.count > 1:
            let member = members.remove(at: draw(members.count))
            #expect(group.expel(member.id))
            gone.append(member)
        case 3..<6: append()
        case 6..<8 where !members.isEmpty: commit(members[draw(members.count)])
        default: if !members.isEmpty { poll(members[draw(members.count)]) }
        }
        for member in gone { checkGone(member) }
        check()
    }

    /// A member with an instance id may take the place of one that has it.
    private func join() {
        let instance = draw(3) == 0 ? "instance \(draw(2))" : nil
        let member = group.join(instance: instance)
        // Whoever takes a partition, be it again, goes on at the committed offset.
        member.onAssign = { [unowned self] _, taken in
            for partition in taken { positions[partition] = committed[partition] }
        }
        members.append(member)
        gone += members.filter(\.isFenced)
        members.removeAll(where: \.isFenced)
    }

    private func append() {
        let partition = draw(ends.count)
        if appenders[partition].append([UInt8(truncatingIfNeeded: ends[partition])]) == .appended {
            ends[partition] += 1
        }
    }

    private func poll(_ member: GroupMember) {
        var seen: [(partition: Int, offset: Offset)] = []
        let count = member.poll(limit: 1 + draw(8)) { seen.append(($0, $1.offset)) }
        #expect(count == seen.count)
        owners = group.owners
        for (partition, offset) in seen {
            #expect(owners[partition] == member.id)
            #expect(offset == positions[partition])
            positions[partition] = offset + 1
        }
    }

    private func commit(_ member: GroupMember) {
        let partition = draw(ends.count)
        let offset = committed[partition] - 1 + Offset(draw(6))
        let isOwner = owners[partition] == member.id
        let isValid = offset >= committed[partition] && offset <= positions[partition]
        #expect(member.commit(partition: partition, offset) == (isOwner && isValid))
        if isOwner && isValid { committed[partition] = offset }
    }

    /// A fenced member has nothing to say, whatever it still believes to have.
    private func checkGone(_ member: GroupMember) {
        #expect(member.isFenced)
        #expect(member.poll(limit: 9) { _, _ in } == 0)
        #expect(!member.synchronize())
        #expect(!member.commitAll())
        for partition in ends.indices {
            #expect(!member.commit(partition: partition, committed[partition]))
        }
    }

    private func check() {
        owners = group.owners
        for (partition, offset) in committed.enumerated() {
            #expect(group.committedOffset(partition: partition) == offset)
        }
        #expect(group.lag == zip(ends, committed).reduce(0) { $0 + $1.0 - $1.1 })
        for member in members {
            #expect(member.assignment.allSatisfy { owners[$0] == member.id })
        }
    }

    /// Everything that was appended is read to its end by those who are left.
    func finish() throws {
        if members.isEmpty { join() }
        for id in Set(0..<1_000).subtracting(members.map(\.id)) { group.expel(id) }
        for _ in 0..<100 {
            for member in members {
                poll(member)
                for partition in member.assignment {
                    #expect(member.commit(partition: partition, positions[partition]))
                    committed[partition] = positions[partition]
                }
            }
        }
        #expect(group.isSettled)
        #expect(committed == ends)
        let sizes = members.map(\.assignment.count)
        #expect(sizes.reduce(0, +) == ends.count)
        #expect(sizes.max()! - sizes.min()! <= 1)
    }
}
