import Synchronization
import Testing
import UrrPlatform
import UrrQueue
import UrrTestSupport

/// A queue, its dead-letter queue and a redrive, used by several threads at once: no message is
/// lost or repeated on the way.
struct SharedRedriveTests {
    /// What the threads have in common.
    final class Run: Sendable {
        let sent = Atomic<Int>(0)
        let isMended = Atomic<Bool>(false)
        let deleted = Atomic<Int>(0)
        let sum = Atomic<Int>(0)
        let moved = Atomic<Int>(0)
        let failures = Atomic<Int>(0)
    }

    static func number(_ message: ReceivedMessage) -> Int {
        Int(String(decoding: message.body, as: UTF8.self)) ?? -1
    }

    static func produce(_ client: QueueClient, _ run: Run, messages: Int) {
        let clock = SystemClock()
        for next in stride(from: 0, to: messages, by: 10) {
            let batch = (0..<10).map { slot in
                ReferenceSend(
                    id: UInt64(slot), body: Array("\(next + slot)".utf8),
                    group: [UInt8(65 + (next + slot) % 7)],
                    deduplication: Array("\(next + slot)".utf8))
            }
            if !client.send(batch: batch, now: clock.now()).isWhole {
                run.failures.add(1, ordering: .relaxed)
            }
            run.sent.add(10, ordering: .relaxed)
        }
    }

    /// Lets go of what it receives, so that it becomes a dead letter; deletes it when mended.
    static func consume(_ client: QueueClient, _ run: Run, messages: Int) {
        let clock = SystemClock()
        var places = [ReceivedMessage](repeating: ReceivedMessage(), count: 10)
        while run.deleted.load(ordering: .relaxed) < messages {
            let isMended = run.isMended.load(ordering: .relaxed)
            let request = ReceiveRequest(
                maximum: 10, visibilityTimeout: isMended ? 3600 * nanosecondsPerSecond : 0)
            let result = places.withUnsafeMutableBufferPointer {
                client.receiveMessage(request, into: $0, now: clock.now())
            }
            guard isMended, result.count > 0 else { continue }
            let numbers = places.prefix(result.count).map(number)
            if client.delete(places.prefix(result.count), now: clock.now()) != result.count {
                run.failures.add(1, ordering: .relaxed)
            }
            run.sum.add(numbers.reduce(0, +), ordering: .relaxed)
            run.deleted.add(result.count, ordering: .relaxed)
        }
    }

    /// Moves ten at a time; mends the consumer when enough has come back.
    static func redrive(_ client: QueueClient, _ run: Run, messages: Int) {
        let clock = SystemClock()
        while run.deleted.load(ordering: .relaxed) < messages {
            let result = client.redrive(to: 0, maximum: 10, now: clock.now())
            if result.error != nil { run.failures.add(1, ordering: .relaxed) }
            let moved = run.moved.add(result.count, ordering: .relaxed).newValue
            if moved > messages, run.sent.load(ordering: .relaxed) == messages {
                run.isMended.store(true, ordering: .relaxed)
            }
        }
    }

    @Test func nothingIsLostOrRepeatedOnTheWay() throws {
        let messages = LongForm.operations(short: 1000, long: 200_000) / 10 * 10
        let main = try QueueCore(QueueConfiguration(.fifo))
        let dead = try QueueCore(QueueConfiguration(.fifo))
        #expect(main.setRedrivePolicy(deadLetterQueue: dead, maxReceiveCount: 2) == nil)
        let queue = SharedQueue([main, dead], clientCount: 4)
        let run = Run()
        let producer = try queue.client(0)
        let workers = [try queue.client(1), try queue.client(2)]
        let redriver = try queue.client(3, of: 1)
        var threads = [
            try PinnedThread(name: "producer", cpu: nil) {
                Self.produce(producer, run, messages: messages)
            },
            try PinnedThread(name: "redriver", cpu: nil) {
                Self.redrive(redriver, run, messages: messages)
            },
        ]
        for worker in workers {
            threads.append(
                try PinnedThread(name: "worker", cpu: nil) {
                    Self.consume(worker, run, messages: messages)
                })
        }
        for thread in threads { thread.join() }
        #expect(run.failures.load(ordering: .relaxed) == 0)
        #expect(run.deleted.load(ordering: .relaxed) == messages)
        // Each number once.
        #expect(run.sum.load(ordering: .relaxed) == messages * (messages - 1) / 2)
        let (there, back) = (main.attributes(now: 0).totals, dead.attributes(now: 0).totals)
        #expect(there.movedIn == UInt64(run.moved.load(ordering: .relaxed)))
        #expect(back.movedOut == there.movedIn && back.movedIn == there.movedOut)
        #expect(main.attributes(now: 0).retained == 0 && dead.attributes(now: 0).retained == 0)
    }
}
