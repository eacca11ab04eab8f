import UrrAnalysis

/// How often comparisons are wrong whose truth is known: what the statistics promise against what
/// they do.
struct ComparisonExperiment: Sendable {
    let noise: NoiseModel

    /// The promises: at most 1 % false alarms over all metrics of a comparison of a build with
    /// itself; at least 95 % of the slow-downs found that were said to be detectable; at most 5 %
    /// of the slow-downs that have to be found called "not regressed".
    func answers(_ mode: ExperimentMode) -> [KnownAnswer] {
        let count = mode.isShort ? 60 : 1000
        let same = ComparisonSimulation(noise: noise, slowdown: 0).run(count)
        let silent = same.comparisons - same.regressed
        return [answer("A/A without alarm, of \(count)", 0.99, silent, same.comparisons)]
            + [0.05, 0.1, 0.3].flatMap { found($0, of: count) }
    }

    private func found(_ slowdown: Double, of count: Int) -> [KnownAnswer] {
        let tally = ComparisonSimulation(noise: noise, slowdown: slowdown).run(count)
        let percent = "\(Int((slowdown * 100).rounded())) %"
        // How many are found of all of them is no promise: it is what the noise leaves.
        let found = Int((100 * Double(tally.found) / Double(max(1, tally.metrics))).rounded())
        let missed = answer(
            "\(percent) not cleared, of \(tally.metrics) (\(found) % found)", 0.95,
            tally.metrics - tally.missed, tally.metrics)
        guard tally.detectable > 0 else { return [missed] }
        let detected = answer(
            "\(percent) found, of \(tally.detectable) detectable", 0.95, tally.detected,
            tally.detectable)
        return [detected, missed]
    }

    private func answer(
        _ quantity: String, _ expected: Double, _ part: Int, _ whole: Int
    ) -> KnownAnswer {
        KnownAnswer(
            experiment: noise.name, quantity: quantity, expected: expected,
            measured: Double(part) / Double(whole), tolerance: 0)
    }
}
