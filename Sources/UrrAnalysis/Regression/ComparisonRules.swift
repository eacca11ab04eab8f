import UrrResults

/// When a difference is a regression. All shares are of the baseline: 0.05 is 5 %.
public struct ComparisonRules: Codable, Sendable, Equatable {
    /// Greatest probability that anything is called regressed where nothing is: over all metrics
    /// (shared by Holm's procedure) and all looks of a comparison together.
    public var falseAlarm = 0.008
    /// A slow-down up to this is never called a regression: two builds of the same source differ by
    /// that much through nothing but where their code and data happen to lie.
    public var band = 0.01
    /// Wider bands of single metrics, from a calibration.
    public var bands: [String: Double] = [:]
    /// The slow-down that has to be found: "not regressed" means that one of this size or more is
    /// ruled out.
    public var effect = 0.05
    /// The same for single metrics.
    public var effects: [String: Double] = [:]
    /// Greatest probability, at each look, to rule `effect` out where it is there.
    public var miss = 0.01
    /// The minimum detectable effect is what is found with this probability.
    public var power = 0.95

    /// The standard rules.
    public init() {}

    /// The noise band of a metric.
    public func band(of metric: String) -> Double { max(band, bands[metric] ?? 0) }

    /// The slow-down of a metric that has to be found: five times as much for the far end of a
    /// distribution as for its middle, and always more than the band.
    public func effect(of metric: String) -> Double {
        let general = ComparedMetrics.isTail(metric) ? 5 * effect : effect
        return max(effects[metric] ?? general, 2 * band(of: metric))
    }
}
