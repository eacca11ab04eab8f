import UrrDriver
import UrrMeasure
import UrrPlatform

/// The workers of queues that one consuming thread carries, as a state machine: `step` does what is
/// due and returns.
///
///     receive -> start -> end of the handler -> delete   -> receive ...
///                  |             |
///                  |             +-> failed: returned to the queue, or left to the timeout
///                  +-> crash <---+   the worker loses everything and is away for a while
@usableFromInline
struct QueueCrew<Driver: MessageDriver, Clock: MonotonicClock>: ~Copyable {
    @usableFromInline let clock: Clock
    @usableFromInline let runTag: UInt32
    @usableFromInline let workers: UnsafeMutablePointer<QueueWorker<Driver>>
    @usableFromInline let workerCount: Int
    @usableFromInline let lanes: UnsafeMutablePointer<QueueLane>
    @usableFromInline let laneCount: Int
    /// Ends of handlers by worker and slot; the return of a crashed worker has slot -1.
    @usableFromInline var timers: TimerHeap
    /// Number of the last receive: the thread in the upper bits.
    @usableFromInline var ticket: UInt64
    /// Workers with a settlement that is not answered yet.
    @usableFromInline let answering: UnsafeMutablePointer<Int32>
    @usableFromInline var answeringCount = 0
    /// For each group, the worker here that tells its lag; -1 for none.
    @usableFromInline let lagWorkers: [Int]
    private let receivers: [Driver.Receiver]

    /// The crew of consuming thread `thread`.
    init(
        thread: Int, plan: RunPlan, clock: Clock,
        endpoints: [(group: Int, member: Int, receiver: Driver.Receiver)],
        ledgers: [QueueLedger], reading: EventReading, applied: [EventBook]
    ) {
        self.clock = clock
        runTag = plan.runTag
        receivers = endpoints.map(\.receiver)
        workerCount = endpoints.count
        workers = .allocate(capacity: max(1, workerCount))
        answering = .allocate(capacity: max(1, workerCount))
        let groups = plan.groups.indices.filter { index in
            endpoints.contains { $0.group == index }
        }
        laneCount = groups.count
        lanes = .allocate(capacity: max(1, laneCount))
        for (lane, group) in groups.enumerated() {
            (lanes + lane).initialize(
                to: QueueLane(group: group, workers: endpoints.count { $0.group == group }))
        }
        var timerCount = 0
        var lagWorkers = [Int](repeating: -1, count: plan.groups.count)
        for (index, endpoint) in endpoints.enumerated() {
            let group = plan.groups[endpoint.group]
            let receiving = group.receiving!
            (workers + index).initialize(
                to: QueueWorker(
                    group: endpoint.group, lane: groups.firstIndex(of: endpoint.group)!,
                    plan: group, receiving, queue: plan.queues[receiving.queue],
                    receiver: endpoint.receiver, ledger: ledgers[receiving.queue],
                    reader: reading.reader(ofEvents: plan.readsEvents(group: endpoint.group)),
                    book: group.handler == .none ? nil : applied[endpoint.group]))
            timerCount += workers[index].slots + 1
            if endpoint.member == 0 { lagWorkers[endpoint.group] = index }
        }
        self.lagWorkers = lagWorkers
        timers = TimerHeap(capacity: timerCount)
        ticket = UInt64(thread + 1) << 40
        for index in 0..<workerCount { lanes[workers[index].lane].append(index) }
    }

    @inlinable
    deinit {
        workers.deinitialize(count: workerCount)
        workers.deallocate()
        lanes.deinitialize(count: laneCount)
        lanes.deallocate()
        answering.deallocate()
    }
}

extension QueueCrew {
    /// Does what is due; returns how much that was, and adds what was received to `received`.
    @inlinable
    mutating func step(
        now: Nanoseconds, bank: UnsafeMutablePointer<ConsumerBank>,
        freezes: UnsafeMutablePointer<FreezeList>, received: inout UInt64
    ) -> Int {
        var work = completeDue(now: now, bank: bank)
        if answeringCount > 0 { work &+= collectAnswers(bank: bank) }
        var lane = 0
        while lane < laneCount {
            if !freezes[lanes[lane].group].isFrozen(now) {
                let count = receive(lane: lane, now: now, bank: bank)
                received &+= UInt64(count)
                work &+= count
            }
            lane &+= 1
        }
        return work
    }

    /// The measurement begins at `start`.
    func begin(at start: Nanoseconds) {
        for index in 0..<workerCount {
            workers[index].mendedAt = workers[index].poisonUntil.map { start + $0 } ?? .max
        }
    }

    /// When something is due here without a new message; `.max` for never.
    @usableFromInline
    var nextDue: Nanoseconds { timers.nextDue }

    /// The lag of a group, told by the thread that carries its first worker; nil from others.
    func lagSample(group: Int, tick: Int64, now: Nanoseconds) -> WorkerLagSample? {
        let worker = lagWorkers[group]
        guard worker >= 0 else { return nil }
        let depth = workers[worker].receiver._withUnsafeGuaranteedRef { $0.depth(now: now) }
        return WorkerLagSample(
            tick: tick, group: Int32(group), records: depth.retained, age: depth.oldestAge,
            endOffset: Int64(depth.stored), committedOffset: Int64(depth.stored) - depth.retained,
            takenAt: now)
    }

    /// Most messages that the workers of each group had in their hands at one time.
    var held: [Int: HeldMessages] {
        var held: [Int: HeldMessages] = [:]
        for index in 0..<workerCount {
            held[workers[index].group, default: HeldMessages()].add(workers[index].peak)
        }
        return held
    }

    /// Ends every endpoint on the thread that used it; the first failure, if any.
    mutating func close() -> DriverError? {
        var failure: DriverError?
        for receiver in receivers {
            do throws(DriverError) {
                try receiver.close(deadline: nanosecondsPerSecond)
            } catch {
                failure = failure ?? error
            }
        }
        return failure
    }
}
