import UrrDriver
import UrrMeasure
import UrrPlatform

/// The life of one consuming worker as a state machine over many members: `step` does what is due
/// and returns. A thread calls it in a loop; a simulation calls it when virtual time has come.
@usableFromInline
struct ConsumerLoop<Driver: MessageDriver, Clock: MonotonicClock>: ~Copyable {
    @usableFromInline let worker: Int
    @usableFromInline let clock: Clock
    @usableFromInline let simulated: Bool
    @usableFromInline let control: RunControl
    @usableFromInline let recorder: IntervalRecorder<ConsumerBank>
    @usableFromInline let plan: RunPlan
    @usableFromInline let driver: Unmanaged<Driver>
    @usableFromInline let runTag: UInt32
    @usableFromInline let members: UnsafeMutablePointer<Member<Driver>>
    @usableFromInline let memberCount: Int
    /// Members that want to poll, in no order.
    @usableFromInline let polling: UnsafeMutablePointer<Int32>
    @usableFromInline var pollingCount = 0
    @usableFromInline var timers: TimerHeap
    @usableFromInline var scratch: BatchScratch
    /// The workers of queues that this thread carries beside its members.
    @usableFromInline var crew: QueueCrew<Driver, Clock>
    /// Checks bodies, where more than headers is checked.
    @usableFromInline let bodyCheck: BodyCheck
    /// Why an endpoint could not be ended in order.
    @usableFromInline var closeFailure: DriverError?
    private let consumers: [Driver.Consumer]
    @usableFromInline var state = RunState.ready
    @usableFromInline var measurement: SelfMeasurement
    /// Messages that were polled, in all phases.
    @usableFromInline var received: UInt64 = 0
    @usableFromInline let lagInterval: Nanoseconds
    @usableFromInline var nextLagTick: Nanoseconds = 0
    /// When each group stands still.
    @usableFromInline let freezes: UnsafeMutablePointer<FreezeList>
    @usableFromInline let groupCount: Int
    /// When each group's handlers are slow.
    @usableFromInline let slowness: UnsafeMutablePointer<SlowList>
    /// Who has something to poll, in a simulation on a driver that tells.
    @usableFromInline let board: ArrivalBoard?
    /// The member that stands at each place of it; -1 for those without partitions.
    @usableFromInline let memberOnBoard: UnsafeMutablePointer<Int32>
    /// How late this worker notices the end of a handler, in a simulation.
    @usableFromInline let noticing: Nanoseconds
    /// What faults have in store for the members.
    @usableFromInline var agenda = Agenda()
    var report = FaultReport()
    /// Members that wait for their store.
    @usableFromInline var awaiting: [Int] = []
    /// Messages that are committed and not handled, and what the director knows of that.
    @usableFromInline var heldFirst = 0
    @usableFromInline var reportedHeld = false
    /// Partitions whose lag this worker samples, by group.
    let sampled: [[TopicPartition]]
    /// Their states, and since when nobody reads them.
    var lagStates: [LagStates]
    let silence: [SampledSilence]

