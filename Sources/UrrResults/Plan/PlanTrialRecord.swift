/// One simulated run of a plan.
public struct PlanTrialRecord: Codable, Sendable, Equatable {
    /// Why it was made: `consumers`, `partitions`, `neighbour`, `margin`, `rule` or `what-if`.
    public var purpose: String
    /// The size that was tried.
    public var size: PlanSize
    /// What the rates of the plan were multiplied with.
    public var loadFactor: Double
    /// Whether every objective held and the whole load was handled.
    public var held: Bool
    /// Why not, in words; empty where everything held.
    public var reasons: [String]
    /// The objectives with their values.
    public var objectives: [ThresholdRecord]
    /// Greatest lag of the group, in messages.
    public var lagPeak: Int64
    /// From the greatest lag until it was back; nil where it did not come back.
    public var recoveryNs: Int64?
    /// Members that had no partition.
    public var idleMembers: Int
    /// The run over time; nil where it is not shown.
    public var series: PlanSeriesRecord?

    /// A record of the given values; see the properties.
    public init(
        purpose: String, size: PlanSize, loadFactor: Double = 1, held: Bool,
        reasons: [String] = [], objectives: [ThresholdRecord], lagPeak: Int64,
        recoveryNs: Int64? = nil, idleMembers: Int = 0, series: PlanSeriesRecord? = nil
    ) {
        self.purpose = purpose
        self.size = size
        self.loadFactor = loadFactor
        self.held = held
        self.reasons = reasons
        self.objectives = objectives
        self.lagPeak = lagPeak
        self.recoveryNs = recoveryNs
        self.idleMembers = idleMembers
        self.series = series
    }

    func validate(_ path: String) throws(ResultError) {
        guard let series else { return }
        let count = series.instantsNs.count
        for (name, other) in [
            ("lag", series.lag.count), ("responseP99Ns", series.responseP99Ns.count),
            ("offeredPerSecond", series.offeredPerSecond.count),
        ] where other != count {
            throw .malformed(
                path: "\(path).series.\(name)", reason: "\(other) values for \(count) instants")
        }
    }
}

/// The planned group over time. All lists are of the same length.
public struct PlanSeriesRecord: Codable, Sendable, Equatable {
    /// Ends of the intervals, from the start of the run.
    public var instantsNs: [Int64]
    /// Greatest lag of each interval; nil where it was not sampled.
    public var lag: [Int64?]
    /// 99th percentile of the response of each interval; nil where there were too few samples.
    public var responseP99Ns: [Int64?]
    /// Messages a second that were offered in each interval.
    public var offeredPerSecond: [Double]

    /// A record of the given values; see the properties.
    public init(
        instantsNs: [Int64], lag: [Int64?], responseP99Ns: [Int64?], offeredPerSecond: [Double]
    ) {
        self.instantsNs = instantsNs
        self.lag = lag
        self.responseP99Ns = responseP99Ns
        self.offeredPerSecond = offeredPerSecond
    }
}

/// A simulated variant of a plan.
public struct PlanVariantRecord: Codable, Sendable, Equatable {
    /// What it is called.
    public var name: String
    /// What is different, in a sentence.
    public var change: String
    /// What came out; nil where the variant could not be simulated.
    public var trial: PlanTrialRecord?
    /// Why it could not; nil where it was.
    public var omitted: String?

    /// A record of the given values; see the properties.
    public init(
        name: String, change: String, trial: PlanTrialRecord? = nil, omitted: String? = nil
    ) {
        self.name = name
        self.change = change
        self.trial = trial
        self.omitted = omitted
    }
}
