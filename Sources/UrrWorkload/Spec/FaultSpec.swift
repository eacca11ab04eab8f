import UrrPlatform

/// When a fault strikes, counted from the start of the measure phase.
public enum FaultTimes: Sendable, Equatable {
    /// Once.
    case at(Nanoseconds)
    /// At `first` and every `period` after it until the measure phase ends.
    case every(first: Nanoseconds, period: Nanoseconds)
    /// `count` times between `from` and `until`, drawn from the seed.
    case random(count: Int, from: Nanoseconds, until: Nanoseconds)

    /// The instants, in order, of the fault that stands at `index` in the file. `measure` is the
    /// length of the phase. A pure function of its arguments.
    public func instants(seed: UInt64, index: Int, measure: Nanoseconds) -> [Nanoseconds] {
        switch self {
        case .at(let instant): return [instant]
        case .every(let first, let period):
            return Array(stride(from: first, to: measure, by: Int64.Stride(period)))
        case .random(let count, let from, let until):
            let random = IndexedRandom(seed: seed, stream: "fault-\(index)")
            return (0..<count).map {
                from + Nanoseconds(random.unit(UInt64($0)) * Double(until - from))
            }.sorted()
        }
    }
}

/// Where in the life of a message a consumer crashes.
public enum CrashPoint: String, Sendable, CaseIterable {
    /// When messages were received and not yet handled.
    case beforeHandling = "before-handling"
    /// When a message was handled and its offset not yet committed.
    case beforeCommit = "before-commit"
}

/// Which partition or key a handler is slow for; everything where nothing is said.
public struct SlowScope: Sendable, Equatable {
    /// Number of the partition, in each topic of the group that has it.
    public var partition: Int?
    /// Number of the key.
    public var key: Int?

    /// A scope; nil is no limit.
    public init(partition: Int? = nil, key: Int? = nil) {
        self.partition = partition
        self.key = key
    }
}

/// Where a group is sent to read again.
public enum SeekTarget: Sendable, Equatable {
    /// The oldest message that is retained.
    case earliest
    /// One offset, in every partition.
    case offset(Int64)
    /// The first message that was sent at this instant of the measure phase or later.
    case time(Nanoseconds)
}

/// What goes wrong. Groups and producers are indexes into the workload's lists.
///
/// Where Trogdor (Kafka's fault injector) has the fault, it has Trogdor's name: `process-stop`.
public enum FaultKind: Sendable, Equatable {
    /// A member ends without a word, and is started again after `downtime`; nil leaves it away.
    /// `member` nil lets the seed choose one.
    case consumerCrash(group: Int, member: Int?, point: CrashPoint, downtime: Nanoseconds?)
    /// A member finishes what it has received, leaves in order, and is back after `absence`.
    case consumerLeave(group: Int, member: Int?, absence: Nanoseconds?)
    /// `members` more members join, and leave again after `stay`.
    case consumerJoin(group: Int, members: Int, stay: Nanoseconds?)
    /// A member's process stands still for a time.
    case processStop(group: Int, member: Int?, length: Nanoseconds)
    /// Handlers take `factor` times as long, and `delay` on top, for a time.
    case slowHandler(
        group: Int, scope: SlowScope, factor: Double, delay: Nanoseconds, length: Nanoseconds)
    /// A share of a producer's messages is sent again `copies` times, as if the acknowledgement had
    /// been lost.
    case retryStorm(producer: Int, share: Double, copies: Int, length: Nanoseconds)
    /// A topic or queue is away for a time: every send to it fails, and nobody receives from it.
    case outage(target: MessageTarget, length: Nanoseconds)
    /// A share of a producer's sends fails.
    case sendFailure(producer: Int, share: Double, length: Nanoseconds)
    /// The time of day jumps; nothing that is measured may move.
    case clockStep(by: Nanoseconds)
    /// A group goes back and reads again.
    case seek(group: Int, target: SeekTarget)

    /// The word that the file uses.
    public var name: String {
        switch self {
        case .consumerCrash: "consumer-crash"
        case .consumerLeave: "consumer-leave"
        case .consumerJoin: "consumer-join"
        case .processStop: "process-stop"
        case .slowHandler: "slow-handler"
        case .retryStorm: "retry-storm"
        case .outage: "outage"
        case .sendFailure: "send-failure"
        case .clockStep: "clock-step"
        case .seek: "seek"
        }
    }

    /// The group that it is about.
    public var group: Int? {
        switch self {
        case .consumerCrash(let group, _, _, _), .consumerLeave(let group, _, _),
            .consumerJoin(let group, _, _), .processStop(let group, _, _),
            .slowHandler(let group, _, _, _, _), .seek(let group, _):
            group
        case .retryStorm, .outage, .sendFailure, .clockStep: nil
        }
    }

    /// Whether members come and go by it, so that the group has to be rebalanced.
    public var changesMembership: Bool {
        switch self {
        case .consumerCrash, .consumerLeave, .consumerJoin, .processStop: true
        case .slowHandler, .retryStorm, .outage, .sendFailure, .clockStep, .seek: false
        }
    }
}

/// One entry of `faults`.
public struct FaultSpec: Sendable, Equatable {
    /// What goes wrong.
    public var kind: FaultKind
    /// When.
    public var times: FaultTimes

    /// A fault made in code; nothing is checked.
    public init(_ kind: FaultKind, _ times: FaultTimes) {
        self.kind = kind
        self.times = times
    }
}
