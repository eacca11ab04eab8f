import UrrDriver
import UrrPlatform
import UrrWorkload

/// One time that a fault strikes, with its target chosen.
public struct FaultOccurrence: Sendable {
    /// What it is, in the words of the file.
    public var type: String
    /// When it is due, counted from the start of the measurement.
    public var at: Nanoseconds
    /// Index of the group that it is about.
    public var group: Int?
    /// Number of the member that it is about, where it is about one.
    public var member: Int?
    /// Index of the producer entry that it is about.
    public var producer: Int?
    /// The topic or queue that it is about.
    public var destination: Destination?
}

/// What a worker does to one of its members.
@usableFromInline
enum MemberAction: Sendable {
    case crash(CrashPoint, downtime: Nanoseconds?)
    case leave(absence: Nanoseconds?)
    case join(stay: Nanoseconds?)
    case stop(length: Nanoseconds)
    case replay(SeekTarget)
    case stepClock(by: Nanoseconds)
    // What follows from the others; never planned.
    case comeBack
    case resume
    /// The circuit breaker of a member has been open long enough.
    case tryAgain
    /// The group finds out that the member has crashed.
    case expire
    /// It takes one that stands still for dead.
    case lapse
}

/// A member's action and when it is due, counted from the start of the measurement.
struct PlannedAction: Sendable {
    var at: Nanoseconds
    /// Index of the occurrence that it belongs to.
    var fault: Int
    /// -1 where it is about none; then the first consuming worker does it.
    var group: Int
    var member: Int
    var action: MemberAction
}

/// A time in which handlers of a group are slow, counted from the start of the measurement.
public struct SlowPlan: Sendable {
    /// Index of the group.
    public var group: Int
    /// When it begins.
    public var from: Nanoseconds
    /// How long it lasts.
    public var length: Nanoseconds
    /// Which partition or key it is limited to.
    public var scope: SlowScope
    /// What the service time is multiplied by.
    public var factor: Double
    /// What is added to it.
    public var delay: Nanoseconds
}

/// A time in which a producer entry sends messages again, counted from the start of the measurement.
public struct RetryPlan: Sendable {
    /// Index of the producer entry.
    public var producer: Int
    /// When it begins.
    public var from: Nanoseconds
    /// How long it lasts.
    public var length: Nanoseconds
    /// Share of messages that are sent again.
    public var share: Double
    /// How often each of them is.
    public var copies: Int
}

/// A time in which sends fail, counted from the start of the measurement.
public struct SendFailurePlan: Sendable {
    /// Indices of the producer entries whose sends fail.
    public var producers: [Int]
    /// When it begins.
    public var from: Nanoseconds
    /// How long it lasts.
    public var length: Nanoseconds
    /// Share of sends that fail.
    public var share: Double
}

/// All faults of a run, resolved: what strikes when, and whom. A pure function of the workload.
public struct FaultPlan: Sendable {
    /// Every strike, in order of time.
    public private(set) var occurrences: [FaultOccurrence] = []
    /// What members do, in order of time.
    private(set) var actions: [PlannedAction] = []
    /// Times of slow handlers.
    public private(set) var slowdowns: [SlowPlan] = []
    /// Times of repeated sending.
    public private(set) var retries: [RetryPlan] = []
    /// Times in which sends fail.
    public private(set) var sendFailures: [SendFailurePlan] = []
    /// Times in which groups cannot receive.
    public private(set) var cuts: [FreezePlan] = []
    /// Members that join during the run, by group.
    public private(set) var joiners: [Int] = []

    /// No faults.
    public init() {}

    /// The faults of a checked workload.
    public init(_ spec: WorkloadSpec) {
        joiners = Array(repeating: 0, count: spec.consumers.count)
        var strikes: [(at: Nanoseconds, kind: FaultKind, entry: Int)] = []
        for (entry, fault) in spec.faults.enumerated() {
            let instants = fault.times.instants(
                seed: spec.seed, index: entry, measure: spec.phases.measure)
            strikes += instants.map { ($0, fault.kind, entry) }
        }
        strikes.sort { ($0.at, $0.entry) < ($1.at, $1.entry) }
        let random = IndexedRandom(seed: spec.seed, stream: "fault-members")
        for strike in strikes { add(strike.kind, at: strike.at, spec, random) }
        actions.sort { $0.at < $1.at }
    }

    private mutating func add(
        _ kind: FaultKind, at: Nanoseconds, _ spec: WorkloadSpec, _ random: IndexedRandom
    ) {
        let fault = occurrences.count
        var occurrence = FaultOccurrence(type: kind.name, at: at, group: kind.group)
        func chosen(_ group: Int, _ member: Int?) -> Int {
            member ?? Int(random[UInt64(fault)] % UInt64(spec.consumers[group].instances))
        }
        func act(_ group: Int, _ member: Int, _ action: MemberAction) {
            actions.append(
                PlannedAction(at: at, fault: fault, group: group, member: member, action: action))
        }
        switch kind {
        case .consumerCrash(let group, let member, let point, let downtime):
            occurrence.member = chosen(group, member)
            act(group, occurrence.member!, .crash(point, downtime: downtime))
        case .consumerLeave(let group, let member, let absence):
            occurrence.member = chosen(group, member)
            act(group, occurrence.member!, .leave(absence: absence))
        case .consumerJoin(let group, let members, let stay):
            for _ in 0..<members {
                act(group, spec.consumers[group].instances + joiners[group], .join(stay: stay))
                joiners[group] += 1
            }
        case .processStop(let group, let member, let length):
            occurrence.member = chosen(group, member)
            act(group, occurrence.member!, .stop(length: length))
        case .slowHandler(let group, let scope, let factor, let delay, let length):
            slowdowns.append(
                SlowPlan(
                    group: group, from: at, length: length, scope: scope, factor: factor,
                    delay: delay))
        case .retryStorm(let producer, let share, let copies, let length):
            occurrence.producer = producer
            retries.append(
                RetryPlan(
                    producer: producer, from: at, length: length, share: share, copies: copies))
        case .outage(let target, let length):
            occurrence.destination =
                switch target {
                case .topic(let index): .topic(index)
                case .queue(let index): .queue(index)
                }
            sendFailures.append(
                SendFailurePlan(
                    producers: spec.producers.indices.filter {
                        spec.producers[$0].target == target
                    }, from: at, length: length, share: 1))
            for group in spec.consumers.indices where spec.reads(group: group, target) {
                cuts.append(
                    FreezePlan(group: group, from: at, length: length, stopsHandlers: false))
            }
        case .sendFailure(let producer, let share, let length):
            occurrence.producer = producer
            sendFailures.append(
                SendFailurePlan(producers: [producer], from: at, length: length, share: share))
        case .clockStep(let by): act(-1, -1, .stepClock(by: by))
        case .seek(let group, let target):
            for member in 0..<spec.consumers[group].instances + spec.joiners(group) {
                act(group, member, .replay(target))
            }
        }
        occurrences.append(occurrence)
    }
}

extension WorkloadSpec {
    /// Whether a group reads a topic or queue.
    func reads(group: Int, _ target: MessageTarget) -> Bool {
        switch target {
        case .topic(let index):
            consumers[group].receiving == nil && consumers[group].topicIndexes.contains(index)
        case .queue(let index): consumers[group].receiving?.queueIndex == index
        }
    }
}
