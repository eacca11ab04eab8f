import UrrDriver
import UrrMeasure
import UrrPlatform
import UrrWorkload

/// The life of one producing worker as a state machine: `step` does what is due and returns. A
/// thread calls it in a loop; a simulation calls it when virtual time has come.
@usableFromInline
struct ProducerLoop<Driver: MessageDriver, Clock: MonotonicClock>: ~Copyable {
    @usableFromInline let worker: Int
    @usableFromInline let clock: Clock
    @usableFromInline let simulated: Bool
    @usableFromInline let control: RunControl
    @usableFromInline let recorder: IntervalRecorder<ProducerBank>
    @usableFromInline let open: UnsafeMutablePointer<ProducerSource<Driver>>
    @usableFromInline let openCount: Int
    @usableFromInline let closedLoops: UnsafeMutablePointer<ClosedLoopSource<Driver>>
    @usableFromInline let closedCount: Int
    @usableFromInline let plan: RunPlan
    @usableFromInline var state = RunState.ready
    @usableFromInline var reported = RunState.ready
    @usableFromInline var measurement: SelfMeasurement
    /// Messages of the warm-up that its time was too short for.
    @usableFromInline var warmupUnsent: UInt64 = 0
    /// Why an endpoint could not be ended in order.
    @usableFromInline var closeFailure: DriverError?
    private let endpoints: [Driver.Producer?]

    /// The loop of worker number `worker` over the endpoints made for it, one per entry that has
    /// an instance here; `endpoints[entry]` is nil for the others.
    @usableFromInline
    init(
        worker: Int, plan: RunPlan, clock: Clock, simulated: Bool, control: RunControl,
        recorder: IntervalRecorder<ProducerBank>, endpoints: [Driver.Producer?],
        sequences: (ProducerPlan) -> SequenceCounters, filler: Filler,
        measurement: SelfMeasurement
    ) {
        self.worker = worker
        self.plan = plan
        self.clock = clock
        self.simulated = simulated
        self.control = control
        self.recorder = recorder
        self.measurement = measurement
        self.endpoints = endpoints
        open = .allocate(capacity: max(1, plan.producers.count))
        closedLoops = .allocate(capacity: max(1, plan.producers.count))
        var openCount = 0
        var closedCount = 0
        for (entry, producer) in plan.producers.enumerated() {
            guard let endpoint = endpoints[entry] else { continue }
            let source = ProducerSource<Driver>(
                producer, entry: entry, worker: worker, of: plan.producerWorkers, run: plan,
                endpoint: endpoint, sequences: sequences(producer), filler: filler)
            if let loop = producer.closedLoop {
                (closedLoops + closedCount).initialize(
                    to: ClosedLoopSource(
                        source, inFlight: loop.inFlight, thinkTime: loop.thinkTime,
                        firstIndex: UInt64(worker) << 40))
                closedCount += 1
            } else {
                (open + openCount).initialize(to: source)
                openCount += 1
            }
        }
        self.openCount = openCount
        self.closedCount = closedCount
    }

    @inlinable
    deinit {
        open.deinitialize(count: openCount)
        open.deallocate()
        closedLoops.deinitialize(count: closedCount)
        closedLoops.deallocate()
    }
}

// MARK: - Stepping

extension ProducerLoop {
    /// Does what is due; returns how much that was. 0 means that the caller may idle.
    @inlinable
    mutating func step() -> Int {
        let current = control.state
        if current != state { follow(current) }
        recorder.flipIfAsked()
        let bank = recorder.active
        let now = clock.now()
        var work = 0
        var index = 0
        while index < openCount {
            work &+= open[index].sendDue(now: now, clock: clock, bank: bank)
            if open[index].repeats.count > 0 {
                work &+= open[index].sendRepeats(now: now, clock: clock, bank: bank)
            }
            if open[index].fallback.count > 0 {
                work &+= open[index].reprocess(now: now, clock: clock, bank: bank)
            }
            work &+= open[index].collectCompletions(clock: clock, bank: bank) { _, _ in }
            index &+= 1
        }
        index = 0
        while index < closedCount {
            work &+= closedLoops[index].sendReady(now: now, clock: clock, bank: bank)
            work &+= closedLoops[index].collect(clock: clock, bank: bank)
            index &+= 1
        }
        measurement.round(now: now, work: work)
        if work == 0, reported != state { reportIfFinished() }
        return work
    }

    /// Takes up the state that the director has entered. Cold: six times in a run.
    @inline(never)
    @usableFromInline
    mutating func follow(_ next: RunState) {
        state = next
        let start = control.start(of: next)
        switch next {
        case .warmup: begin(.warmup, at: start, length: plan.warmup)
        case .measure:
            warmupUnsent = unsentNow()
            begin(.measure, at: start, length: plan.measure)
            measurement.begin(now: clock.now(), messages: accepted, simulated: simulated)
        case .stop:
            sendRest()
            measurement.end(now: clock.now(), messages: accepted, simulated: simulated)
            closeEndpoints()
        case .ready, .settle, .drain: break
        }
    }

    /// Warm-up messages that were due and are given up.
    private func unsentNow() -> UInt64 {
        var sum: UInt64 = 0
        guard plan.warmup > 0 else { return 0 }
        for index in 0..<openCount {
            sum += open[index].remaining(until: .max / 2).reduce(0, +)
        }
        return sum
    }

