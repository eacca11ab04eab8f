import UrrDriver
import UrrEvents
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
    /// How events are read.
    private let reading: EventReading
    /// What services do, by member; nil for members without one.
    private let desks: [ServiceDesk?]
    /// Effects that were applied, by group, and those of them that had been applied before.
    @usableFromInline let applied: [EventBook]
    @usableFromInline let appliedAgain: [EventBook]
    /// Who publishes what follows from handled messages.
    @usableFromInline let senders: UnsafeMutablePointer<FollowUpSender<Driver>>
    @usableFromInline let senderCount: Int
    /// Which of them, by group and form; -1 for none.
    @usableFromInline let senderOfForm: UnsafeMutablePointer<Int32>
    @usableFromInline let formCount = EventForm.all.count
    /// What they record; nil where there are none.
    @usableFromInline let followUps: IntervalRecorder<ProducerBank>?
    /// Handlers that have ended, and whose events the target is too full for.
    @usableFromInline var parked: [TimerHeap.Entry] = []
    /// When a waiting room's scheduler activates somebody; `.max` for never.
    @usableFromInline var nextTick: Nanoseconds = .max
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
    /// The redrives of dead letters that this worker carries.
    @usableFromInline var redrives: RedriveSchedule
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
        redrives: RedriveSchedule, filler: Filler, measurement: SelfMeasurement,
        followUps: FollowUpEndpoints<Driver>
    ) {
        reading = EventReading(plan, filler: filler)
        applied = plan.groups.map { _ in EventBook() }
        appliedAgain = plan.groups.map { _ in EventBook() }
        self.followUps = followUps.recorder
        senderCount = followUps.endpoints.count
        senders = Self.makeSenders(plan, worker: worker, followUps, reading.codec)
        senderOfForm = Self.makeRoutes(plan, followUps)
        self.worker = worker
        self.plan = plan
        self.clock = clock
        self.simulated = simulated
        self.control = control
        self.recorder = recorder
        self.driver = .passUnretained(driver)
        self.measurement = measurement
        self.redrives = redrives
        consumers = endpoints.map(\.consumer)
        crew = QueueCrew(
            thread: worker, plan: plan, clock: clock, endpoints: receivers, ledgers: ledgers,
            reading: reading, applied: applied)
        runTag = plan.runTag
        lagInterval = plan.lagInterval
        groupCount = plan.groups.count
        freezes = .allocate(capacity: max(1, groupCount))
        slowness = .allocate(capacity: max(1, groupCount))
        for group in 0..<groupCount {
            (freezes + group).initialize(to: FreezeList([], group: group, start: 0))
            (slowness + group).initialize(to: SlowList([], group: group, start: 0))
        }
        sampled = books.map { $0.partitions(sampledBy: worker, of: plan.consumerWorkers) }
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
        let desks = Self.makeDesks(plan, working, reading, applied, appliedAgain)
        self.desks = desks
        for (index, endpoint) in working.enumerated() {
            (members + index).initialize(
                to: Member(
                    endpoint, plan, tracker: trackers[endpoint.group], book: books[endpoint.group],
                    reader: reading.reader(ofEvents: plan.readsEvents(group: endpoint.group)),
                    desk: desks[index]))
        }
        let handlerSlots = working.reduce(0) { $0 + plan.groups[$1.group].concurrency }
        timers = TimerHeap(capacity: handlerSlots)
        parked.reserveCapacity(handlerSlots)
        scratch = BatchScratch()
        noticing = simulated ? plan.noticing : 0
        // Woken members are handed out to whoever asks first.
        board =
            simulated && plan.consumerWorkers == 1 && plan.groups.allSatisfy(\.waitsForArrivalsOnly)
            ? driver.arrivals : nil
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

    private static func makeSenders(
        _ plan: RunPlan, worker: Int, _ followUps: FollowUpEndpoints<Driver>, _ codec: EventCodec
    ) -> UnsafeMutablePointer<FollowUpSender<Driver>> {
        let senders = UnsafeMutablePointer<FollowUpSender<Driver>>.allocate(
            capacity: max(1, followUps.endpoints.count))
        for (place, endpoint) in followUps.endpoints.enumerated() {
            (senders + place).initialize(
                to: FollowUpSender(
                    plan, entry: endpoint.entry, worker: worker, endpoint: endpoint.producer,
                    sequences: followUps.sequences[plan.producers[endpoint.entry].topic ?? 0],
                    codec: codec))
        }
        return senders
    }

    /// Which sender publishes, by group and form.
    private static func makeRoutes(
        _ plan: RunPlan, _ followUps: FollowUpEndpoints<Driver>
    ) -> UnsafeMutablePointer<Int32> {
        let forms = EventForm.all.count
        let cells = max(1, plan.groups.count * forms)
        let routes = UnsafeMutablePointer<Int32>.allocate(capacity: cells)
        routes.initialize(repeating: -1, count: cells)
        for (place, endpoint) in followUps.endpoints.enumerated() {
            let group = plan.producers[endpoint.entry].followUpOf ?? 0
            for form in plan.forms(publishedBy: endpoint.entry) {
                routes[group * forms + form] = Int32(place)
            }
        }
        return routes
    }

    private static func makeDesks(
        _ plan: RunPlan, _ members: [ConsumerEndpoint<Driver.Consumer>], _ reading: EventReading,
        _ applied: [EventBook], _ again: [EventBook]
    ) -> [ServiceDesk?] {
        members.map { endpoint in
            let group = plan.groups[endpoint.group]
            guard group.handler != .none else { return nil }
            return ServiceDesk(
                group.handler, reader: reading.events, capacity: group.pendingCapacity,
                applied: applied[endpoint.group], again: again[endpoint.group])
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
        senders.deinitialize(count: senderCount)
        senders.deallocate()
        senderOfForm.deallocate()
        for book in applied { book.deallocate() }
        for book in appliedAgain { book.deallocate() }
    }
}

/// What a worker gets to publish what follows from handled messages.
@usableFromInline
struct FollowUpEndpoints<Driver: MessageDriver> {
    /// One for each producer entry that it publishes as.
    var endpoints: [(entry: Int, producer: Driver.Producer)]
    /// By topic.
    var sequences: [SequenceCounters]
    var recorder: IntervalRecorder<ProducerBank>?
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
        if let followUps { followUps.flipIfAsked() }
        let bank = recorder.active
        let now = clock.now()
        var work = 0
        if now >= agenda.next { work &+= runAgenda(now: now, bank: bank) }
        if now >= redrives.nextDue { work &+= runRedrives(now: now) }
        if !awaiting.isEmpty { work &+= pollStores(now: now, bank: bank) }
        work &+= completeDue(now: now, bank: bank)
        if !parked.isEmpty { work &+= retryParked(now: now, bank: bank) }
        if now >= nextTick { work &+= tick(now: now) }
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
            crew.begin(at: start)
            redrives.begin(at: start)
            startTicking(at: start)
            measurement.begin(now: clock.now(), messages: received, simulated: simulated)
        case .stop:
            measurement.end(now: clock.now(), messages: received, simulated: simulated)
            for index in 0..<memberCount {
                members[index].commitHandled()
                countUnfinished(index)
                members[index].effects?.takeUnretainedValue().close()
            }
            sampleLagAtEnd()
            closeEndpoints()
        case .warmup: startTicking(at: start)
        case .ready, .settle, .drain: break
        }
    }

    /// When this worker next has something to do without a new message; `.max` for never.
    @inlinable
    func nextDue() -> Nanoseconds {
        let timer = timers.nextDue
        var earliest = min(
            timer == .max ? .max : timer &+ noticing, nextLagTick, agenda.next, redrives.nextDue,
            nextTick)
        if crew.workerCount > 0 {
            earliest = min(earliest, crew.nextDue)
            let event = driver._withUnsafeGuaranteedRef { $0.nextQueueEvent }
            if let event { earliest = min(earliest, event) }
        }
        let now = clock.now()
        // A store that is outside answers whenever it does.
        if !awaiting.isEmpty { earliest = min(earliest, now + Self.storeLook) }
        for group in 0..<groupCount { earliest = min(earliest, freezes[group].end(of: now)) }
        return earliest
    }

    /// Time between two looks at a store in virtual time.
    @usableFromInline
    static var storeLook: Nanoseconds { 50_000 }

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
        for index in 0..<senderCount {
            do throws(DriverError) {
                try senders[index].endpoint.takeUnretainedValue().close(
                    deadline: nanosecondsPerSecond)
            } catch {
                closeFailure = closeFailure ?? error
            }
        }
        closeFailure = closeFailure ?? crew.close() ?? redrives.close()
    }

    /// Whether producers have ended their part, so that everything read is to be settled.
    @inlinable
    var isClosing: Bool { state == .settle || state == .drain }

    @inline(never)
    @usableFromInline
    mutating func runRedrives(now: Nanoseconds) -> Int {
        measurement.pauseCounting()
        defer { measurement.resumeCounting() }
        return redrives.run(now: now)
    }

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
