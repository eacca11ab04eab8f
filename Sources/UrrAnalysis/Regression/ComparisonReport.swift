import UrrResults

/// One side of a comparison.
public struct ComparedSide: Codable, Sendable, Equatable {
    /// What the user called it.
    public var name: String
    /// Commits of its trials.
    public var commits: [String]
    /// Trials, INVALID ones included.
    public var trials: Int
    /// INVALID ones.
    public var invalid: Int
    /// How many there are of each placement.
    public var placements: [String: Int]

    /// The side that `trials` are of.
    public init(name: String, trials: [TrialRecord]) {
        self.name = name
        commits = Set(trials.map(\.commit)).sorted()
        self.trials = trials.count
        invalid = trials.count { $0.verdict == .invalid }
        placements = [:]
        for trial in trials { placements[trial.placement.rawValue, default: 0] += 1 }
    }
}

/// The comparison of one workload.
public struct WorkloadComparison: Codable, Sendable, Equatable {
    /// Name of the workload.
    public var workload: String
    /// The two sides.
    public var baseline, candidate: ComparedSide
    /// What differs between the sides and was compared all the same, because that was asked for.
    public var differences: [String]
    /// One entry per metric.
    public var metrics: [MetricComparison]
    /// What a reader must know beside the numbers.
    public var notes: [String]

    /// A comparison of the given values; see the properties.
    public init(
        workload: String, baseline: ComparedSide, candidate: ComparedSide,
        differences: [String] = [], metrics: [MetricComparison], notes: [String] = []
    ) {
        self.workload = workload
        self.baseline = baseline
        self.candidate = candidate
        self.differences = differences
        self.metrics = metrics
        self.notes = notes
    }
}

/// Everything that one command compared: what all reports are made from.
public struct ComparisonReport: Codable, Sendable, Equatable {
    /// Says what kind of file this is.
    public static let schema = "urrbench.comparison"

    /// See `schema`.
    public var schema = Self.schema
    /// Version of the layout.
    public var version = 1
    /// The rules that decided.
    public var rules: ComparisonRules
    /// The hard tier; empty where it was not asked for.
    public var counters: [CounterComparison]
    /// What could not be counted, and why.
    public var notCounted: [String]
    /// The soft tier, one entry per workload.
    public var workloads: [WorkloadComparison]

    /// A report of the given values; see the properties.
    public init(
        rules: ComparisonRules, counters: [CounterComparison] = [], notCounted: [String] = [],
        workloads: [WorkloadComparison] = []
    ) {
        self.rules = rules
        self.counters = counters
        self.notCounted = notCounted
        self.workloads = workloads
    }

    /// What it comes to: regressed where anything is, inconclusive where anything is.
    public var outcome: ComparisonOutcome {
        let outcomes =
            counters.map(\.outcome) + workloads.flatMap { $0.metrics.map(\.outcome) }
        if outcomes.contains(.regressed) { return .regressed }
        return outcomes.contains(.inconclusive) ? .inconclusive : .notRegressed
    }

    /// Names of everything that regressed, `workload: metric` or `case: counter`.
    public var regressions: [String] {
        counters.filter { $0.outcome == .regressed }.map { "\($0.name): \($0.counter)" }
            + workloads.flatMap { workload in
                workload.metrics.filter { $0.outcome == .regressed }.map {
                    "\(workload.workload): \($0.metric)"
                }
            }
    }
}
