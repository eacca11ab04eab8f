import Glibc
import UrrResults

/// A run in a history.
public struct HistoryEntry: Sendable, Equatable {
    /// What it has to share with others to be compared with them.
    public var identity: TrialIdentity
    /// Its numbers.
    public var trial: TrialRecord

    /// An entry of the given values.
    public init(identity: TrialIdentity, trial: TrialRecord) {
        self.identity = identity
        self.trial = trial
    }
}

/// A change of a metric that stayed.
public struct HistoryChange: Codable, Sendable, Equatable {
    /// The first run of the new level.
    public var runId: String
    /// When that run started.
    public var startedAt: String
    /// Commit of that run.
    public var commit: String
    /// Medians of the levels before and after.
    public var before, after: Double
    /// Probability of so clear a change where nothing changes.
    public var probability: Double
    /// Whether the change is for the worse; nil for metrics without a direction.
    public var isWorse: Bool?
}

/// One metric over all runs that are alike.
public struct HistorySeries: Sendable, Equatable {
    /// Name of the metric.
    public var metric: String
    /// Its unit and direction.
    public var unit: MetricUnit
    /// Which way is up.
    public var direction: MetricDirection
    /// Runs that were looked at, and those set aside: of another placement than most, INVALID, or
    /// without a value.
    public var runs, setAside: Int
    /// Median of the level that the series ends on; nil without runs.
    public var latest: Double?
    /// Where it changed, in order of time.
    public var changes: [HistoryChange]
}

/// All runs that are alike, in order of time.
public struct HistoryGroup: Sendable, Equatable {
    /// What they share.
    public var identity: TrialIdentity
    /// The runs.
    public var trials: [TrialRecord]
    /// Placement of most of them: that of the series.
    public var placement: TrialPlacement
    /// One entry per metric.
    public var series: [HistorySeries]

    /// Sorts `entries` into groups of runs that are alike, the largest first, and looks for change
    /// points in each metric.
    public static func groups(
        _ entries: [HistoryEntry], metrics: (TrialIdentity) -> [String], detector: EDivisive,
        leastChange: Double
    ) -> [HistoryGroup] {
        var groups: [HistoryGroup] = []
        for entry in entries.sorted(by: {
            ($0.trial.startedAt, $0.trial.runId) < ($1.trial.startedAt, $1.trial.runId)
        }) {
            let index = groups.firstIndex { $0.identity.differences(from: entry.identity).isEmpty }
            if let index {
                groups[index].trials.append(entry.trial)
            } else {
                groups.append(
                    HistoryGroup(
                        identity: entry.identity, trials: [entry.trial], placement: .near,
                        series: []))
            }
        }
        for index in groups.indices {
            let trials = groups[index].trials
            let placement = commonPlacement(trials)
            groups[index].placement = placement
            groups[index].series = metrics(groups[index].identity).map {
                makeSeries($0, trials, placement, detector, leastChange)
            }
        }
        return groups.sorted { $0.trials.count > $1.trials.count }
    }

    private static func commonPlacement(_ trials: [TrialRecord]) -> TrialPlacement {
        let counts = TrialPlacement.allCases.map { kind in
            (kind, trials.count { $0.placement == kind && $0.verdict != .invalid })
        }
        return counts.max { $0.1 < $1.1 }?.0 ?? .near
    }

    private static func makeSeries(
        _ metric: String, _ trials: [TrialRecord], _ placement: TrialPlacement,
        _ detector: EDivisive, _ leastChange: Double
    ) -> HistorySeries {
        let usable = trials.filter { trial in
            trial.placement == placement && trial.verdict != .invalid
                && (trial.figures[metric]?.value).map { $0.isFinite } ?? false
        }
        let values = usable.compactMap { $0.figures[metric]?.value }
        let figure = trials.lazy.compactMap { $0.figures[metric] }.first
        // Ratios are what people compare, so the series is one of logarithms where that can be.
        let scaled = values.allSatisfy { $0 > 0 } ? values.map { log($0) } : values
        let points = detector.changePoints(scaled)
        let edges = [0] + points.map(\.index) + [values.count]
        let levels = zip(edges, edges.dropFirst()).map {
            Quantile.median(Array(values[$0..<$1])) ?? 0
        }
        let changes = points.enumerated().compactMap { place, point -> HistoryChange? in
            let before = levels[place]
            let after = levels[place + 1]
            guard abs(after - before) >= leastChange * abs(before) else { return nil }
            let direction = figure?.direction ?? .neutral
            let trial = usable[point.index]
            return HistoryChange(
                runId: trial.runId, startedAt: trial.startedAt, commit: trial.commit,
                before: before, after: after, probability: point.probability,
                isWorse: direction == .neutral
                    ? nil : (after > before) == (direction == .lowerIsBetter))
        }
        return HistorySeries(
            metric: metric, unit: figure?.unit ?? .share,
            direction: figure?.direction ?? .neutral, runs: usable.count,
            setAside: trials.count - usable.count, latest: values.isEmpty ? nil : levels.last,
            changes: changes)
    }
}
