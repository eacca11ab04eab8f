import UrrResults
import UrrWorkload

/// Compares a record with the thresholds of its workload.
enum ThresholdJudge {
    /// One verdict per threshold, in order. A metric that cannot be measured fails, with the
    /// reason: nobody should take silence for success.
    static func judge(_ thresholds: [ThresholdSpec], of record: RunRecord) -> [ThresholdRecord] {
        let catalogue = MetricCatalogue()
        return thresholds.map { judge($0, catalogue, record) }
    }

    private static func judge(
        _ threshold: ThresholdSpec, _ catalogue: MetricCatalogue, _ record: RunRecord
    ) -> ThresholdRecord {
        let metric = catalogue.evaluate(threshold.metric, in: record)
        var result = ThresholdRecord(
            expression: threshold.expression, metric: threshold.metric, actual: metric?.value,
            unit: metric?.unit.rawValue ?? "", passed: false)
        guard let value = metric?.value else {
            result.reason = metric?.notMeasurable ?? unknown
            return result
        }
        var limit = threshold.limit
        if let reference = threshold.reference {
            let other = catalogue.evaluate(reference.metric, in: record)
            guard let base = other?.value else {
                result.reason = "\(reference.metric): \(other?.notMeasurable ?? unknown)"
                return result
            }
            if let unit = other?.unit, unit != metric?.unit {
                result.reason = "\(reference.metric) is in \(unit.rawValue), not in \(result.unit)"
                return result
            }
            limit += reference.factor * base
            result.limit = limit
        }
        result.passed = threshold.comparison.holds(value, limit)
        return result
    }

    private static let unknown = "there is no such metric in this run"

    /// The check that `validate` and `workload` apply to the names in thresholds.
    static let metricCheck: WorkloadChecks.MetricCheck = { metric, groups, segments, sources in
        (
            MetricCatalogue.isKnown(
                metric, groups: groups, segments: segments, sources: sources),
            {
                MetricCatalogue.suggestions(
                    for: metric, groups: groups, segments: segments, sources: sources)
            }
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

    /// The same for simulations, which have one thread; simulated logs are as large as their backlog,
    /// not as the file says.
    static var forSimulation: WorkloadChecks {
        var checks = WorkloadChecks.forThisProgram
        checks.asRun = { spec in
            var simulated = spec.simulated
            guard spec.suitsVirtualLogs else { return simulated }
            for index in simulated.topics.indices {
                simulated.topics[index].capacityBytes = 0
                simulated.topics[index].records = 0
            }
            return simulated
        }
        return checks
    }

    /// The same for what is not run as it is: memory is not looked at.
    static var forAnyMachine: WorkloadChecks {
        WorkloadChecks(isKnownMetric: ThresholdJudge.metricCheck)
    }
}
