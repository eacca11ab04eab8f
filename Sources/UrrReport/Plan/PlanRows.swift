import UrrResults

extension ReportSubject {
    /// The answer and every run of a plan.
    static func rows(of record: PlanRecord, file: String) -> [MetricRow] {
        func row(_ subject: String, _ metric: String, _ value: Double?, _ unit: String) -> MetricRow
        {
            MetricRow(
                file: file, kind: "plan", subject: subject, metric: metric, value: value,
                unit: unit)
        }
        let id = record.planId
        let rate = MetricUnit.messagesPerSecond.rawValue
        let bytes = MetricUnit.bytes.rawValue
        let answer = record.answer
        let peak = record.load.groupPeakPerSecond
        var rows = [
            row(id, "plan.consumers", record.finding.size.map { Double($0.consumers) }, ""),
            row(
                id, "plan.partitions", record.finding.size?.partitions.map { Double($0) }, ""),
            row(id, "plan.instances", answer.map { Double($0.instances) }, ""),
            row(id, "plan.peak", peak, rate),
            row(id, "plan.held", answer?.margin.map { $0.heldFactor * peak }, rate),
            row(id, "plan.keyCap", answer?.keyCapPerSecond, rate),
            row(id, "plan.backlog", answer?.backlogBytes, bytes),
            row(id, "plan.storagePerDay", answer?.storage.bytesPerDay, bytes),
            row(id, "plan.retained", answer?.storage.retainedBytes, bytes),
        ]
        for trial in record.trials {
            rows += self.rows(trial, "\(trial.purpose) \(PlanTables.short(trial.size))", row)
        }
        for variant in record.whatIfs {
            if let trial = variant.trial { rows += self.rows(trial, variant.name, row) }
        }
        return rows
    }

    private static func rows(
        _ trial: PlanTrialRecord, _ subject: String,
        _ row: (String, String, Double?, String) -> MetricRow
    ) -> [MetricRow] {
        [
            row(subject, "held", trial.held ? 1 : 0, ""),
            row(subject, "load", trial.loadFactor, ""),
            row(
                subject, "lag.max", Double(trial.lagPeak), MetricUnit.messages.rawValue),
        ] + trial.objectives.map { row(subject, $0.metric, $0.actual, $0.unit) }
    }
}