    /// The loop of worker number `worker` over its members, in the order given.
    @usableFromInline
    init(
        worker: Int, plan: RunPlan, clock: Clock, simulated: Bool, control: RunControl,
        recorder: IntervalRecorder<ConsumerBank>, driver: Driver,
        endpoints: [ConsumerEndpoint<Driver.Consumer>], trackers: [SequenceTracker],
        books: [GroupBook],
        receivers: [(group: Int, member: Int, receiver: Driver.Receiver)], ledgers: [QueueLedger],
        filler: Filler, measurement: SelfMeasurement
    ) {
        self.worker = worker
        self.plan = plan
        self.clock = clock
        self.simulated = simulated
        self.control = control
        self.recorder = recorder
        self.driver = .passUnretained(driver)
        self.measurement = measurement
        bodyCheck = plan.verifiesBodies ? filler.check : .none
        consumers = endpoints.map(\.consumer)
        crew = QueueCrew(
            thread: worker, plan: plan, clock: clock, endpoints: receivers, ledgers: ledgers,
            filler: filler)
        runTag = plan.runTag
        lagInterval = plan.lagInterval
        groupCount = plan.groups.count
        freezes = .allocate(capacity: max(1, groupCount))
        for group in 0..<groupCount {
            (freezes + group).initialize(to: FreezeList([], group: group, start: 0))
        }
        slowness = .allocate(capacity: max(1, groupCount))
        for group in 0..<groupCount {
            (slowness + group).initialize(to: SlowList([], group: group, start: 0))
        }
        sampled = books.map { book in
            book.partitions.enumerated().filter { $0.offset % plan.consumerWorkers == worker }
                .map(\.element)
        }
        lagStates = sampled.map { LagStates(partitions: $0.count) }
        silence = books.map { SampledSilence($0, worker: worker, of: plan.consumerWorkers) }
        let working = endpoints.filter {
            plan.groups[$0.group].isManaged || !$0.consumer.assignment.isEmpty
        }
        awaiting.reserveCapacity(working.count)
        memberCount = working.count
        members = .allocate(capacity: max(1, memberCount))
        polling = .allocate(capacity: max(1, memberCount))
        polling.initialize(repeating: 0, count: max(1, memberCount))
        var handlerSlots = 0
        for (index, endpoint) in working.enumerated() {
            let group = plan.groups[endpoint.group]
            (members + index).initialize(
                to: Member(
                    group: endpoint.group, number: endpoint.member, plan: group,
                    consumer: endpoint.consumer, tracker: trackers[endpoint.group],
                    book: books[endpoint.group], producers: plan.producerInstances,
                    effects: endpoint.effects, keyOrder: endpoint.keyOrder,
                    isVerified: plan.verifies))
            handlerSlots += group.concurrency
        }
        timers = TimerHeap(capacity: handlerSlots)
        scratch = BatchScratch()
        noticing = simulated ? plan.noticing : 0
        // Woken members are handed out to whoever asks first.
        board = simulated && plan.consumerWorkers == 1 ? driver.arrivals : nil
        memberOnBoard = Self.places(of: working, on: board)
        beginPolling()
    }

    /// Lets all members poll but those that join later.
    private mutating func beginPolling() {
        for index in 0..<memberCount {
            if members[index].number < plan.groups[members[index].group].members {
                wantPoll(index)
            } else {
                members[index].life.condition = .outside
            }
        }
    }

    /// The member at each place of `board`; -1 where none of `endpoints` stands there.
    private static func places(
        of endpoints: [ConsumerEndpoint<Driver.Consumer>], on board: ArrivalBoard?
    ) -> UnsafeMutablePointer<Int32> {
        let count = max(1, board?.capacity ?? 0)
        let places = UnsafeMutablePointer<Int32>.allocate(capacity: count)
        places.initialize(repeating: -1, count: count)
        guard let board else { return places }
        for (index, endpoint) in endpoints.enumerated() {
            let place = board.number(group: endpoint.group, member: endpoint.member)
            places[place] = Int32(truncatingIfNeeded: index)
        }
        return places
    }

    @inlinable
    deinit {
        members.deinitialize(count: memberCount)
        members.deallocate()
        polling.deallocate()
        memberOnBoard.deallocate()
        freezes.deinitialize(count: groupCount)
        freezes.deallocate()
        slowness.deinitialize(count: groupCount)
        slowness.deallocate()
    }
}

/// What a worker gets to make a member of.
@usableFromInline
struct ConsumerEndpoint<Consumer: MessageConsumer> {
    var group: Int
    /// Number in the group.
    var member: Int
    var consumer: Consumer
    /// Its business with the group's store, where there is one.
    var effects: EffectGate?
    /// What checks the order of the group's keys, where that is asked for.
    var keyOrder: KeyOrder?
}

// MARK: - Stepping

extension ConsumerLoop {
    /// Does what is due; returns how much that was. 0 means that the caller may idle.
    @inlinable
    mutating func step() -> Int {
        let current = control.state
        if current != state { follow(current) }
        recorder.flipIfAsked()
        let bank = recorder.active
        let now = clock.now()
        var work = 0
        if now >= agenda.next { work &+= runAgenda(now: now, bank: bank) }
        if !awaiting.isEmpty { work &+= pollStores(now: now, bank: bank) }
        work &+= completeDue(now: now, bank: bank)
        if let board, board.hasNews { takeUp(board) }
        var index = 0
        while index < pollingCount {
            let member = Int(polling[index])
            let count =
                members[member].isInstant
                ? pollInstant(member, now: now, bank: bank)
                : pollAndStart(member, now: now, bank: bank)
            work &+= count
            received &+= UInt64(count)
            // A member that took work has left the list; another one stands in its place.
            if index < pollingCount, Int(polling[index]) == member { index &+= 1 }
        }
        if crew.workerCount > 0 {
            work &+= crew.step(now: now, bank: bank, freezes: freezes, received: &received)
        }
        reportHeld()
        if now >= nextLagTick { sampleLag(now: now, bank: bank) }
        measurement.round(now: now, work: work)
        return work
    }

