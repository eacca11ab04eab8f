import UrrPlatform

/// Handling several messages in one go.
public struct BatchingSpec: Sendable, Equatable {
    /// Most messages of one batch.
    public var messages: Int
    /// What a batch costs beside the service times of its messages.
    public var cost: Nanoseconds

    /// `messages` of at least 2.
    public init(messages: Int, cost: Nanoseconds) {
        self.messages = messages
        self.cost = cost
    }
}

/// Leaving out messages of little weight while a member is behind.
public struct SheddingSpec: Sendable, Equatable {
    /// Messages that a member may be behind, over its partitions, before it leaves any out.
    public var lag: Int
    /// Topics whose messages are left out, as indexes into `WorkloadSpec.topics`.
    public var topicIndexes: [Int]

    /// `lag` of at least 0; topics that the group reads.
    public init(lag: Int, topicIndexes: [Int]) {
        self.lag = lag
        self.topicIndexes = topicIndexes
    }
}

/// Whose messages a poll takes first.
public enum PollingSpec: Sendable, Equatable {
    /// Partitions in turn, whatever their topic.
    case inTurn
    /// Topics in the order in which the group names them: the next where the one before has nothing.
    case strict
    /// A share of each poll for each topic, in that order; what one has no use for is left to the
    /// others.
    case weighted([Int])
}

/// What a member does with messages while its circuit breaker is open.
public enum OpenAction: String, Sendable, CaseIterable {
    /// They fail at once: left out and counted.
    case skip
    /// They wait.
    case pause
}

/// A circuit breaker around the handler of each member.
public struct CircuitBreakerSpec: Sendable, Equatable {
    /// A handler that takes longer counts as failed.
    public var slowerThan: Nanoseconds
    /// Failures in a row after which it opens.
    public var failures: Int
    /// How long it stays open.
    public var open: Nanoseconds
    /// Messages that are tried after that: if all are well it closes, else it opens again.
    public var probes: Int
    /// What becomes of messages meanwhile.
    public var whileOpen: OpenAction

    /// `failures` and `probes` of at least 1.
    public init(
        slowerThan: Nanoseconds, failures: Int, open: Nanoseconds, probes: Int = 1,
        whileOpen: OpenAction = .skip
    ) {
        self.slowerThan = slowerThan
        self.failures = failures
        self.open = open
        self.probes = probes
        self.whileOpen = whileOpen
    }
}

/// What a group does against a backlog, beside having more members.
public struct RemedySpec: Sendable, Equatable {
    /// Handling in batches; nil handles one message at a time.
    public var batching: BatchingSpec?
    /// Leaving out messages while behind; nil never does.
    public var shedding: SheddingSpec?
    /// Whose messages come first.
    public var polling = PollingSpec.inTurn
    /// Age, from the intended sending, at which a message is not handled any more; nil for none.
    public var timeToLive: Nanoseconds?
    /// What keeps a member from a handler that fails; nil for nothing.
    public var circuitBreaker: CircuitBreakerSpec?

    /// No remedy.
    public init() {}
}
