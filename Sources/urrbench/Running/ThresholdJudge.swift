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
            return ThresholdRecord(
                expression: threshold.expression, metric: threshold.metric, actual: value,
                unit: metric.unit.rawValue,
                passed: threshold.comparison.holds(value, threshold.limit), reason: nil)
        }
    }

    /// The check that `validate` and `workload` apply to the names in thresholds.
    static let metricCheck: WorkloadChecks.MetricCheck = { metric, groups, segments in
        (
            MetricCatalogue.isKnown(metric, groups: groups, segments: segments),
            MetricCatalogue.suggestions(for: metric, groups: groups, segments: segments)
        )
    }
}

extension WorkloadChecks {
    /// What this program accepts: metrics of its catalogue, and logs that fit into this machine's
    /// memory.
    static var forThisProgram: WorkloadChecks {
        var checks = WorkloadChecks.thisMachine
        checks.isKnownMetric = ThresholdJudge.metricCheck
        return checks
    }
}
