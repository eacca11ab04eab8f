import UrrResults

/// Compares the trials of two sides metric by metric.
///
/// A metric is called regressed where an exact rank test, corrected for the number of metrics
/// after Holm, and a bootstrap interval both say that it is worse by more than the noise band; and
/// not regressed where the same test rules out the slow-down that had to be found. See the article
/// "Regressions" for why, and how often either is wrong.
public enum Comparison {
    /// Compares `metrics` at `level`: the probability of a false alarm over all of them. With
    /// `detectable` false the minimum detectable effects are left out, which take most of the time.
    public static func compare(
        metrics: [String], baseline: [TrialRecord], candidate: [TrialRecord],
        rules: ComparisonRules, level: Double, detectable: Bool = true
    ) -> [MetricComparison] {
        let samples = metrics.map {
            ComparedTrials($0, baseline: baseline, candidate: candidate)
        }
        let all = baseline.count + candidate.count
        var results = samples.map { MetricComparison($0, of: all, rules: rules) }
        let adjusted = Holm.adjusted(results.map(\.probability))
        for index in results.indices {
            let strata = samples[index].strata
            results[index].adjusted = adjusted[index]
            results[index].decide(
                level: level, rules: rules, least: RankTest.leastProbability(strata),
                family: metrics.count)
            guard detectable, let estimate = RatioEstimate(strata) else { continue }
            results[index].minimumDetectableEffect =
                DetectableEffect(
                    strata, estimate, band: results[index].band,
                    level: level / Double(metrics.count))?.value()
        }
        return results
    }

    /// What the metrics come to together: regressed where one is, not regressed where all are not.
    public static func outcome(of metrics: [MetricComparison]) -> ComparisonOutcome {
        if metrics.contains(where: { $0.outcome == .regressed }) { return .regressed }
        return metrics.contains { $0.outcome == .inconclusive } ? .inconclusive : .notRegressed
    }
}
