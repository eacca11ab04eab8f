import UrrPlatform

/// What the director can see of a run without touching a worker's own memory.
protocol RunView {
    /// Whether every producing worker has sent, flushed and seen acknowledged all of `state`.
    func producersHaveFinished(_ state: RunState) -> Bool
    /// Records that are appended but not committed, over all groups.
    func uncommitted() -> Int64
    /// Whether messages are committed and not handled.
    func isHolding() -> Bool
}

/// Leads a run through its states: warm-up, settling, measurement, drain, stop.
///
/// A state machine without threads: `advance` is called with the time and says when it wants to
/// be called again. The measured schedule starts only when the warm-up's backlog is gone, so
/// nothing of it leaks into the figures; where that cannot be had in time it is counted.
@usableFromInline
struct Director {
    /// Where each phase began and ended, in the clock of the run.
    struct Timeline {
        var warmupStart: Nanoseconds = 0
        var measureStart: Nanoseconds = 0
        var measureEnd: Nanoseconds = 0
        var drainEnd: Nanoseconds = 0
    }

    /// Time between two looks while something is awaited.
    static let lookInterval: Nanoseconds = 5_000_000

    private(set) var state = RunState.ready
    /// The last state that was not `.stop`.
    private(set) var phase = RunState.ready
    private(set) var timeline = Timeline()
    /// Warm-up records that were still unhandled when the measurement had to begin.
    private(set) var leakedBacklog: Int64 = 0
    /// Whether everything was sent and handled when the run ended.
    private(set) var drained = false
    private(set) var interrupted = false

    private let control: RunControl
    private let warmup: Nanoseconds
    private let measure: Nanoseconds
    private let drain: Nanoseconds
    /// Time from the decision to start a schedule to its first instant, so that every worker has
    /// taken it up by then.
    private let lead: Nanoseconds
    /// When the warm-up begins where that has been agreed on with other load generators.
    private let start: Nanoseconds?
    private var deadline: Nanoseconds = .max

    init(plan: RunPlan, control: RunControl, lead: Nanoseconds) {
        self.control = control
        self.lead = lead
        warmup = plan.warmup
        measure = plan.measure
        drain = plan.drain
        start = plan.sharding.start
    }

    /// Moves on where it is time to; returns when to call again.
    mutating func advance(now: Nanoseconds, view: some RunView) -> Nanoseconds {
        switch state {
        case .ready: return begin(now: now)
        case .warmup:
            if view.producersHaveFinished(.warmup) || now >= deadline {
                deadline =
                    agreedMeasureStart.map { $0 - 2 * lead } ?? now + max(drain, 1_000_000_000)
                enter(.settle, at: now)
            }
        case .settle:
            let left = view.uncommitted()
            let isQuiet = start == nil && left == 0 && !view.isHolding()
            if isQuiet || now >= deadline {
                leakedBacklog = left
                startMeasuring(now: now)
            }
        case .measure:
            if now >= timeline.measureEnd {
                deadline = timeline.measureEnd + drain
                enter(.drain, at: now)
            }
        case .drain:
            // In this order: a commit before handling comes after the word that there is work.
            if view.producersHaveFinished(.measure), view.uncommitted() == 0, !view.isHolding() {
                drained = true
                finish(now: now)
            } else if now >= deadline {
                finish(now: now)
            }
        case .stop: return .max
        }
        return nextLook(now: now)
    }

    /// Ends the run at once; what was measured so far is kept.
    mutating func interrupt(now: Nanoseconds) {
        guard state != .stop else { return }
        interrupted = true
        if state.rawValue < RunState.measure.rawValue {
            timeline.measureStart = now
            timeline.measureEnd = now
        }
        // A phase that was decided on and has not begun yet has no length.
        timeline.warmupStart = min(timeline.warmupStart, now)
        timeline.measureStart = min(timeline.measureStart, now)
        timeline.measureEnd = min(timeline.measureEnd, now)
        finish(now: now)
    }

    /// Where the run begins: its warm-up, or its measurement where it has none.
    var origin: Nanoseconds { warmup > 0 ? timeline.warmupStart : timeline.measureStart }

    /// When the measurement began, or, before that, would begin at the earliest.
    var measureStart: Nanoseconds {
        state.rawValue < RunState.measure.rawValue
            ? timeline.warmupStart + warmup : timeline.measureStart
    }

    private mutating func begin(now: Nanoseconds) -> Nanoseconds {
        guard warmup > 0 else {
            startMeasuring(now: now)
            return nextLook(now: now)
        }
        timeline.warmupStart = max(now + lead, start ?? 0)
        deadline = timeline.warmupStart + warmup + max(drain, 1_000_000_000)
        enter(.warmup, at: timeline.warmupStart)
        return nextLook(now: now)
    }

    /// When all load generators begin to measure.
    private var agreedMeasureStart: Nanoseconds? {
        start.map { warmup > 0 ? $0 + warmup + RunPlan.Sharding.settleTime : $0 }
    }

    private mutating func startMeasuring(now: Nanoseconds) {
        timeline.measureStart = max(now + lead, agreedMeasureStart ?? 0)
        timeline.measureEnd = timeline.measureStart + measure
        enter(.measure, at: timeline.measureStart)
    }

    private mutating func finish(now: Nanoseconds) {
        timeline.drainEnd = max(now, timeline.measureEnd)
        enter(.stop, at: now)
    }

    private mutating func enter(_ next: RunState, at start: Nanoseconds) {
        state = next
        if next != .stop { phase = next }
        control.enter(next, at: start)
    }

    private func nextLook(now: Nanoseconds) -> Nanoseconds {
        switch state {
        case .warmup:
            let scheduleEnd = timeline.warmupStart + warmup
            return now < scheduleEnd ? scheduleEnd : now + Self.lookInterval
        case .measure: return timeline.measureEnd
        case .settle where start != nil: return max(deadline, now + lead)
        case .ready, .settle, .drain: return now + Self.lookInterval
        case .stop: return .max
        }
    }
}
