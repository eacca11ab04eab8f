import UrrDriver
import UrrMeasure
import UrrPlatform
import UrrStore

/// One run of a plan against a driver: makes the endpoints, the workers and their recorders, runs
/// them on threads or in virtual time, and adds up what they recorded.
///
/// Generic over driver and clock and inlinable down to the loops, so that the executable, where
/// both are concrete, gets loops without a witness call in them.
public final class RunSession<Driver: MessageDriver, Clock: MonotonicClock>: @unchecked Sendable {
    @usableFromInline let plan: RunPlan
    @usableFromInline let clock: Clock
    @usableFromInline let driver: Driver
    @usableFromInline let control: RunControl
    let probe: AllocationProbe
    let collector: Collector
    let observer: (any RunObserver)?
    let producerRecorders: [IntervalRecorder<ProducerBank>]
    let consumerRecorders: [IntervalRecorder<ConsumerBank>]
    /// The banks behind the recorders, which do not own what their banks point to.
    private let producerBanks: [ProducerBank]
    private let consumerBanks: [ConsumerBank]
    private let followUpBanks: [ProducerBank]
    /// Endpoint of each (worker, entry); nil where the worker has no instance of the entry.
    let producerEndpoints: [[Driver.Producer?]]
    let consumerEndpoints: [[ConsumerEndpoint<Driver.Consumer>]]
    /// Endpoints as which each consuming worker publishes.
    let followUpEndpoints: [[(entry: Int, producer: Driver.Producer)]]
    /// What it records there; nil for a worker that publishes nothing.
    let followUpRecorders: [IntervalRecorder<ProducerBank>?]
    let receivers: [[(group: Int, member: Int, receiver: Driver.Receiver)]]
    let redrivers: [any QueueRedriver]
    let sequences: [SequenceCounters]
    let queueSequences: [SequenceCounters]
    let ledgers: [QueueLedger]
    let filler: Filler
    let trackers: [SequenceTracker]
    /// What is known of each group's partitions.
    let books: [GroupBook]
    /// Where groups remember what they have handled; nil for those that do not.
    let stores: [(any IdempotencyStore)?]
    let idleMembers: [Int]
    /// Written by each worker at its end, read after it was joined.
    let reports: UnsafeMutablePointer<WorkerReport>
    let unsent: UnsafeMutablePointer<[Int: [UInt64]]>
    let offered: UnsafeMutablePointer<[Int: [UInt64]]>
    let refusals: UnsafeMutablePointer<RefusalBook>
    let endings: UnsafeMutablePointer<WorkerEnding>
    let cpus: [Int]

    /// Prepares everything: provisions the target and makes endpoints and memory. Nothing flows
    /// yet. `stores` makes the idempotency stores that groups name. Cold.
    public init(
        plan: RunPlan, driver: Driver, clock: Clock, probe: AllocationProbe,
        stores factory: StoreFactory = .memory, observer: (any RunObserver)? = nil
    ) throws(RunError) {
        self.plan = plan
        self.clock = clock
        self.driver = driver
        self.probe = probe
        self.observer = observer
        cpus = plan.pin ? PinnedThread.allowedCPUs() : []
        control = RunControl(workers: plan.producerWorkers, consumers: plan.consumerWorkers)
        let endpoints = try Self.endpoints(plan, driver, factory)
        producerEndpoints = endpoints.producers
        consumerEndpoints = endpoints.consumers
        receivers = endpoints.receivers
        redrivers = endpoints.redrivers
        followUpEndpoints = endpoints.followUps
        idleMembers = endpoints.idleMembers
        stores = endpoints.stores
        do {
            producerBanks = try Self.producerBanks(plan, workers: plan.producerWorkers)
            let publishing = endpoints.followUps.indices.filter {
                !endpoints.followUps[$0].isEmpty
            }
            followUpBanks = try Self.producerBanks(plan, workers: publishing.count)
            let recorders = Self.recorders(followUpBanks)
            followUpRecorders = endpoints.followUps.indices.map { worker in
                publishing.firstIndex(of: worker).map { recorders[$0] }
            }
            consumerBanks = try Self.consumerBanks(plan)
            producerRecorders = Self.recorders(producerBanks)
            consumerRecorders = Self.recorders(consumerBanks)
            ledgers = try Self.ledgers(plan)
            collector = try Collector(
                plan: plan, producers: producerRecorders + recorders,
                consumers: consumerRecorders, observer: observer)
        } catch {
            throw RunError.memory(error)
        }
        sequences = plan.topology.topics.map {
            SequenceCounters(instances: plan.producerInstances, partitions: $0.partitions)
        }
        queueSequences = plan.queues.map {
            SequenceCounters(instances: $0.senders.count, partitions: $0.messageGroups)
        }
        filler = Filler(seed: plan.seed, byteCount: plan.largestMessageBytes)
        trackers = plan.groups.indices.map {
            SequenceTracker(
                partitions: plan.partitions(ofGroup: $0).count, producers: plan.producerInstances)
        }
        books = plan.groups.indices.map { group in
            GroupBook(plan.partitions(ofGroup: group)) {
                driver.position(group: group, of: $0).committedOffset
            }
        }
        let workers = plan.producerWorkers + plan.consumerWorkers
        reports = .allocate(capacity: workers)
        unsent = .allocate(capacity: plan.producerWorkers)
        unsent.initialize(repeating: [:], count: plan.producerWorkers)
        offered = .allocate(capacity: plan.producerWorkers)
        offered.initialize(repeating: [:], count: plan.producerWorkers)
        refusals = .allocate(capacity: plan.producerWorkers)
        refusals.initialize(repeating: RefusalBook(), count: plan.producerWorkers)
        endings = .allocate(capacity: workers)
        endings.initialize(repeating: WorkerEnding(), count: workers)
        for worker in 0..<workers {
            (reports + worker).initialize(to: Self.report(worker, plan: plan, cpus: cpus))
        }
    }

