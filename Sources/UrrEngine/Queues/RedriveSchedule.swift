import UrrDriver
import UrrPlatform

/// One redrive of a run: when it was due, when it ran, what it moved.
public struct RedriveTask: Sendable, Equatable {
    /// Index of the dead-letter queue.
    public var source: Int
    /// Index of the queue that its messages go back to.
    public var destination: Int
    /// When it was due, counted from the start of the measurement.
    public var due: Nanoseconds
    /// When it began; nil where it did not, because the one before was under way.
    public var started: Nanoseconds?
    /// When it ended; nil where the run ended first.
    public var ended: Nanoseconds?
    /// Messages that it moved.
    public var moved: UInt64 = 0
    /// Why it could not move all, in words.
    public var failure: String?

    /// Counts its times, but for `due`, from `origin`.
    mutating func count(from origin: Nanoseconds) {
        started = started.map { $0 - origin }
        ended = ended.map { $0 - origin }
    }
}

/// The redrives of a run. One consuming worker carries all of them: a few calls a second.
@usableFromInline
struct RedriveSchedule {
    /// One entry of the plan.
    private struct Entry {
        let plan: RedrivePlan
        let redriver: any QueueRedriver
        /// Place in `tasks` of its first instant, and instants that have begun or been left out.
        let firstTask: Int
        var begun = 0
        /// Place in `tasks` of what is under way.
        var active: Int?
    }

    private var entries: [Entry] = []
    private var origin: Nanoseconds = 0
    /// What there is to do and was done: every instant of every entry.
    private(set) var tasks: [RedriveTask] = []
    /// When `run` has something to do; `.max` for never.
    @usableFromInline private(set) var nextDue: Nanoseconds = .max
    /// Whether messages are being moved or still to be moved.
    @usableFromInline private(set) var isPending = false

    /// Nothing to move.
    init() {}

    /// The redrives of a plan, each with its endpoint.
    init(_ plans: [RedrivePlan], _ redrivers: [any QueueRedriver]) {
        for (plan, redriver) in zip(plans, redrivers) {
            entries.append(Entry(plan: plan, redriver: redriver, firstTask: tasks.count))
            for instant in plan.instants {
                tasks.append(
                    RedriveTask(source: plan.source, destination: plan.destination, due: instant))
            }
        }
    }

    /// The measurement begins at `start`.
    mutating func begin(at start: Nanoseconds) {
        origin = start
        plan()
    }

    /// Begins what is due and goes on with what is under way; returns how much that was.
    mutating func run(now: Nanoseconds) -> Int {
        var work = 0
        for index in entries.indices {
            while let due = nextInstant(entries[index]), due <= now {
                start(index, now: now)
                work += 1
            }
            if let active = entries[index].active, entries[index].redriver.nextDue <= now {
                let before = tasks[active].moved
                note(entries[index].redriver.poll(now: now), of: index, now: now)
                work += Int(tasks[active].moved - before) + 1
            }
        }
        plan()
        return work
    }

    private func nextInstant(_ entry: Entry) -> Nanoseconds? {
        guard entry.begun < entry.plan.instants.count else { return nil }
        return origin + entry.plan.instants[entry.begun]
    }

    /// As in SQS one task of a queue at a time: one that is due meanwhile is left out.
    private mutating func start(_ index: Int, now: Nanoseconds) {
        let task = entries[index].firstTask + entries[index].begun
        entries[index].begun += 1
        let source = entries[index].plan.source
        let isBusy = entries.contains { $0.plan.source == source && $0.active != nil }
        guard !isBusy else {
            tasks[task].failure = "left out: the one before was under way"
            return
        }
        entries[index].active = task
        tasks[task].started = now
        entries[index].redriver.start(entries[index].plan.order, now: now)
        note(entries[index].redriver.poll(now: now), of: index, now: now)
    }

    private mutating func note(_ progress: RedriveProgress, of index: Int, now: Nanoseconds) {
        guard let task = entries[index].active else { return }
        tasks[task].moved = progress.moved
        tasks[task].failure = progress.failure
        guard progress.isDone else { return }
        tasks[task].ended = now
        entries[index].active = nil
    }

    private mutating func plan() {
        nextDue = .max
        isPending = false
        for entry in entries {
            if let due = nextInstant(entry) {
                nextDue = min(nextDue, due)
                isPending = true
            }
            if entry.active != nil {
                nextDue = min(nextDue, entry.redriver.nextDue)
                isPending = true
            }
        }
    }

    /// Ends every endpoint; the first failure, if any.
    func close() -> DriverError? {
        var failure: DriverError?
        for entry in entries {
            do throws(DriverError) {
                try entry.redriver.close(deadline: nanosecondsPerSecond)
            } catch {
                failure = failure ?? error
            }
        }
        return failure
    }
}
