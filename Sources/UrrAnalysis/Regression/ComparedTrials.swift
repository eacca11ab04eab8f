import Glibc
import UrrResults

/// One metric in the trials of both sides, sorted by circumstances: a trial is compared only with
/// trials of the same block and the same placement.
public struct ComparedTrials: Sendable {
    /// Circumstances.
    struct Key: Hashable, Comparable {
        let block: Int
        let placement: TrialPlacement

        static func < (left: Key, right: Key) -> Bool {
            (left.block, left.placement) < (right.block, right.placement)
        }
    }

    /// Name of the metric.
    public let metric: String
    /// The unit and direction; nil where no trial has the metric.
    public let figure: TrialFigure?
    /// Values that are compared, as logarithms, with the sign that makes greater worse.
    let strata: [RankTest.Stratum]
    /// All values of the baseline and of the candidate, as they are.
    let baseline, candidate: [Double]
    /// Trials on each side that are compared.
    let used: (baseline: Int, candidate: Int)
    /// Why the metric cannot be compared; nil where it can.
    let problem: String?

    /// Sorts the values of `metric`. Runs that are INVALID do not count.
    public init(_ metric: String, baseline: [TrialRecord], candidate: [TrialRecord]) {
        self.metric = metric
        let sides = [baseline, candidate].map { $0.filter { $0.verdict != .invalid } }
        let figures = sides.map { $0.compactMap { $0.figures[metric] } }
        figure = figures[0].first ?? figures[1].first
        self.baseline = figures[0].compactMap(\.value)
        self.candidate = figures[1].compactMap(\.value)
        let sign = figure?.direction == .higherIsBetter ? -1.0 : 1.0
        var groups: [Key: RankTest.Stratum] = [:]
        for (side, trials) in sides.enumerated() {
            for trial in trials {
                guard let value = trial.figures[metric]?.value, value.isFinite, value > 0 else {
                    continue
                }
                let key = Key(block: trial.block ?? 0, placement: trial.placement)
                var stratum = groups[key] ?? RankTest.Stratum(first: [], second: [])
                if side == 0 {
                    stratum.first.append(sign * log(value))
                } else {
                    stratum.second.append(sign * log(value))
                }
                groups[key] = stratum
            }
        }
        strata = groups.sorted { $0.key < $1.key }.map(\.value).filter(\.isUsable)
        used = (
            strata.reduce(0) { $0 + $1.first.count }, strata.reduce(0) { $0 + $1.second.count }
        )
        problem = Self.problem(
            metric, [baseline, candidate], figures, isPaired: !strata.isEmpty)
    }

    private static func problem(
        _ metric: String, _ sides: [[TrialRecord]], _ figures: [[TrialFigure]], isPaired: Bool
    ) -> String? {
        for (name, (trials, found)) in zip(["baseline", "candidate"], zip(sides, figures)) {
            let valid = trials.count { $0.verdict != .invalid }
            if trials.isEmpty { return "the \(name) has no trial" }
            if valid == 0 { return "every trial of the \(name) is INVALID" }
            if found.isEmpty { return "no trial of the \(name) has this metric" }
            if let figure = found.first(where: { $0.value == nil }) {
                return "\(name): \(figure.notMeasurable ?? "not measured")"
            }
            if found.contains(where: { !($0.value ?? 0).isFinite || ($0.value ?? 0) <= 0 }) {
                return "the \(name) has values of 0 or below, of which there are no ratios"
            }
        }
        let metrics = Set(figures.joined().map { "\($0.unit.rawValue), \($0.direction.rawValue)" })
        if metrics.count > 1 { return "unit or direction differ: \(metrics.sorted())" }
        return isPaired ? nil : "no two trials of the two sides had the same placement"
    }
}
