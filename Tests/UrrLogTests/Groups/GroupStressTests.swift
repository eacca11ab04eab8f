import Glibc
import Synchronization
import Testing
import UrrLog
import UrrPlatform
import UrrTestSupport

/// Members on threads of their own while others join, leave and are put out in the middle of a
/// call: no partition ever has two readers, no commit goes back, and everything is read.
@Suite(.serialized) struct GroupStressTests {
    @Test(arguments: StressSchedule.known, [RebalanceMode.eager, .cooperative])
    func noPartitionHasTwoReaders(_ schedule: StressSchedule, _ mode: RebalanceMode) throws {
        schedule.begin()
        defer { schedule.end() }
        let topic = try Topic(partitionCount: 5, smallLog(data: 8192, records: 64))
        let group = try ConsumerGroup(topic, strategy: .sticky, mode: mode)
        let watch = PartitionWatch(topic.partitionCount)
        let appenders = try topic.partitions.map { try $0.makeExclusiveAppender() }
        watch.board.startProducing()
        var threads = [
            try PinnedThread(name: "producer", cpu: schedule.cpu(0)) {
                watch.board.endProducing(0, produce(appenders, until: watch.board))
            }
        ]
        for number in 0..<4 {
            threads.append(
                try PinnedThread(name: "member", cpu: schedule.cpu(number)) {
                    live(number, in: group, watch)
                })
        }
        var pauses = LongForm.count(short: 40, long: 2_000)
        while pauses > 0 || (watch.handovers < 20 && pauses > -10_000) {
            usleep(2000)
            pauses -= 1
        }
        watch.board.stop()
        for thread in threads { thread.join() }
        #expect(watch.board.problems == [])
        #expect(watch.handovers >= 20)
        #expect(group.lag == 0)
    }
}

/// Who is inside which partition, and how far it was handled.
private final class PartitionWatch: Sendable {
    let board = StressBoard()
    private let readers: [ReaderCount]
    private let handed = Atomic<Int>(0)

    private final class ReaderCount: Sendable {
        let value = Atomic<Int>(0)
    }

    init(_ partitions: Int) { readers = (0..<partitions).map { _ in ReaderCount() } }

    var handovers: Int { handed.load(ordering: .relaxed) }
    func handOver() { handed.wrappingAdd(1, ordering: .relaxed) }

    // Relaxed, both: what orders the readers must not come from here.
    func enter(_ partition: Int) {
        if readers[partition].value.wrappingAdd(1, ordering: .relaxed).newValue != 1 {
            board.fail("two readers of partition \(partition)")
        }
    }
    func leave(_ partition: Int) {
        readers[partition].value.wrappingSubtract(1, ordering: .relaxed)
    }
}

private func produce(_ appenders: [ExclusiveAppender], until board: StressBoard) -> Int {
    var next = [Int64](repeating: 0, count: appenders.count)
    while !board.isStopped {
        for (partition, appender) in appenders.enumerated() {
            let result = withUnsafeBytes(of: next[partition]) {
                appender.append($0, keyHash: 0, time: 0)
            }
            if result == .appended { next[partition] += 1 }
            appender.publish()
        }
        sched_yield()
    }
    return Int(next.reduce(0, +))
}

/// One member after the other on one thread: each reads for a while, and leaves, or is put out by
/// somebody else or by itself in the middle of a call. The last ones read everything to its end.
private func live(_ number: Int, in group: ConsumerGroup, _ watch: PartitionWatch) {
    var round: UInt64 = 0
    while true {
        round += 1
        let isLast = watch.board.isProduced
        let member = group.join()
        member.onAssign = { _, _ in watch.handOver() }
        let rounds = isLast ? Int.max : Int(mix64(round &* 8 &+ UInt64(number)) % 40)
        let isExpelled = round % 3 == 0
        for turn in 0..<rounds where !member.isFenced {
            read(member, watch, expelling: isExpelled && turn == rounds / 2)
            if isLast && group.isSettled && group.lag == 0 { break }
        }
        if !isExpelled || isLast { member.leave() }
        group.expel(member.id)
        if isLast { return }
    }
}

private func read(_ member: GroupMember, _ watch: PartitionWatch, expelling: Bool) {
    var isExpelling = expelling
    let count = member.poll(limit: 8) { partition, record in
        watch.enter(partition)
        if record.payload.loadUnaligned(as: Int64.self) != record.offset {
            watch.board.fail("record \(record.offset) was harmed")
        }
        // From here on others want the partition, and may not have it before this call ends.
        if isExpelling { member.group.expel(member.id) }
        isExpelling = false
        if record.offset < member.group.committedOffset(partition: partition) {
            watch.board.fail("record \(record.offset) was handled before")
        }
        watch.leave(partition)
    }
    let isCommitted = member.commitAll()
    if isCommitted && expelling && count > 0 { watch.board.fail("committed when it was out") }
    if count == 0 { sched_yield() }
}
