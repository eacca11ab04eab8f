import UrrResults

/// The workload's own conditions with their outcome.
enum ThresholdSection {
    static func lines(_ record: RunRecord, _ style: TextStyle) -> [String] {
        guard !record.thresholds.isEmpty else { return [] }
        let passed = record.thresholds.filter(\.passed).count
        let remark = "\(passed) of \(record.thresholds.count) hold"
        return [ConsoleSummary.heading("Thresholds", remark, style)]
            + record.thresholds.flatMap { threshold in
                outcome(threshold, style)
            }
    }

    private static func outcome(_ threshold: ThresholdRecord, _ style: TextStyle) -> [String] {
        let reason = threshold.reason.map { " (\(printable($0)))" } ?? ""
        let limit = threshold.limit.map { ", limit \(quantity($0, threshold.unit))" } ?? ""
        let text = "\(printable(threshold.expression)): \(actual(threshold))\(limit)\(reason)"
        let word = threshold.passed ? "PASS" : "FAIL"
        var lines = wrapped(text, indent: 8, width: style.width)
        lines[0] =
            "  " + style.paint(word, threshold.passed ? .good : .bad) + "  " + lines[0].dropFirst(8)
        return lines
    }

    /// The value in the unit that the record names; times in the unit that suits their size.
    static func actual(_ threshold: ThresholdRecord) -> String {
        threshold.actual.map { quantity($0, threshold.unit) } ?? "not measured"
    }

    private static func quantity(_ value: Double, _ name: String) -> String {
        switch MetricUnit(rawValue: name) {
        case .nanoseconds: return MetricText.text(value, unit: .nanoseconds)
        case .share: return MetricText.text(value, unit: .share)
        case .messages, .bytes, .bytesPerSecond, .messagesPerSecond, .messageSeconds, nil:
            let unit = printable(name)
            return MetricText.whole(value) + (unit.isEmpty ? "" : " " + unit)
        }
    }
}
