import Glibc
import UrrResults

/// How much the medians of two sessions of the same build differ on a machine: the noise band of a
/// check against a baseline that was measured at another time. A baseline's own trials calibrate it:
/// a build compared with itself (A/A).
public enum Calibration {
    /// Least band where fewer than `enough` sessions are known. How a machine differs from day to
    /// day cannot be seen in one day.
    public static let fewSessions = 0.03
    /// Sessions from which on their spread is believed.
    static let enough = 4
    /// What a range of two or three medians is multiplied by.
    static let widening = 3.0

    /// The band of `metric`, as a share.
    ///
    /// From four sessions on: what a new session's median stays within with 99 % probability, from
    /// the spread of the sessions' medians (Student's prediction interval, one-sided). With two or
    /// three: three times their range, with one three times the difference of its two halves, but
    /// at least `fewSessions`.
    public static func band(_ metric: String, _ sessions: [[TrialRecord]]) -> Double {
        let medians = sessions.compactMap { median(metric, $0) }
        if medians.count < enough {
            return max(fewSessions, exp(widening * range(metric, sessions, medians)) - 1)
        }
        let count = Double(medians.count)
        let mean = medians.reduce(0, +) / count
        let variance = medians.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / (count - 1)
        let spread = (variance * (1 + 1 / count)).squareRoot()
        return exp(studentQuantile99(freedom: count - 1) * spread) - 1
    }

    /// Greatest difference of two medians: of sessions, or of the halves of the only one.
    private static func range(
        _ metric: String, _ sessions: [[TrialRecord]], _ medians: [Double]
    ) -> Double {
        var compared = medians
        if medians.count == 1, let only = sessions.first(where: { median(metric, $0) != nil }) {
            let ordered = only.sorted { ($0.startedAt, $0.runId) < ($1.startedAt, $1.runId) }
            let half = ordered.count / 2
            compared = [ordered[..<half], ordered[half...]].compactMap { median(metric, Array($0)) }
        }
        guard let least = compared.min(), let most = compared.max() else { return 0 }
        return most - least
    }

    /// Median logarithm in the placement that most of the session's trials have.
    private static func median(_ metric: String, _ trials: [TrialRecord]) -> Double? {
        var groups: [TrialPlacement: [Double]] = [:]
        for trial in trials where trial.verdict != .invalid {
            guard let value = trial.figures[metric]?.value, value.isFinite, value > 0 else {
                continue
            }
            groups[trial.placement, default: []].append(log(value))
        }
        let largest = groups.sorted { $0.key < $1.key }.max { $0.value.count < $1.value.count }
        return largest.flatMap { Quantile.median($0.value) }
    }

    /// The 99 % quantile of Student's distribution from the expansion 26.7.5 of Abramowitz and
    /// Stegun: within 1.5 % from 3 degrees of freedom on.
    static func studentQuantile99(freedom: Double) -> Double {
        let x = NormalDistribution.quantile(0.99)
        let x3 = x * x * x
        let x5 = x3 * x * x
        let x7 = x5 * x * x
        let x9 = x7 * x * x
        let first = (x3 + x) / 4
        let second = (5 * x5 + 16 * x3 + 3 * x) / 96
        let third = (3 * x7 + 19 * x5 + 17 * x3 - 15 * x) / 384
        let fourth = (79 * x9 + 776 * x7 + 1482 * x5 - 1920 * x3 - 945 * x) / 92160
        let f = freedom
        return x + first / f + second / (f * f) + third / (f * f * f) + fourth / (f * f * f * f)
    }
}
