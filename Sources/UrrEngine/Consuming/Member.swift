import UrrDriver
import UrrPlatform
import UrrWorkload

/// One member of a consumer group, multiplexed with others on one worker: its endpoint, its
/// partitions, and the handler slots that model how long work takes.
@usableFromInline
struct Member<Driver: MessageDriver>: ~Copyable {
    // What it is; never changes.
    @usableFromInline let group: Int
    @usableFromInline let consumer: Unmanaged<Driver.Consumer>
    @usableFromInline let tracker: Unmanaged<SequenceTracker>
    @usableFromInline let producers: Int
    /// Row of the tracker for each lane.
    @usableFromInline let rows: UnsafeMutablePointer<Int>
    @usableFromInline let partitions: [TopicPartition]
    @usableFromInline let lanes: Int
    @usableFromInline let pollLimit: Int
    @usableFromInline let concurrency: Int
    @usableFromInline let serviceTime: ServiceTimeSampler
    /// Whether handlers take no time: then polling, handling and committing are one step.
    @usableFromInline let isInstant: Bool
    /// 0 commits after processing.
    @usableFromInline let autoCommitInterval: Nanoseconds

    // Where it stands.
    @usableFromInline var pending: PendingMessages
    @usableFromInline var busySlots = 0
    /// When each slot's last handler ended, or `.min` where the slot found nothing to do since.
    @usableFromInline let freeAt: UnsafeMutablePointer<Nanoseconds>
    /// The pending message that each slot handles; -1 for a free slot.
    @usableFromInline let handling: UnsafeMutablePointer<Int>
    /// Next offset after what was delivered, and what was committed, per lane.
    @usableFromInline let delivered: UnsafeMutablePointer<Int64>
    @usableFromInline let committed: UnsafeMutablePointer<Int64>
    /// Room for `commitHandled` to work in, a number per lane.
    @usableFromInline let handled: UnsafeMutablePointer<Int64>
    @usableFromInline var nextAutoCommit: Nanoseconds = 0
    /// Place in the worker's list of members that want to poll; -1 where it is not in it.
    @usableFromInline var pollingIndex: Int32 = -1

    init(
        group: Int, plan: GroupPlan, consumer: Driver.Consumer, tracker: SequenceTracker,
        producers: Int, row: (TopicPartition) -> Int
    ) {
        self.group = group
        self.consumer = .passUnretained(consumer)
        self.tracker = .passUnretained(tracker)
        self.producers = producers
        partitions = consumer.assignment
        lanes = partitions.count
        rows = .allocate(capacity: max(1, lanes))
        for (lane, partition) in partitions.enumerated() {
            (rows + lane).initialize(to: row(partition))
        }
        pollLimit = plan.maxPollRecords
        concurrency = plan.concurrency
        serviceTime = plan.serviceTime
        isInstant = plan.isInstant
        autoCommitInterval = plan.autoCommitInterval
        pending = PendingMessages(capacity: isInstant ? 1 : pollLimit + concurrency)
        freeAt = .allocate(capacity: concurrency)
        freeAt.initialize(repeating: .min, count: concurrency)
        handling = .allocate(capacity: concurrency)
        handling.initialize(repeating: -1, count: concurrency)
        delivered = .allocate(capacity: max(1, lanes))
        delivered.initialize(repeating: 0, count: max(1, lanes))
        committed = .allocate(capacity: max(1, lanes))
        committed.initialize(repeating: 0, count: max(1, lanes))
        handled = .allocate(capacity: max(1, lanes))
        handled.initialize(repeating: 0, count: max(1, lanes))
    }

    @inlinable
    deinit {
        rows.deallocate()
        freeAt.deallocate()
        handling.deallocate()
        delivered.deallocate()
        committed.deallocate()
        handled.deallocate()
    }

    /// Whether it would poll now: a slot is free and nothing that was polled waits.
    @inlinable
    var wantsToPoll: Bool { busySlots < concurrency && !pending.hasWaiting }

    /// Whether everything that was polled is settled.
    @inlinable
    var isIdle: Bool { pending.head == pending.tail }
}

// MARK: - Committing

extension Member {
    /// Commits what was delivered, lane by lane: what has been delivered is handled. For instant
    /// handlers.
    @inlinable
    mutating func commitDelivered() {
        var lane = 0
        while lane < lanes {
            if delivered[lane] != committed[lane] {
                committed[lane] = delivered[lane]
                let offset = delivered[lane]
                consumer._withUnsafeGuaranteedRef {
                    $0.commit(lane: Int32(truncatingIfNeeded: lane), offset: offset)
                }
            }
            lane &+= 1
        }
    }

    /// Commits what was handled, lane by lane: up to the first message that is not. O(pending);
    /// allocates nothing.
    @inline(never)
    @usableFromInline
    mutating func commitHandled() {
        handled.update(from: delivered, count: lanes)
        var index = pending.tail
        while index > pending.head {
            index -= 1
            let message = pending[index]
            if !message.pointee.isDone {
                handled[Int(message.pointee.lane)] = message.pointee.offset
            }
        }
        for lane in 0..<lanes where handled[lane] > committed[lane] {
            let offset = handled[lane]
            committed[lane] = offset
            consumer._withUnsafeGuaranteedRef { $0.commit(lane: Int32(lane), offset: offset) }
        }
    }

    /// Commits automatically where the interval is over, or where the member is about to close. As
    /// with Kafka's client this happens at a poll. It covers what earlier polls returned and has
    /// been handled; with one message at a time that is all of it.
    @inlinable
    @inline(__always)
    mutating func commitIfDue(now: Nanoseconds, closing: Bool) {
        guard autoCommitInterval > 0, closing || now >= nextAutoCommit else { return }
        if isInstant { commitDelivered() } else { commitHandled() }
        nextAutoCommit = now &+ autoCommitInterval
    }

    /// Settles pending messages that are done, in order of delivery.
    @inlinable
    mutating func settleHandled() {
        while pending.head != pending.next, pending[pending.head].pointee.isDone {
            let message = pending[pending.head].pointee
            pending.head &+= 1
            guard autoCommitInterval == 0 else { continue }
            committed[Int(message.lane)] = message.offset &+ 1
            consumer._withUnsafeGuaranteedRef {
                $0.commit(lane: message.lane, offset: message.offset &+ 1)
            }
        }
    }
}
