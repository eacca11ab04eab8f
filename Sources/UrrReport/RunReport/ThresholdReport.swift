import UrrResults

/// The workload's own conditions with their outcome.
enum ThresholdReport {
    static func section(_ record: RunRecord) -> ReportSection? {
        guard !record.thresholds.isEmpty else { return nil }
        var table = ReportTable(["threshold", "outcome", "value", ""], textColumns: [1, 3])
        for threshold in record.thresholds {
            table.add([
                ReportTable.Cell(printable(threshold.expression)),
                ReportTable.Cell(
                    threshold.passed ? "PASS" : "FAIL", tone: threshold.passed ? .good : .bad),
                ReportTable.Cell(ThresholdSection.actual(threshold)),
                ReportTable.Cell(threshold.reason.map { printable($0) } ?? ""),
            ])
        }
        let passed = record.thresholds.filter(\.passed).count
        return ReportSection(
            title: "Thresholds", remark: "\(passed) of \(record.thresholds.count) hold",
            blocks: [.table(table)])
    }
}
