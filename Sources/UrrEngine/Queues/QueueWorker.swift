import UrrDriver
import UrrPlatform
import UrrWorkload

/// One worker of a queue, multiplexed with others on one thread: it receives a batch, handles it,
/// deletes what it has handled, and receives again.
@usableFromInline
struct QueueWorker<Driver: MessageDriver>: ~Copyable {
    // What it is; never changes.
    @usableFromInline let group: Int
    @usableFromInline let lane: Int
    @usableFromInline let receiver: Unmanaged<Driver.Receiver>
    @usableFromInline let ledger: Unmanaged<QueueLedger>
    @usableFromInline let classes: MessageGroupClasses
    @usableFromInline let isFIFO: Bool
    @usableFromInline let batch: Int
    @usableFromInline let deleteBatch: Int
    @usableFromInline let visibility: Nanoseconds
    @usableFromInline let waitTime: Nanoseconds
    @usableFromInline let retryAfter: Nanoseconds?
    @usableFromInline let faults: WorkerFaultSampler
    /// How long after the start of the measurement poison is handled; nil for never.
    let poisonUntil: Nanoseconds?
    @usableFromInline let restart: Nanoseconds
    @usableFromInline let serviceTime: ServiceTimeSampler
    /// Whether handlers take no time.
    @usableFromInline let isInstant: Bool
    /// How its messages are read.
    @usableFromInline let reader: MessageReader
    /// Where its service counts what it has handled; nil without one.
    @usableFromInline let book: EventBook?
    /// Handlers that run at a time.
    @usableFromInline let slots: Int

    // Where it stands.
    @usableFromInline let tasks: UnsafeMutablePointer<QueueTask>
    /// Messages of the last receive.
    @usableFromInline var count = 0
    /// Of those, not closed.
    @usableFromInline var open = 0
    /// Of those, waiting for a handler or in one.
    @usableFromInline var unhandled = 0
    /// Handled or returned, and not settled yet.
    @usableFromInline var unsettled = 0
    /// The task in each slot; -1 for a free one.
    @usableFromInline let handling: UnsafeMutablePointer<Int32>
    @usableFromInline var busySlots = 0
    /// The receive that it works on.
    @usableFromInline var ticket: UInt64 = 0
    /// Until when nobody else may get what it brought, counted from before it.
    @usableFromInline var deadline: Nanoseconds = 0
    /// Since when it waits for messages.
    @usableFromInline var waitingSince: Nanoseconds = 0
    @usableFromInline var isDown = false
    /// From when on poison is handled; `.max` for never.
    @usableFromInline var mendedAt: Nanoseconds = .max
    /// Bytes of the last receive, and the most messages and bytes of one.
    @usableFromInline var receivedBytes = 0
    @usableFromInline var peak = HeldMessages()

    init(
        group: Int, lane: Int, plan: GroupPlan, _ receiving: ReceivingPlan, queue: QueuePlan,
        receiver: Driver.Receiver, ledger: QueueLedger, reader: MessageReader, book: EventBook?
    ) {
        self.reader = reader
        self.book = book
        self.group = group
        self.lane = lane
        self.receiver = .passUnretained(receiver)
        self.ledger = .passUnretained(ledger)
        classes = queue.classes
        isFIFO = queue.isFIFO
        batch = receiving.batch
        deleteBatch = receiving.deleteBatch
        visibility = receiving.visibilityTimeout
        waitTime = receiving.waitTime
        retryAfter = receiving.retryAfter
        faults = receiving.faults
        poisonUntil = receiving.poisonUntil
        restart = receiving.restart
        serviceTime = plan.serviceTime
        isInstant = plan.isInstant
        slots = min(plan.concurrency, receiving.batch)
        tasks = .allocate(capacity: receiving.batch)
        handling = .allocate(capacity: slots)
        handling.initialize(repeating: -1, count: slots)
    }

    @inlinable
    deinit {
        tasks.deallocate()
        handling.deallocate()
    }

    /// The next task that may start: in the order of the receive, and of a message group only where
    /// none before it is in a handler. Nil where there is none. O(batch).
    @inlinable
    func nextTask() -> Int? {
        var index = 0
        while index < count {
            if tasks[index].state == .waiting, slots == 1 || !isHeld(index) { return index }
            index &+= 1
        }
        return nil
    }

    /// Whether a task has to wait for one before it in its message group.
    @inlinable
    func isHeld(_ index: Int) -> Bool {
        guard isFIFO else { return false }
        var other = 0
        while other < index {
            let state = tasks[other].state
            if state == .handling || state == .waiting,
                tasks[other].message.group == tasks[index].message.group
            {
                return true
            }
            other &+= 1
        }
        return false
    }
}
