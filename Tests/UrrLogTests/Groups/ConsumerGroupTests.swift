import Testing
import UrrPlatform

@testable import UrrLog

@Suite struct ConsumerGroupTests {
    private func topic(_ partitions: Int, records: Int = 64) throws -> Topic {
        try Topic(partitionCount: partitions, smallLog(data: 8192, records: records))
    }

    /// Appends one record with the number `value` to each partition.
    private func feed(_ appenders: [AnyAppender], _ value: UInt8) {
        for appender in appenders { #expect(appender.append([value]) == .appended) }
    }

    private func settle(_ members: [GroupMember]) {
        for _ in 0..<3 { members.forEach { $0.synchronize() } }
    }

    @Test(arguments: [RebalanceMode.eager, .cooperative])
    func dividesPartitions(_ mode: RebalanceMode) throws {
        let group = try ConsumerGroup(topic(5), strategy: .range, mode: mode)
        let first = group.join()
        settle([first])
        #expect(first.assignment == [0, 1, 2, 3, 4])
        let second = group.join()
        #expect(group.generation == 2)
        settle([first, second])
        #expect(first.assignment == [0, 1, 2])
        #expect(second.assignment == [3, 4])
        #expect(group.isSettled)
        second.leave()
        settle([first])
        #expect(first.assignment == [0, 1, 2, 3, 4])
        #expect(second.assignment == [])
        #expect(group.memberCount == 1)
    }

    @Test func membersBeyondThePartitionsStandBy() throws {
        let group = try ConsumerGroup(topic(2))
        let members = (0..<3).map { _ in group.join() }
        settle(members)
        #expect(members.map(\.assignment) == [[0], [1], []])
        members[0].leave()
        settle(members)
        #expect(members.map(\.assignment) == [[], [0], [1]])
    }

    @Test func eagerStandsStillUntilAllKnow() throws {
        let topic = try topic(4)
        let appenders = try topic.partitions.map(AnyAppender.init)
        let group = try ConsumerGroup(topic, mode: .eager)
        let first = group.join()
        settle([first])
        let second = group.join()
        feed(appenders, 1)
        #expect(!second.synchronize())
        #expect(second.assignment == [])
        // The first has not noticed: it still has all, gives all back, and waits for nobody now.
        #expect(first.assignment.count == 4)
        #expect(first.poll(limit: 10) { _, _ in } == 2)
        #expect(first.assignment == [0, 1])
        #expect(second.poll(limit: 10) { _, _ in } == 2)
    }

    @Test func cooperativeReadsOn() throws {
        let topic = try topic(4)
        let appenders = try topic.partitions.map(AnyAppender.init)
        let group = try ConsumerGroup(topic, strategy: .sticky, mode: .cooperative)
        let first = group.join()
        settle([first])
        var revoked: [Int] = []
        first.onRevoke = { member, partitions in
            revoked += partitions
            // What was read can still be committed.
            #expect(partitions.allSatisfy { member.commit(partition: $0, 1) })
        }
        feed(appenders, 1)
        #expect(first.poll(limit: 10) { _, _ in } == 4)
        let second = group.join()
        #expect(second.poll(limit: 10) { _, _ in } == 0)
        #expect(!second.synchronize())
        feed(appenders, 2)
        #expect(first.poll(limit: 10) { _, _ in } == 2)
        #expect(first.assignment == [0, 1])
        #expect(revoked == [2, 3])
        var seen: [UInt8] = []
        #expect(second.poll(limit: 10) { _, record in seen += Array(record.payload) } == 2)
        #expect(seen == [2, 2])
    }

    @Test func resumesWhereItWasCommitted() throws {
        let topic = try topic(1)
        let appenders = try topic.partitions.map(AnyAppender.init)
        let group = try ConsumerGroup(topic)
        let first = group.join()
        settle([first])
        for value in UInt8(0)..<10 { feed(appenders, value) }
        #expect(first.poll(limit: 6) { _, _ in } == 6)
        #expect(first.commit(partition: 0, 4))
        #expect(group.committedOffset(partition: 0) == 4)
        #expect(group.lag == 6)
        #expect(group.expel(first.id))
        let second = group.join()
        var offsets: [Offset] = []
        _ = second.poll(limit: 20) { _, record in offsets.append(record.offset) }
        #expect(offsets == [4, 5, 6, 7, 8, 9])
    }

    @Test func expelledMemberCanDoNothing() throws {
        let topic = try topic(2)
        let appenders = try topic.partitions.map(AnyAppender.init)
        let group = try ConsumerGroup(topic)
        let member = group.join()
        settle([member])
        feed(appenders, 1)
        #expect(member.poll(limit: 10) { _, _ in } == 2)
        #expect(group.expel(member.id))
        #expect(!group.expel(member.id))
        #expect(member.isFenced)
        feed(appenders, 2)
        #expect(member.poll(limit: 10) { _, _ in } == 0)
        #expect(!member.commit(partition: 0, 1))
        #expect(!member.commitAll())
        #expect(!member.synchronize())
        #expect(group.committedOffset(partition: 0) == 0)
        member.leave()
        #expect(group.memberCount == 0)
    }

    /// A partition whose fenced owner is inside a call goes to nobody before that call has ended.
    @Test func waitsForTheLastCall() throws {
        let topic = try topic(1)
        let appenders = try topic.partitions.map(AnyAppender.init)
        let group = try ConsumerGroup(topic)
        let zombie = group.join()
        settle([zombie])
        let heir = group.join()
        feed(appenders, 1)
        _ = zombie.synchronize()
        settle([zombie, heir])
        #expect(zombie.assignment == [0])
        let calls = zombie.poll(limit: 1) { _, _ in
            group.expel(zombie.id)
            #expect(!heir.synchronize())
            #expect(heir.assignment == [])
        }
        #expect(calls == 1)
        #expect(heir.synchronize())
        #expect(heir.assignment == [0])
        #expect(!zombie.commit(partition: 0, 1))
    }

    @Test func staticMemberReturnsWithoutRebalance() throws {
        let group = try ConsumerGroup(topic(4))
        let first = group.join(instance: "a")
        let second = group.join(instance: "b")
        settle([first, second])
        let generation = group.generation
        let assignment = second.assignment
        second.leave()
        #expect(second.assignment == [])
        #expect(group.memberCount == 2)
        let returned = group.join(instance: "b")
        settle([first, returned])
        #expect(group.generation == generation)
        #expect(returned.assignment == assignment)
        #expect(second.isFenced)
        // One that did not leave is fenced by its successor.
        let successor = group.join(instance: "b")
        #expect(returned.isFenced)
        settle([first, successor])
        #expect(successor.assignment == assignment)
        #expect(group.generation == generation)
    }

    @Test func silentMembersAreExpelled() throws {
        let group = try ConsumerGroup(topic(2))
        let first = group.join(at: 100)
        let second = group.join(at: 100)
        settle([first, second])
        second.heartbeat(at: 200)
        #expect(group.expelSilent(since: 150) == [first.id])
        settle([second])
        #expect(second.assignment == [0, 1])
        #expect(first.isFenced)
    }

    @Test func refusesWhatItCannotAttach() throws {
        let topic = try Topic(partitionCount: 2, smallLog(groups: 1))
        let group = try ConsumerGroup(topic)
        #expect(throws: LogError.tooManyGroups(maximum: 1)) { try ConsumerGroup(topic) }
        try group.detach()
        _ = try ConsumerGroup(topic)
    }

    /// Members come, go, die and return at random; in every state each partition has at most one
    /// owner, and once they settle, exactly one, as the strategy says.
    @Test(arguments: AssignmentTests.strategies, [RebalanceMode.eager, .cooperative])
    func neverHasTwoOwners(_ strategy: AssignmentStrategy, _ mode: RebalanceMode) throws {
        for seed in UInt64(0)..<20 {
            let random = IndexedRandom(seed: seed, stream: "group")
            let partitions = 1 + Int(random[0] % 7)
            let group = try ConsumerGroup(topic(partitions), strategy: strategy, mode: mode)
            var members: [GroupMember] = []
            for step in 1..<UInt64(60) {
                let pick = Int(random[step] >> 8 % 1000)
                switch random[step] % 8 {
                case 0 where members.count < 6:
                    members.append(group.join(instance: pick % 3 == 0 ? "\(pick % 4)" : nil))
                    members.removeAll(where: \.isFenced)
                case 1 where !members.isEmpty:
                    members.remove(at: pick % members.count).leave()
                case 2 where !members.isEmpty:
                    group.expel(members.remove(at: pick % members.count).id)
                default:
                    if !members.isEmpty { members[pick % members.count].synchronize() }
                }
                let owned = members.flatMap(\.assignment)
                #expect(owned.count == Set(owned).count)
            }
            guard !members.isEmpty else { continue }
            _ = group.expelSilent(since: -1)
            for _ in 0..<3 { members.forEach { $0.synchronize() } }
            #expect(group.isSettled)
        }
    }
}
