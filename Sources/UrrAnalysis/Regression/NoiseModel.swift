import Glibc
import UrrResults

/// Noise as it is seen on real machines, made up: for simulating comparisons whose truth is known.
public struct NoiseModel: Sendable {
    /// Name in the simulation's table.
    public var name: String
    /// Standard deviation of the logarithm from trial to trial.
    public var spread: Double
    /// Share of the trials that are hit by something, and by how much on average (logarithm).
    public var outliers = (share: 0.03, size: 0.05)
    /// What all trials share: a random walk's step, and a wave with its length in trials.
    public var drift = (step: 0.001, wave: 0.0, length: 40.0)
    /// The other mode: chance to leave each mode after a trial, logarithm of its factor, chance
    /// that the probe names the wrong one.
    public var modes = (change: 0.0, size: 0.0, mislabelled: 0.0)

    /// The models of the simulation. Trials of `closed-loop.json` of half a second on a shared
    /// virtual machine (104 runs, 8 of them not near) deviated by 7 % in throughput and 2 % in the
    /// median response, 10 to 22 % of them by more than three times that, up to 40 %: between "heavy
    /// tails" and "loud". Their 99th percentile deviated by 60 to 110 %, more than any model here.
    public static let all = [
        NoiseModel(name: "quiet", spread: 0.01),
        NoiseModel(
            name: "heavy tails", spread: 0.02, outliers: (0.12, 0.2), drift: (0.002, 0, 40)),
        NoiseModel(name: "drift", spread: 0.012, drift: (0.006, 0.06, 30)),
        NoiseModel(
            name: "near and far", spread: 0.012, outliers: (0.05, 0.1), drift: (0.002, 0.01, 25),
            modes: (0.08, 0.9, 0.03)),
        NoiseModel(name: "loud", spread: 0.06, outliers: (0.1, 0.4), drift: (0.01, 0.05, 20)),
    ]

    /// A model of the given spread; see the properties for the rest.
    public init(
        name: String, spread: Double, outliers: (share: Double, size: Double) = (0.03, 0.05),
        drift: (step: Double, wave: Double, length: Double) = (0.001, 0, 40),
        modes: (change: Double, size: Double, mislabelled: Double) = (0, 0, 0)
    ) {
        self.name = name
        self.spread = spread
        self.outliers = outliers
        self.drift = drift
        self.modes = modes
    }

    /// Trials in the order in which they are run. `slower` says for each by how much (logarithm)
    /// its side is slower; `metrics` share drift and mode, and differ by their own noise.
    func trials(
        slower: [Double], metrics: [String], random: inout SeededRandom
    ) -> [TrialRecord] {
        var walk = 0.0
        let phase = random.unit()
        var isFar = modes.change > 0 && random.unit() < 0.5
        return slower.enumerated().map { index, effect in
            walk += drift.step * random.normal()
            let turns = Double(index) / drift.length + phase
            let shared = walk + drift.wave * sin(2 * Double.pi * turns)
            if random.unit() < modes.change { isFar.toggle() }
            let isWrong = random.unit() < modes.mislabelled
            var figures: [String: TrialFigure] = [:]
            for metric in metrics {
                // A mode that is slower is also less even.
                var value = shared + effect + spread * (isFar ? 2 : 1) * random.normal()
                if isFar { value += modes.size }
                if random.unit() < outliers.share {
                    value -= outliers.size * log(1 - random.unit())
                }
                figures[metric] = TrialFigure(exp(value), .nanoseconds, .lowerIsBetter)
            }
            return TrialRecord(
                runId: "\(index)", startedAt: "", commit: "",
                placement: isFar != isWrong ? .far : .near, verdict: .valid, figures: figures)
        }
    }
}
