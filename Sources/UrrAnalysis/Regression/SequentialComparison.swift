import UrrResults

/// A comparison that goes on until it is decided: blocks of interleaved trials come in, and at the
/// looks of its schedule it says what is known so far.
public struct SequentialComparison: Sendable {
    /// When is looked.
    public let schedule: TrialSchedule
    /// When a difference is a regression.
    public let rules: ComparisonRules
    /// What is compared.
    public let metrics: [String]
    /// The trials so far.
    public private(set) var baseline: [TrialRecord] = []
    /// The trials so far.
    public private(set) var candidate: [TrialRecord] = []
    /// What the last look said.
    public private(set) var results: [MetricComparison] = []
    /// The probability of a false alarm that the last look could spend.
    public private(set) var level = 0.0

    /// A comparison of `metrics` over at most `blocks` blocks.
    public init(metrics: [String], rules: ComparisonRules, blocks: Int) {
        self.metrics = metrics
        self.rules = rules
        schedule = TrialSchedule(blocks: blocks, falseAlarm: rules.falseAlarm)
    }

    /// Adds the trials of one block.
    public mutating func add(baseline: [TrialRecord], candidate: [TrialRecord]) {
        self.baseline += baseline
        self.candidate += candidate
    }

    /// Looks at the trials so far, of which there are as many blocks as `look` asks for. What was
    /// found to have regressed at an earlier look stays so: its share of the false alarms is spent.
    public mutating func evaluate(_ look: TrialSchedule.Look, detectable: Bool = true) {
        level = look.level
        let before = results.filter { $0.outcome == .regressed }
        results = Comparison.compare(
            metrics: metrics, baseline: baseline, candidate: candidate, rules: rules,
            level: look.level, detectable: detectable)
        for found in before {
            guard let index = results.firstIndex(where: { $0.metric == found.metric }) else {
                continue
            }
            results[index].outcome = .regressed
            results[index].reason = nil
        }
    }

    /// Whether more trials would change nothing: something regressed, or all is well.
    public var isDecided: Bool {
        !results.isEmpty && Comparison.outcome(of: results) != .inconclusive
    }
}
