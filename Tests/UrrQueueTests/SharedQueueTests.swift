import Glibc
import Synchronization
import Testing
import UrrPlatform
import UrrQueue
import UrrTestSupport

/// Several producers and consumers on one queue, every message accounted for.
struct SharedQueueTests {
    static let groupCount = 7

    /// What the threads have in common.
    final class Run: Sendable {
        let accepted = Atomic<Int>(0)
        let duplicates = Atomic<Int>(0)
        let deleted = Atomic<Int>(0)
        let failures = Atomic<Int>(0)
        let producing = Atomic<Int>(0)
        /// For each group whether somebody has messages of it, and the last sequence seen.
        let owners: [Atomic8]
        init() { owners = (0..<SharedQueueTests.groupCount).map { _ in Atomic8() } }
    }

    final class Atomic8: Sendable {
        let owner = Atomic<Int>(0)
        let last = Atomic<UInt64>(0)
    }

    /// Sends batches of ten; every fifth message is sent a second time at once.
    static func produce(_ client: QueueClient, _ run: Run, producer: Int, messages: Int) {
        let clock = SystemClock()
        var next = 0
        while next < messages {
            let batch = (0..<10).map { slot in
                // The last two repeat the first two.
                let number = next + slot % 8
                return ReferenceSend(
                    id: UInt64(slot), body: Array("\(producer):\(number)".utf8),
                    group: Array("group\(number % groupCount)".utf8),
                    deduplication: Array("\(producer)/\(number)".utf8))
            }
            let sent = client.send(batch: batch, now: clock.now())
            if !sent.isWhole { run.failures.add(1, ordering: .relaxed) }
            run.duplicates.add(sent.duplicates, ordering: .relaxed)
            run.accepted.add(10 - sent.duplicates, ordering: .relaxed)
            next += 8
        }
        run.producing.subtract(1, ordering: .releasing)
    }

    /// Receives and deletes until nothing is left; checks that nobody else has its groups.
    static func consume(_ client: QueueClient, _ run: Run, consumer: Int) {
        let clock = SystemClock()
        var idle = IdleStrategy.yield
        var places = [ReceivedMessage](repeating: ReceivedMessage(), count: 10)
        let request = ReceiveRequest(maximum: 10, waitTime: 1_000_000)
        while true {
            let isLast = run.producing.load(ordering: .acquiring) == 0
            let result = places.withUnsafeMutableBufferPointer {
                client.receiveMessage(request, into: $0, clock: clock, idle: &idle)
            }
            if result.count == 0 {
                let left = client.attributes(now: clock.now()).retained
                if isLast, left == 0 { return }
                continue
            }
            for message in places.prefix(result.count) { check(message, run, consumer) }
            let groups = Set(places.prefix(result.count).map { group($0) })
            for group in groups { run.owners[group].owner.store(0, ordering: .releasing) }
            let done = client.delete(places.prefix(result.count), now: clock.now())
            run.deleted.add(done, ordering: .relaxed)
            if done != result.count { run.failures.add(1, ordering: .relaxed) }
        }
    }

    static func group(_ message: ReceivedMessage) -> Int {
        Int(message.messageGroupID.last! - UInt8(ascii: "0"))
    }

    static func check(_ message: ReceivedMessage, _ run: Run, _ consumer: Int) {
        let state = run.owners[group(message)]
        let before = state.owner.exchange(consumer, ordering: .acquiringAndReleasing)
        let last = state.last.exchange(message.sequence, ordering: .acquiringAndReleasing)
        let isOwned = before == 0 || before == consumer
        if !isOwned || last >= message.sequence || message.receiveCount != 1 {
            run.failures.add(1, ordering: .relaxed)
        }
    }

    @Test(arguments: [(1, 1), (2, 2), (3, 1)])
    func everyMessageOnceAndInOrder(producers: Int, consumers: Int) throws {
        var configuration = QueueConfiguration(.fifo)
        configuration.visibilityTimeout = 3600 * nanosecondsPerSecond
        let messages = LongForm.operations(short: 1600, long: 1_000_000) / 8 * 8
        // Nothing holds the producers back: all that they send has to find room.
        configuration.capacity.messages = producers * messages
        let queue = SharedQueue(
            try QueueCore(configuration), clientCount: producers + consumers)
        let run = Run()
        run.producing.store(producers, ordering: .releasing)
        var threads: [PinnedThread] = []
        for number in 0..<(producers + consumers) {
            let client = try queue.client(number)
            threads.append(
                try PinnedThread(name: "queue-\(number)", cpu: nil) {
                    if number < producers {
                        Self.produce(client, run, producer: number, messages: messages)
                    } else {
                        Self.consume(client, run, consumer: number + 1)
                    }
                })
        }
        for thread in threads { thread.join() }
        #expect(run.failures.load(ordering: .relaxed) == 0)
        #expect(run.accepted.load(ordering: .relaxed) == producers * messages)
        #expect(run.duplicates.load(ordering: .relaxed) == producers * messages / 4)
        #expect(run.deleted.load(ordering: .relaxed) == producers * messages)
        let totals = queue.core.attributes(now: 0).totals
        #expect(totals.sent == UInt64(producers * messages))
        #expect(totals.received == totals.sent && totals.deleted == totals.sent)
    }
}
