import UrrResults

extension ReportSubject {
    /// Every run of a sweep, named by its cell and trial: `partitions=3 consumers=2 trial=1`.
    static func rows(of record: SweepRecord, file: String) -> [MetricRow] {
        record.runs.flatMap { run in
            let values = zip(record.axes, record.cells[run.cell].values).map { "\($0.name)=\($1)" }
            let subject = (values + ["trial=\(run.trial + 1)"]).joined(separator: " ")
            return Self.metrics(of: run).map { name, value, unit in
                MetricRow(
                    file: file, kind: "sweep", subject: subject, metric: name, value: value,
                    unit: unit.rawValue)
            }
        }
    }

    private static func metrics(
        of run: SweepRunRecord
    ) -> [(String, Double?, MetricUnit)] {
        var metrics: [(String, Double?, MetricUnit)] = [
            ("throughput.offered", run.offeredPerSecond, .messagesPerSecond),
            ("throughput.sent", run.sentPerSecond, .messagesPerSecond),
            ("cpu.perMessage", run.processorNsPerMessage, .nanoseconds),
            ("cpu.load", run.processorLoad, .share),
            ("lost", Double(run.lost), .messages),
            ("reordered", Double(run.reordered), .messages),
            ("duplicates", Double(run.duplicates), .messages),
        ]
        for group in run.groups {
            func add(_ name: String, _ value: Double?, _ unit: MetricUnit) {
                metrics.append(("\(group.name).\(name)", value, unit))
            }
            add("throughput.handled", group.handledPerSecond, .messagesPerSecond)
            add("throughput.saturated", group.saturatedPerSecond, .messagesPerSecond)
            for percentile in ["50", "99", "99.9"] {
                let value = group.response.percentilesNs[percentile].map { Double($0) }
                add("response.p" + percentile, value, .nanoseconds)
            }
            add("lag.max", Double(group.lag.peak), .messages)
            add("lag.recovery", group.lag.recoveryNs.map { Double($0) }, .nanoseconds)
            add("members.idle", Double(group.idleMembers), .messages)
        }
        return metrics
    }

    /// The knee with its interval, and every step of the search.
    static func rows(of record: KneeRecord, file: String) -> [MetricRow] {
        func row(_ subject: String, _ metric: String, _ value: Double?, _ unit: String) -> MetricRow
        {
            MetricRow(
                file: file, kind: "knee", subject: subject, metric: metric, value: value,
                unit: unit)
        }
        let rate = MetricUnit.messagesPerSecond.rawValue
        var rows = [
            row(record.kneeId, "knee", record.finding.ratePerSecond, rate),
            row(record.kneeId, "knee.lower", record.finding.lower, rate),
            row(record.kneeId, "knee.upper", record.finding.upper, rate),
            row(record.kneeId, "knee.up", record.hysteresis?.upPerSecond, rate),
            row(record.kneeId, "knee.down", record.hysteresis?.downPerSecond, rate),
        ]
        for (index, step) in record.steps.enumerated() {
            let subject = "step=\(index + 1) \(step.outcome.rawValue)"
            rows.append(row(subject, "throughput.offered", step.ratePerSecond, rate))
            rows += step.objectives.map { row(subject, $0.metric, $0.actual, $0.unit) }
        }
        return rows
    }
}