    /// Takes up the state that the director has entered. Cold: six times in a run.
    @inline(never)
    @usableFromInline
    mutating func follow(_ next: RunState) {
        state = next
        let start = control.start(of: next)
        switch next {
        case .measure:
            for group in 0..<groupCount {
                freezes[group] = FreezeList(plan.freezes, group: group, start: start)
                slowness[group] = SlowList(plan.faults.slowdowns, group: group, start: start)
            }
            agenda = makeAgenda(start: start)
            measurement.begin(now: clock.now(), messages: received, simulated: simulated)
        case .stop:
            measurement.end(now: clock.now(), messages: received, simulated: simulated)
            for index in 0..<memberCount {
                members[index].commitHandled()
                countUnfinished(index)
            }
            sampleLagAtEnd()
            closeEndpoints()
        case .ready, .warmup, .settle, .drain: break
        }
    }

    /// When this worker next has something to do without a new message; `.max` for never.
    @inlinable
    func nextDue() -> Nanoseconds {
        let timer = timers.nextDue
        var earliest = min(timer == .max ? .max : timer &+ noticing, nextLagTick, agenda.next)
        if crew.workerCount > 0 {
            earliest = min(earliest, crew.nextDue)
            let event = driver._withUnsafeGuaranteedRef { $0.nextQueueEvent }
            if let event { earliest = min(earliest, event) }
        }
        let now = clock.now()
        for group in 0..<groupCount { earliest = min(earliest, freezes[group].end(of: now)) }
        return earliest
    }

    /// Counts what the member has committed and not handled when the run ends.
    private mutating func countUnfinished(_ index: Int) {
        let member = members + index
        guard member.pointee.commitsFirst else { return }
        for position in member.pointee.pending.head..<member.pointee.pending.tail
        where !member.pointee.pending[position].pointee.isDone {
            report.unfinished[member.pointee.group, default: 0] += 1
        }
    }

    /// Ends every endpoint on the thread that used it.
    private mutating func closeEndpoints() {
        for consumer in consumers {
            do throws(DriverError) {
                try consumer.close(deadline: nanosecondsPerSecond)
            } catch {
                closeFailure = closeFailure ?? error
            }
        }
        closeFailure = closeFailure ?? crew.close()
    }

    /// Whether producers have ended their part, so that everything read is to be settled.
    @inlinable
    var isClosing: Bool { state == .settle || state == .drain }

    /// Whether somebody may have something to do at this instant that no timer tells of.
    @inlinable
    var isAsking: Bool {
        if pollingCount > 0 || crew.workerCount > 0 { return true }
        if let board, board.hasNews { return true }
        return !awaiting.isEmpty
    }

    /// Lets members poll that something has arrived for.
    @inlinable
    mutating func takeUp(_ board: ArrivalBoard) {
        board.takeWoken { place in
            let member = Int(memberOnBoard[place])
            if member >= 0, members[member].wantsToPoll { wantPoll(member) }
        }
    }

    /// Leaves a member alone that found nothing, until something arrives for it. One that commits
    /// from time to time does that at its polls, so it goes on with them.
    @inlinable
    @inline(__always)
    mutating func rest(_ index: Int) {
        guard let board else { return }
        let member = members + index
        guard member.pointee.autoCommitInterval == 0, !member.pointee.isManaged else { return }
        board.sleep(board.number(group: member.pointee.group, member: member.pointee.number))
        stopPolling(index)
    }

    /// Puts a member on the list of those that poll.
    @inlinable
    mutating func wantPoll(_ member: Int) {
        guard members[member].pollingIndex < 0 else { return }
        members[member].pollingIndex = Int32(truncatingIfNeeded: pollingCount)
        polling[pollingCount] = Int32(truncatingIfNeeded: member)
        pollingCount &+= 1
    }

    /// Takes a member off that list; the last one moves into its place.
    @inlinable
    mutating func stopPolling(_ member: Int) {
        let index = Int(members[member].pollingIndex)
        guard index >= 0 else { return }
        pollingCount &-= 1
        let last = polling[pollingCount]
        polling[index] = last
        members[Int(last)].pollingIndex = Int32(truncatingIfNeeded: index)
        members[member].pollingIndex = -1
    }
}
