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
        return [
            answer(
                "\(percent) found, of \(tally.detectable) detectable", 0.95, tally.detected,
                tally.detectable),
            answer(
                "\(percent) not cleared, of \(tally.metrics)", 0.95,
                tally.metrics - tally.missed, tally.metrics),
            answer("\(percent) found, of all", 0.95, tally.found, tally.metrics),
        ]
    }

    private func answer(
        _ quantity: String, _ expected: Double, _ part: Int, _ whole: Int
    ) -> KnownAnswer {
        KnownAnswer(
            experiment: noise.name, quantity: quantity, expected: expected,
            measured: whole == 0 ? 1 : Double(part) / Double(whole), tolerance: 0)
    }
}
