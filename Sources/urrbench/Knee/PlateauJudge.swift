import UrrAnalysis
import UrrResults
import UrrWorkload

/// What a part of a run says about the objectives: latencies by the segment's own histograms, the
/// lag by the rows that lie in it.
struct PlateauJudge {
    let objectives: [ThresholdSpec]

    private static let latencies = ["response", "endToEnd", "queueing", "service"]
    private static let lags = ["lag.max", "lag.seconds", "lag.slope"]

    /// Whether an objective can be told for a part of a run.
    static func canTell(_ objective: ThresholdSpec) -> Bool {
        isLatency(objective.metric) || lags.contains { isLag(objective.metric, $0) }
    }

    private static func isLag(_ metric: String, _ name: String) -> Bool {
        metric == name || metric.hasSuffix("." + name)
    }

    private static func isLatency(_ metric: String) -> Bool {
        latencies.contains { metric.hasPrefix($0 + ".") || metric.contains("." + $0 + ".") }
    }

    /// The plateau numbered `index`.
    func judge(_ record: RunRecord, plateau index: Int, isUp: Bool, rate: Double)
        -> KneePlateauRecord
    {
        let name = SteadyLoad.plateau(index)
        let judged = objectives.filter(Self.canTell).map { objective in
            Self.isLatency(objective.metric)
                ? latency(objective, name, record) : lag(objective, name, record)
        }
        return KneePlateauRecord(
            isUp: isUp, ratePerSecond: rate, held: judged.allSatisfy(\.passed), objectives: judged)
    }

    /// `group.response.p99` becomes `group.plateau-3.response.p99`.
    private func latency(
        _ objective: ThresholdSpec, _ plateau: String, _ record: RunRecord
    ) -> ThresholdRecord {
        let group = record.groups.first { objective.metric.hasPrefix($0.name + ".") }?.name
        let rest = group.map { objective.metric.dropFirst($0.count + 1) } ?? objective.metric[...]
        var scoped = objective
        scoped.metric = (group.map { $0 + "." } ?? "") + plateau + "." + rest
        var judged = ThresholdJudge.judge([scoped], of: record)[0]
        judged.metric = objective.metric
        return judged
    }

    private func lag(
        _ objective: ThresholdSpec, _ plateau: String, _ record: RunRecord
    ) -> ThresholdRecord {
        let groups = record.groups.indices.filter { index in
            let prefix = record.groups[index].name + "."
            return Self.lags.contains(objective.metric) || objective.metric.hasPrefix(prefix)
        }
        let values = groups.compactMap { lag(objective, ofGroup: $0, plateau, record) }
        let worst = values.count == groups.count ? values.max() : nil
        let isTime = Self.isLag(objective.metric, "lag.seconds")
        let isSlope = Self.isLag(objective.metric, "lag.slope")
        return ThresholdRecord(
            expression: objective.expression, metric: objective.metric, actual: worst,
            unit: (isTime ? MetricUnit.nanoseconds : isSlope ? .messagesPerSecond : .messages)
                .rawValue,
            passed: worst.map { objective.comparison.holds($0, objective.limit) } ?? false,
            reason: worst == nil ? "too few samples" : nil)
    }

    private func lag(
        _ objective: ThresholdSpec, ofGroup group: Int, _ plateau: String, _ record: RunRecord
    ) -> Double? {
        guard let segment = record.segments.first(where: { $0.name == plateau }) else { return nil }
        let rows = record.series.rows.filter {
            $0.atNs > segment.startNs && $0.atNs <= segment.endNs
                && $0.groups.indices.contains(group)
        }
        if Self.isLag(objective.metric, "lag.seconds") {
            return rows.compactMap { $0.groups[group].lagSeconds }.max().map { $0 * 1e9 }
        }
        if Self.isLag(objective.metric, "lag.max") {
            return rows.compactMap { $0.groups[group].lag }.max().map { Double($0) }
        }
        let points = rows.compactMap { row in
            row.groups[group].lag.map { (Double(row.atNs) / 1e9, Double($0)) }
        }
        // A slope that is not above the limit beyond doubt counts as at the limit.
        return SlopeTest(points).map {
            $0.isAbove(objective.limit) ? $0.slope : min($0.slope, objective.limit)
        }
    }
}
