import UrrResults

@testable import UrrAnalysis

/// Trials for tests.
enum Trials {
    /// Trials with these values of one metric.
    static func of(
        _ values: [Double?], metric: String = "response.p50", _ unit: MetricUnit = .nanoseconds,
        _ direction: MetricDirection = .lowerIsBetter, placement: TrialPlacement = .near,
        verdict: Verdict = .valid, block: Int? = nil
    ) -> [TrialRecord] {
        values.enumerated().map { index, value in
            TrialRecord(
                runId: "run-\(index)", startedAt: "2026-11-21T00:00:0\(index % 10)Z",
                commit: "c\(index)", placement: placement, verdict: verdict, block: block,
                figures: [metric: TrialFigure(value, unit, direction)])
        }
    }

    /// `count` values that vary by about 1 % around `middle`.
    static func around(_ middle: Double, _ count: Int, spread: Double = 0.01, seed: UInt64 = 1)
        -> [Double]
    {
        var random = SeededRandom(seed: seed, stream: "trials")
        return (0..<count).map { _ in middle * (1 + spread * random.normal()) }
    }

    /// The comparison of one metric.
    static func compare(
        _ baseline: [TrialRecord], _ candidate: [TrialRecord],
        rules: ComparisonRules = ComparisonRules(), metric: String = "response.p50"
    ) -> MetricComparison {
        Comparison.compare(
            metrics: [metric], baseline: baseline, candidate: candidate, rules: rules,
            level: rules.falseAlarm)[0]
    }
}
