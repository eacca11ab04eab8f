import UrrResults
import UrrWorkload

/// Compares a record with the thresholds of its workload.
enum ThresholdJudge {
    /// One verdict per threshold, in order. A metric that cannot be measured fails, with the
    /// reason: nobody should take silence for success.
    static func judge(_ thresholds: [ThresholdSpec], of record: RunRecord) -> [ThresholdRecord] {
        let catalogue = MetricCatalogue()
        return thresholds.map { threshold in
            let metric = catalogue.evaluate(threshold.metric, in: record)
            guard let metric, let value = metric.value else {
                return ThresholdRecord(
                    expression: threshold.expression, metric: threshold.metric, actual: nil,
                    unit: metric?.unit.rawValue ?? "", passed: false,
                    reason: metric?.notMeasurable ?? "there is no such metric in this run")
            }
            var limit: Double? = threshold.limit
            var reason: String?
            if let name = threshold.reference {
                (limit, reason) = multiple(of: name, threshold.limit, metric.unit, record)
            }
            return ThresholdRecord(
                expression: threshold.expression, metric: threshold.metric, actual: value,
                unit: metric.unit.rawValue,
                passed: limit.map { threshold.comparison.holds(value, $0) } ?? false,
                reason: reason, limit: threshold.reference == nil ? nil : limit)
        }
    }

    /// A multiple of another metric of the run; nil, and why, where that cannot be compared.
    private static func multiple(
        of name: String, _ factor: Double, _ unit: MetricUnit, _ record: RunRecord
    ) -> (Double?, String?) {
        guard let metric = MetricCatalogue().evaluate(name, in: record), let value = metric.value
        else { return (nil, "\(name) was not measured") }
        guard metric.unit == unit else {
            return (nil, "\(name) is in \(metric.unit.rawValue), not in \(unit.rawValue)")
        }
        return (factor * value, nil)
    }

    /// The check that `validate` and `workload` apply to the names in thresholds.
    static let metricCheck: WorkloadChecks.MetricCheck = { metric, groups, segments, sources in
        (
            MetricCatalogue.isKnown(
                metric, groups: groups, segments: segments, sources: sources),
            MetricCatalogue.suggestions(
                for: metric, groups: groups, segments: segments, sources: sources)
        )
    }
}

extension WorkloadChecks {
    /// What this program accepts: metrics of its catalogue, no handlers but the plain one, and
    /// logs that fit into this machine's memory.
    static var forThisProgram: WorkloadChecks {
        var checks = WorkloadChecks.thisMachine
        checks.isKnownMetric = ThresholdJudge.metricCheck
        checks.handlers = []
        return checks
    }
}
