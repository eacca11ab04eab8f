import UrrPlatform

/// What a run does, as a value: the decoded and checked content of a workload file.
///
/// A spec made by `WorkloadFile.load` has passed every rule of the file format. One built in code
/// (tests, searches over parameters) has not; `WorkloadSpec.problems` applies the rules that go
/// beyond single values.
public struct WorkloadSpec: Sendable, Equatable {
    /// Seed of a file that states none.
    public static let defaultSeed: UInt64 = 42

    /// The name under which results are filed.
    public var name: String
    /// What the workload is for, in words.
    public var description: String
    /// Selects all random streams of the run.
    public var seed: UInt64
    /// Lengths of the parts of the run.
    public var phases: PhasesSpec
    /// The topics, in the order of the file.
    public var topics: [TopicSpec]
    /// The queues, in the order of the file.
    public var queues: [QueueSpec]
    /// The producer entries, in the order of the file.
    public var producers: [ProducerSpec]
    /// The consumer groups, in the order of the file.
    public var consumers: [ConsumerSpec]
    /// When dead letters are moved back, in the order of the file.
    public var redrives: [RedriveScheduleSpec]
    /// What goes wrong during the run, in the order of the file.
    public var faults: [FaultSpec]
    /// Threads that carry the instances.
    public var workers: WorkersSpec
    /// What the run must reach to pass.
    public var thresholds: [ThresholdSpec]
    /// How much of each message is checked on delivery.
    public var verification: VerificationMode
    /// The variants that a sweep runs; nil where the file names none. A single run ignores it.
    public var sweep: SweepSpec?

    /// A spec made in code; nothing is checked.
    public init(
        name: String, description: String = "", seed: UInt64 = defaultSeed, phases: PhasesSpec,
        topics: [TopicSpec] = [], queues: [QueueSpec] = [], producers: [ProducerSpec],
        consumers: [ConsumerSpec] = [], redrives: [RedriveScheduleSpec] = [],
        faults: [FaultSpec] = [],
        workers: WorkersSpec = WorkersSpec(), thresholds: [ThresholdSpec] = [],
        verification: VerificationMode = .header
    ) {
        self.name = name
        self.description = description
        self.seed = seed
        self.phases = phases
        self.topics = topics
        self.queues = queues
        self.producers = producers
        self.consumers = consumers
        self.redrives = redrives
        self.faults = faults
        self.workers = workers
        self.thresholds = thresholds
        self.verification = verification
    }

    /// The largest message that may be sent to `target`.
    public func maximumMessageSize(of target: MessageTarget) -> Int {
        switch target {
        case .topic(let index): topics[index].maximumMessageSize
        case .queue(let index): queues[index].maximumMessageSize
        }
    }
}

/// How much of a message is compared with what was sent.
public enum VerificationMode: String, Sendable, CaseIterable {
    /// The trace header: times, sequence, key and origin.
    case header
    /// Every byte.
    case full
    /// Nothing: to see what checking costs.
    case none
}

/// Lengths of the parts of a run.
public struct PhasesSpec: Sendable, Equatable {
    /// Load at the initial rate of each producer; nothing of it is reported.
    public var warmup: Nanoseconds
    /// The timeline of the producers; what is reported.
    public var measure: Nanoseconds
    /// Longest time that consumers get, after the last arrival, to read what is left.
    public var drain: Nanoseconds

    /// Lengths in nanoseconds; `measure` above 0, the others 0 or above.
    public init(warmup: Nanoseconds = 0, measure: Nanoseconds, drain: Nanoseconds = 30_000_000_000)
    {
        self.warmup = warmup
        self.measure = measure
        self.drain = drain
    }
}

/// A part of a run during which producers send; selects the random streams of the samplers.
public enum ArrivalPhase: String, Sendable, CaseIterable {
    /// Before the measurement.
    case warmup
    /// The measurement.
    case measure
}

/// What a worker does while it finds nothing to do.
public enum IdleMode: String, Sendable, CaseIterable {
    /// Never give the core away.
    case spin
    /// Spin, then yield.
    case yield
    /// Spin, yield, then sleep.
    case park

    /// The strategy that the worker uses.
    public var strategy: IdleStrategy {
        switch self {
        case .spin: .spin
        case .yield: .yield
        case .park: .park
        }
    }
}

/// The threads that carry producer instances and consumer members.
public struct WorkersSpec: Sendable, Equatable {
    /// Producer threads; nil leaves the choice to the engine.
    public var producers: Int?
    /// Consumer threads; nil leaves the choice to the engine.
    public var consumers: Int?
    /// Whether each thread is bound to one core.
    public var pin: Bool
    /// What a thread without work does.
    public var idle: IdleMode

    /// Counts of at least 1, or nil.
    public init(
        producers: Int? = nil, consumers: Int? = nil, pin: Bool = true, idle: IdleMode = .yield
    ) {
        self.producers = producers
        self.consumers = consumers
        self.pin = pin
        self.idle = idle
    }
}