    deinit {
        reports.deallocate()
        unsent.deinitialize(count: plan.producerWorkers)
        unsent.deallocate()
        offered.deinitialize(count: plan.producerWorkers)
        offered.deallocate()
        refusals.deinitialize(count: plan.producerWorkers)
        refusals.deallocate()
        endings.deinitialize(count: plan.producerWorkers + plan.consumerWorkers)
        endings.deallocate()
        producerBanks.forEach { $0.deallocate() }
        consumerBanks.forEach { $0.deallocate() }
        followUpBanks.forEach { $0.deallocate() }
    }

    private static func report(_ worker: Int, plan: RunPlan, cpus: [Int]) -> WorkerReport {
        let isProducer = worker < plan.producerWorkers
        return WorkerReport(
            role: isProducer ? .producer : .consumer,
            number: isProducer ? worker : worker - plan.producerWorkers,
            cpu: cpus.isEmpty ? nil : cpus[worker % cpus.count])
    }

    /// Whether entries of one topic share a worker's endpoint. Answers belong to the entry that
    /// sent the message, so where there are answers each entry has its own endpoint.
    static var sharesEndpoints: Bool { Driver.semantics.acknowledgement == .onFlush }

    /// The plan's topology with the number of endpoints that are really made.
    static func topology(_ plan: RunPlan) -> Topology {
        var topology = plan.topology
        guard !sharesEndpoints else { return topology }
        for topic in topology.topics.indices {
            topology.topics[topic].producerEndpoints = (0..<plan.producerWorkers).reduce(0) {
                sum, worker in
                sum
                    + plan.producers.count {
                        $0.destination == .topic(topic) && plan.carries($0, worker: worker)
                    }
            }
        }
        return topology
    }

    /// Two banks for each worker that sends.
    private static func producerBanks(
        _ plan: RunPlan, workers: Int
    ) throws(MemoryError) -> [ProducerBank] {
        var banks: [ProducerBank] = []
        for _ in 0..<2 * workers {
            banks.append(
                try ProducerBank(entries: plan.producers.count, segments: plan.segmentCount))
        }
        return banks
    }

    /// Two banks for each consuming worker.
    private static func consumerBanks(_ plan: RunPlan) throws(MemoryError) -> [ConsumerBank] {
        var banks: [ConsumerBank] = []
        // Room for eight seconds of samples: the director collects every second.
        let instants = Int(8 * nanosecondsPerSecond / plan.lagInterval) + 1
        let samples = instants * max(1, plan.groups.count)
        for _ in 0..<2 * plan.consumerWorkers {
            banks.append(
                try ConsumerBank(
                    groups: plan.groups.count, segments: plan.segmentCount, lagCapacity: samples,
                    tellsKeys: plan.tellsKeys))
        }
        return banks
    }

    private static func recorders<Bank>(_ banks: [Bank]) -> [IntervalRecorder<Bank>] {
        stride(from: 0, to: banks.count, by: 2).map { IntervalRecorder(banks[$0], banks[$0 + 1]) }
    }

