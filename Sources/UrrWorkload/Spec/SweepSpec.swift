/// Which variants of a workload a sweep runs: every combination of the listed values.
public struct SweepSpec: Sendable, Equatable {
    /// Partitions, each for every topic; nil leaves them as they are.
    public var partitions: [Int]?
    /// Members, each for every consumer group; nil leaves them as they are.
    public var consumers: [Int]?
    /// Other values by the path that an override would have.
    public var settings: [SweepSetting]
    /// How often each combination is run.
    public var trials: Int

    /// Trials of a file that states none.
    public static let defaultTrials = 3

    /// A sweep made in code; nothing is checked.
    public init(
        partitions: [Int]? = nil, consumers: [Int]? = nil, settings: [SweepSetting] = [],
        trials: Int = defaultTrials
    ) {
        self.partitions = partitions
        self.consumers = consumers
        self.settings = settings
        self.trials = trials
    }
}

/// A path of the workload and the values that it takes.
public struct SweepSetting: Sendable, Equatable {
    /// As in an override: `producers.0.arrivals.rate`.
    public var path: String
    /// The values as JSON, or as text where they are none.
    public var values: [String]

    /// A setting made in code.
    public init(path: String, values: [String]) {
        self.path = path
        self.values = values
    }
}