    /// Sends off what waits in a batch and takes the answers that are there, so that it is known what
    /// became of as many messages as can be.
    private mutating func sendRest() {
        let bank = recorder.active
        for index in 0..<openCount where open[index].batch.messages > 0 {
            open[index].flush(now: clock.now(), clock: clock, bank: bank)
            _ = open[index].collectCompletions(clock: clock, bank: bank) { _, _ in }
        }
        for index in 0..<closedCount where closedLoops[index].source.batch.messages > 0 {
            closedLoops[index].flush(now: clock.now(), clock: clock, bank: bank)
            _ = closedLoops[index].collect(clock: clock, bank: bank)
        }
    }

    /// Ends every endpoint on the thread that used it.
    private mutating func closeEndpoints() {
        for endpoint in endpoints {
            do throws(DriverError) {
                try endpoint?.close(deadline: nanosecondsPerSecond)
            } catch {
                closeFailure = closeFailure ?? error
            }
        }
    }

    private mutating func begin(
        _ phase: ArrivalPhase, at start: Nanoseconds, length: Nanoseconds
    ) {
        for index in 0..<openCount {
            let entry = open[index].entry
            open[index].begin(
                phase, of: plan.producers[entry].samplers, at: start, length: length)
            if phase == .measure {
                let name = plan.producers[entry].name
                open[index].storms = ChanceWindows(
                    plan.faults.retryWindows(of: entry, start: start), seed: plan.seed,
                    stream: "retry-" + name)
                open[index].failures = ChanceWindows(
                    plan.faults.sendFailureWindows(of: entry, start: start), seed: plan.seed,
                    stream: "send-failure-" + name)
            }
        }
        for index in 0..<closedCount {
            let entry = closedLoops[index].source.entry
            closedLoops[index].begin(
                phase, of: plan.producers[entry].samplers, at: start, until: start + length)
        }
    }

    /// Tells the director when this phase's schedule is sent, flushed and acknowledged.
    @inline(never)
    @usableFromInline
    mutating func reportIfFinished() {
        guard state == .warmup || state == .measure || state == .drain else { return }
        let now = clock.now()
        for index in 0..<openCount where !open[index].isFinished { return }
        for index in 0..<closedCount where !closedLoops[index].isFinished(now: now) { return }
        reported = state
        control.reportFinished(worker: worker, state: state)
    }

    /// Whether there may be something to do at this instant that no schedule tells of: answers.
    @inlinable
    var isAsking: Bool {
        if closedCount > 0 { return true }
        for index in 0..<openCount where open[index].answersLater { return true }
        return false
    }

    /// When this worker next has something to do without a change from outside; `.max` for never.
    @inlinable
    func nextDue() -> Nanoseconds {
        guard state != .ready, state != .stop else { return .max }
        let now = clock.now()
        var earliest = Nanoseconds.max
        for index in 0..<openCount { earliest = min(earliest, open[index].nextAction) }
        for index in 0..<closedCount {
            earliest = min(earliest, closedLoops[index].nextDue(now: now))
        }
        return earliest
    }

    /// Messages by second of the measured schedule and entry, by their intended time.
    func offered() -> [Int: [UInt64]] {
        var result: [Int: [UInt64]] = [:]
        for index in 0..<openCount { result[open[index].entry] = open[index].offered }
        for index in 0..<closedCount {
            result[closedLoops[index].source.entry] = closedLoops[index].source.offered
        }
        return result
    }

    /// Messages that were accepted and then refused.
    func refusals() -> RefusalBook {
        var book = RefusalBook()
        for index in 0..<openCount {
            book.add(
                open[index].refusedMessages, to: plan.producers[open[index].entry].destination)
        }
        for index in 0..<closedCount {
            let entry = closedLoops[index].source.entry
            book.add(
                closedLoops[index].source.refusedMessages, to: plan.producers[entry].destination)
        }
        return book
    }

    /// What was sent, as far as it says something, by entry.
    func eventBooks() -> [Int: EventFigures] {
        var result: [Int: EventFigures] = [:]
        for index in 0..<openCount {
            result[open[index].entry] = open[index].events?.book.figures
        }
        for index in 0..<closedCount {
            let entry = closedLoops[index].source.entry
            result[entry] = closedLoops[index].source.events?.book.figures
        }
        return result
    }

    /// Copies that retry storms put into the target, by entry.
    func copies() -> [Int: UInt64] {
        var result: [Int: UInt64] = [:]
        for index in 0..<openCount { result[open[index].entry] = open[index].copiesStored }
        return result
    }

    /// What fallbacks came to, by entry that has one.
    func fallbackFindings() -> [Int: FallbackFindings] {
        var result: [Int: FallbackFindings] = [:]
        for index in 0..<openCount where open[index].fallback.capacity > 0 {
            result[open[index].entry] = open[index].fallbackFindings
        }
        return result
    }

    /// What repeats came to, by entry, beside what is in the tallies.
    func repeatFindings() -> [Int: RepeatFindings] {
        var result: [Int: RepeatFindings] = [:]
        for index in 0..<openCount { result[open[index].entry] = open[index].repeatFindings }
        for index in 0..<closedCount {
            result[closedLoops[index].source.entry] = closedLoops[index].source.repeatFindings
        }
        return result
    }

    /// Messages of the measured schedule that this worker has not sent and should have by the end
    /// of the run, by entry and second.
    func unsent() -> [Int: [UInt64]] {
        var result: [Int: [UInt64]] = [:]
        guard state == .stop else { return result }
        let end = control.start(of: .stop)
        for index in 0..<openCount where open[index].measured {
            result[open[index].entry] = open[index].remaining(until: end)
        }
        return result
    }

    /// Messages that were sent so far, in all phases.
    private var accepted: UInt64 {
        var sum: UInt64 = 0
        for index in 0..<openCount { sum += open[index].accepted }
        for index in 0..<closedCount { sum += closedLoops[index].source.accepted }
        return sum
    }
}
