import UrrPlatform

/// One of several load generators that offer one workload together.
///
/// Every generator walks the whole stream of every producer, as every worker does, and sends the
/// messages of its own instances: instance `i`, numbered over all entries, belongs to shard
/// `i % count`. So what all of them offer together does not depend on how many there are.
public struct Shard: Sendable, Equatable {
    /// Most generators of one run.
    public static let mostShards = 10_000

    /// Number of this one, from 0.
    public let index: Int
    /// How many there are.
    public let count: Int

    /// The only generator of a run.
    public static let whole = Shard(index: 0, count: 1)

    private init(index: Int, count: Int) {
        self.index = index
        self.count = count
    }

    /// Number `number` of `count`, from 1; nil where there is no such one.
    public init?(number: Int, of count: Int) {
        guard (1...Self.mostShards).contains(count), (1...count).contains(number) else {
            return nil
        }
        self.init(index: number - 1, count: count)
    }

    /// Number of this one, from 1, as people write it.
    public var number: Int { index + 1 }

    /// Whether it sends the messages of an instance, numbered over all entries.
    public func owns(instance: Int) -> Bool { instance % count == index }
}

extension RunPlan {
    /// What a plan says about its shard that a run of one generator does not need.
    public struct Sharding: Sendable, Equatable {
        /// Which generator this is.
        public var shard = Shard.whole
        /// When the warm-up begins, in the clock of the run; nil for as soon as everything is ready.
        /// All generators begin their measurement `settleTime` after the end of their warm-up, so
        /// that their schedules are one.
        public var start: Nanoseconds?

        /// Time for the backlog of the warm-up to go.
        public static let settleTime: Nanoseconds = 2_000_000_000

        /// The only generator, at once.
        public init() {}
    }
}
