import UrrDriver
import UrrPlatform
import UrrWorkload

/// Why a message was left out.
@usableFromInline
enum DropReason: UInt8 {
    case shed
    case expired
    case shortCircuited
}

/// What a group does against a backlog, frozen for a run.
public struct RemedyPlan: Sendable {
    /// Most messages that are handled in one go.
    public var batchMessages: Int
    /// What a batch costs beside its messages.
    public var batchCost: Nanoseconds
    /// Age at which a message is not handled any more; `.max` for none.
    public var timeToLive: Nanoseconds
    /// Messages that a member may be behind before it leaves any out; `.max` for any number.
    public var shedLag: Int64
    /// Topics whose messages are left out then.
    public var shedTopics: [Int]
    /// Whose messages come first.
    public var polling: PollingSpec
    /// What keeps a member from a handler that fails.
    public var breaker: CircuitBreakerSpec?

    /// The plan of a spec.
    public init(_ spec: RemedySpec) {
        batchMessages = spec.batching?.messages ?? 1
        batchCost = spec.batching?.cost ?? 0
        timeToLive = spec.timeToLive ?? .max
        shedLag = spec.shedding.map { Int64($0.lag) } ?? .max
        shedTopics = spec.shedding?.topicIndexes ?? []
        polling = spec.polling
        breaker = spec.circuitBreaker
    }

    /// Whether messages may be left out.
    public var mayDrop: Bool { timeToLive != .max || shedLag != .max || breaker != nil }
    /// Whether topics differ in a poll.
    public var hasPreference: Bool { polling != .inTurn }
    /// Whether there is any.
    public var isActive: Bool { mayDrop || hasPreference || batchMessages > 1 }
}

/// The remedies of one member at work.
@usableFromInline
struct MemberRemedies {
    @usableFromInline let isActive: Bool
    @usableFromInline let mayDrop: Bool
    @usableFromInline let hasPreference: Bool
    @usableFromInline let batchMessages: Int
    @usableFromInline let batchCost: Nanoseconds
    private let timeToLive: Nanoseconds
    let shedLag: Int64
    private let shedTopics: [Int]
    private let topics: [Int]
    private let polling: PollingSpec
    private(set) var breaker: CircuitBreaker?
    /// How far the member is behind, as of its last poll.
    var lag: Int64 = 0
    /// The message behind the batch that is being handled.
    @usableFromInline var batchEnd = 0
    /// Whether messages of a lane may be shed.
    private var shedLanes: [Bool] = []
    /// Lanes by topic, in the order in which the group names them, and where the next poll of each
    /// begins.
    private var lanesByTopic: [[Int32]] = []
    private var turns: [Int]
    /// Messages of this poll by topic.
    var taken: [Int]
    private let weightSum: Int

    init(_ plan: RemedyPlan, topics: [Int]) {
        isActive = plan.isActive
        mayDrop = plan.mayDrop
        hasPreference = plan.hasPreference
        batchMessages = plan.batchMessages
        batchCost = plan.batchCost
        timeToLive = plan.timeToLive
        shedLag = plan.shedLag
        shedTopics = plan.shedTopics
        polling = plan.polling
        breaker = plan.breaker.map { CircuitBreaker($0) }
        self.topics = topics
        turns = topics.map { _ in 0 }
        taken = topics.map { _ in 0 }
        weightSum =
            if case .weighted(let weights) = plan.polling { weights.reduce(0, +) } else { 1 }
    }

    /// The member has other partitions.
    mutating func takeLanes(_ assignment: [TopicPartition]) {
        shedLanes = assignment.map { shedTopics.contains($0.topic) }
        lanesByTopic = topics.map { topic in
            assignment.indices.filter { assignment[$0].topic == topic }.map { Int32($0) }
        }
    }

    /// Messages of a poll of `limit` that fall to the topic at `place` at first.
    func quota(_ place: Int, of limit: Int) -> Int {
        guard case .weighted(let weights) = polling else { return limit }
        return max(1, limit * weights[place] / weightSum)
    }

    /// A poll begins: nothing is taken, and in each topic another lane comes first.
    mutating func beginPoll() {
        for place in taken.indices {
            taken[place] = 0
            turns[place] += 1
        }
    }

    /// Topics to poll.
    var topicCount: Int { topics.count }

    /// Lane number `number` of the topic at `place`, in the order of this poll; nil behind the last.
    func lane(_ place: Int, _ number: Int) -> Int32? {
        let count = lanesByTopic[place].count
        return number < count ? lanesByTopic[place][(turns[place] + number) % count] : nil
    }

    /// What becomes of a message that would be handled from `instant` on.
    mutating func decide(
        lane: Int32, intended: Nanoseconds, at instant: Nanoseconds
    ) -> (decision: CircuitBreaker.Decision, reason: DropReason) {
        if instant - intended > timeToLive { return (.skip, .expired) }
        if lag > shedLag, shedLanes[Int(lane)] { return (.skip, .shed) }
        let decision = breaker?.decide(at: instant) ?? .handle
        return (decision, .shortCircuited)
    }

    /// A handler ended.
    mutating func ended(after duration: Nanoseconds, at instant: Nanoseconds) {
        breaker?.ended(after: duration, at: instant)
    }
}
