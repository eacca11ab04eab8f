import Glibc
import UrrResults

/// What a comparison comes to.
public enum ComparisonOutcome: String, Codable, Sendable, Equatable {
    /// Worse by more than the noise band, beyond reasonable doubt.
    case regressed
    /// A slow-down of the size that had to be found is ruled out.
    case notRegressed = "not regressed"
    /// Neither.
    case inconclusive
}

/// One metric of two sides, compared.
public struct MetricComparison: Codable, Sendable, Equatable {
    /// Name of the metric.
    public var metric: String
    /// Its unit.
    public var unit: MetricUnit
    /// Which way is up.
    public var direction: MetricDirection
    /// Medians of all values of each side; nil where there are none.
    public var baseline, candidate: Double?
    /// Trials that were compared on each side, and those set aside for want of a like one.
    public var trials: TrialCounts
    /// Candidate by baseline: ratio of the medians of aligned values; nil where there is none.
    public var ratio: Double?
    /// 95 % bootstrap interval of the ratio.
    public var lower, upper: Double?
    /// Probability of such a result where the candidate is not worse by more than the band.
    public var probability: Double
    /// The same after Holm's correction for the number of metrics.
    public var adjusted: Double
    /// Probability of such a result where it is worse by `effect` or more.
    public var missProbability: Double
    /// Probability of such a result where the candidate is not better by more than the band.
    public var betterProbability: Double
    /// See `DetectableEffect`; nil where these trials cannot find any.
    public var minimumDetectableEffect: Double?
    /// The noise band and the slow-down that had to be found.
    public var band, effect: Double
    /// What it comes to.
    public var outcome: ComparisonOutcome
    /// Whether it is better, beyond reasonable doubt.
    public var isImproved: Bool
    /// Why it is inconclusive.
    public var reason: String?

    /// How much worse the candidate is, as a share: positive is worse.
    public var worsening: Double? {
        ratio.map { direction == .higherIsBetter ? 1 / $0 - 1 : $0 - 1 }
    }
}

/// How many trials a metric was compared with.
public struct TrialCounts: Codable, Sendable, Equatable {
    /// Compared, of the baseline and of the candidate.
    public var baseline, candidate: Int
    /// Set aside: INVALID, or no trial of the other side was like them.
    public var setAside: Int
}

extension MetricComparison {
    /// Compares one metric at `level`, to be shared by `family` metrics. The outcome is not yet
    /// corrected for their number: see `Comparison`.
    init(_ trials: ComparedTrials, of all: Int, rules: ComparisonRules) {
        metric = trials.metric
        unit = trials.figure?.unit ?? .share
        direction = trials.figure?.direction ?? .neutral
        baseline = Quantile.median(trials.baseline)
        candidate = Quantile.median(trials.candidate)
        self.trials = TrialCounts(
            baseline: trials.used.baseline, candidate: trials.used.candidate,
            setAside: all - trials.used.baseline - trials.used.candidate)
        band = rules.band(of: trials.metric)
        effect = rules.effect(of: trials.metric)
        probability = 1
        adjusted = 1
        missProbability = 1
        betterProbability = 1
        outcome = .inconclusive
        isImproved = false
        reason = trials.problem
        guard trials.problem == nil, let estimate = RatioEstimate(trials.strata) else { return }
        let sign = direction == .higherIsBetter ? -1.0 : 1.0
        ratio = exp(sign * estimate.value)
        if let interval = estimate.interval {
            let ends = [exp(sign * interval.lower), exp(sign * interval.upper)].sorted()
            lower = ends[0]
            upper = ends[1]
        }
        probability =
            RankTest(trials.strata, shift: log(1 + band))?.probabilityGreater ?? 1
        missProbability = RankTest(trials.strata, shift: log(1 + effect))?.probabilityLess ?? 1
        betterProbability = RankTest(trials.strata, shift: -log(1 + band))?.probabilityLess ?? 1
    }

    /// Whether the whole interval says that the candidate is worse by more than the band: asked
    /// for beside the test, so that no interval contradicts its outcome.
    var isIntervalWorse: Bool {
        guard let lower, let upper else { return false }
        return direction == .higherIsBetter ? upper * (1 + band) < 1 : lower > 1 + band
    }

    private var isIntervalBetter: Bool {
        guard let lower, let upper else { return false }
        return direction == .higherIsBetter ? lower > 1 + band : upper * (1 + band) < 1
    }

    /// Decides, after `adjusted` is known.
    mutating func decide(level: Double, rules: ComparisonRules, least: Double, family: Int) {
        if adjusted <= level, isIntervalWorse {
            outcome = .regressed
        } else if missProbability <= rules.miss {
            outcome = .notRegressed
            isImproved = betterProbability <= level / Double(max(1, family)) && isIntervalBetter
        } else if reason == nil {
            reason = undecided(level: level, least: least, family: family)
        }
    }

    private func undecided(level: Double, least: Double, family: Int) -> String {
        let enough = Self.trialsNeeded(level / Double(max(1, family)))
        if trials.baseline < 2 || trials.candidate < 2 {
            return "one trial on a side says nothing about how much trials differ; nothing can be "
                + "concluded with fewer than \(enough) on each side"
        }
        if least > level / Double(max(1, family)) {
            return "too few trials: nothing can be proved with fewer than \(enough) alike on each "
                + "side"
        }
        let percent = (effect * 1000).rounded() / 10
        return "neither a difference nor its absence is proved; a slow-down of \(percent) % may be "
            + "hidden in the noise"
    }

    /// Trials on each side with which a rank test can reach a probability at all.
    static func trialsNeeded(_ level: Double) -> Int {
        (1...1000).first { 1 / RankTest.choices(2 * $0, $0) <= level } ?? 1000
    }
}