    // MARK: - Loops

    @usableFromInline
    func makeProducerLoop(_ worker: Int, simulated: Bool) -> ProducerLoop<Driver, Clock> {
        ProducerLoop(
            worker: worker, plan: plan, clock: clock, simulated: simulated, control: control,
            recorder: producerRecorders[worker], endpoints: producerEndpoints[worker],
            sequences: { [sequences, queueSequences] producer in
                switch producer.destination {
                case .topic(let index): sequences[index]
                case .queue(let index): queueSequences[index]
                }
            }, filler: filler,
            measurement: SelfMeasurement(report: reports[worker], probe: probe))
    }

    @usableFromInline
    func makeConsumerLoop(_ worker: Int, simulated: Bool) -> ConsumerLoop<Driver, Clock> {
        ConsumerLoop(
            worker: worker, plan: plan, clock: clock, simulated: simulated, control: control,
            recorder: consumerRecorders[worker], driver: driver,
            endpoints: consumerEndpoints[worker], trackers: trackers, books: books,
            receivers: receivers[worker], ledgers: ledgers,
            redrives: worker == 0 ? RedriveSchedule(plan.redrives, redrivers) : RedriveSchedule(),
            filler: filler,
            measurement: SelfMeasurement(
                report: reports[plan.producerWorkers + worker], probe: probe),
            followUps: FollowUpEndpoints(
                endpoints: followUpEndpoints[worker], sequences: sequences,
                recorder: followUpRecorders[worker]))
    }

    @usableFromInline
    func keepReport(ofProducer loop: borrowing ProducerLoop<Driver, Clock>) {
        reports[loop.worker] = loop.measurement.report
        unsent[loop.worker] = loop.unsent()
        offered[loop.worker] = loop.offered()
        refusals[loop.worker] = loop.refusals()
        endings[loop.worker] = WorkerEnding(
            warmupUnsent: loop.warmupUnsent, repeats: loop.repeatFindings(),
            copies: loop.copies(), fallbacks: loop.fallbackFindings(), events: loop.eventBooks(),
            closeFailure: loop.closeFailure)
    }

    @usableFromInline
    func keepReport(ofConsumer loop: borrowing ConsumerLoop<Driver, Clock>) {
        reports[plan.producerWorkers + loop.worker] = loop.measurement.report
        endings[plan.producerWorkers + loop.worker] = WorkerEnding(
            services: loop.serviceEnding, faults: loop.report, redrives: loop.redrives.tasks,
            closeFailure: loop.closeFailure)
    }
}

/// What a worker leaves behind beside its report.
struct WorkerEnding {
    /// Warm-up messages that its time was too short for.
    var warmupUnsent: UInt64 = 0
    /// What repeats came to, by producer entry.
    var repeats: [Int: RepeatFindings] = [:]
    /// Copies that retry storms put into the target, by producer entry.
    var copies: [Int: UInt64] = [:]
    /// What became of sends that failed, by producer entry that keeps them.
    var fallbacks: [Int: FallbackFindings] = [:]
    /// What was sent, as far as it says something, by producer entry.
    var events: [Int: EventFigures] = [:]
    /// What services came to.
    var services = ServiceEnding()
    /// What a consuming worker knows about faults.
    var faults = FaultReport()
    /// What the redrives came to.
    var redrives: [RedriveTask] = []
    /// Why an endpoint could not be ended in order.
    var closeFailure: DriverError?
}

/// Why a run could not be started.
public enum RunError: Error, CustomStringConvertible {
    /// The driver refused or could not.
    case driver(DriverError)
    /// Memory for the measurements could not be had.
    case memory(MemoryError)
    /// A thread could not be started.
    case thread(ThreadError)
    /// An idempotency store could not be reached or refused.
    case store(StoreError)
    /// A simulation in which nothing can happen any more and that has not ended.
    case stalled(at: Nanoseconds)
    /// A simulation in which something happens for ever at one instant.
    case endless(at: Nanoseconds)

    /// The message for the user.
    public var description: String {
        switch self {
        case .driver(let error): error.description
        case .memory(let error): error.description
        case .thread(let error): error.description
        case .store(let error): error.description
        case .stalled(let instant): "the simulation came to a standstill at \(instant) ns"
        case .endless(let instant):
            "the simulation does not get beyond \(instant) ns: a closed loop without think time "
                + "needs a handler that takes time, or a log that fills"
        }
    }
}
