import Synchronization
import UrrPlatform

/// How far the consumers are, for producers that are not to run away from them.
final class QueueFlow: @unchecked Sendable {
    private let consumers: Int
    private let memory: UnsafeMutableRawPointer

    init(consumers: Int) {
        self.consumers = consumers
        memory = .allocate(
            byteCount: consumers * falseSharingByteCount, alignment: falseSharingByteCount)
        for number in 0..<consumers {
            (memory + number * falseSharingByteCount).bindMemory(
                to: Atomic<UInt64>.self, capacity: 1
            ).initialize(to: Atomic(0))
        }
    }

    deinit { memory.deallocate() }

    @inline(__always)
    private func counter(_ number: Int) -> UnsafeMutablePointer<Atomic<UInt64>> {
        (memory + number &* falseSharingByteCount).assumingMemoryBound(to: Atomic<UInt64>.self)
    }

    /// Says how many messages a consumer has had.
    @inline(__always)
    func publish(_ consumer: Int, _ count: UInt64) {
        // Relaxed: only the number counts.
        counter(consumer).pointee.store(count, ordering: .relaxed)
    }

    /// Messages that all consumers have had.
    var consumed: UInt64 {
        (0..<consumers).reduce(0) { $0 + counter($1).pointee.load(ordering: .relaxed) }
    }
}

/// The loops that are measured.
enum QueueCycle {
    /// One thread: sends a batch, receives as many and deletes them, until `count` were sent.
    static func run<Access: QueueAccess>(
        _ access: Access, _ sender: QueueSender, _ receiver: QueueReceiver, _ count: UInt64
    ) {
        let end = sender.sent &+ count
        while sender.sent < end {
            sender.sendBatch(access, sender.batchCount(until: end))
            _ = receiver.receiveBatch(access, sender.now)
        }
    }

    /// A producer: sends `count` messages, never far ahead of the consumers.
    static func produce<Access: QueueAccess>(
        _ access: Access, _ sender: QueueSender, _ count: UInt64, _ flow: QueueFlow,
        _ patience: Patience
    ) {
        var patience = patience
        let start = sender.sent
        let end = start &+ count
        // What may be sent before the consumers have to be looked at again.
        var allowed = start
        while sender.sent < end {
            if sender.sent >= allowed {
                let share = flow.consumed / UInt64(sender.streams)
                allowed = start &+ share &+ UInt64(QueuePlan.slack / sender.streams)
                guard sender.sent < allowed else {
                    guard patience.wait() else { return }
                    continue
                }
                patience.reset()
            }
            sender.sendBatch(access, sender.batchCount(until: end))
        }
    }

    /// A consumer: receives and deletes `count` messages or a few more.
    static func consume<Access: QueueAccess>(
        _ access: Access, _ receiver: QueueReceiver, _ count: UInt64, _ flow: QueueFlow,
        _ number: Int, _ patience: Patience
    ) {
        var patience = patience
        var received: UInt64 = 0
        while received < count {
            let found = receiver.receiveBatch(access)
            if found == 0 {
                guard patience.wait() else { break }
                continue
            }
            patience.reset()
            received &+= UInt64(found)
            flow.publish(number, received)
        }
    }
}
