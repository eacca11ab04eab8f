import UrrAnalysis
import UrrResults

/// A comparison as Markdown, for a comment on a pull request.
public enum ComparisonMarkdown {
    /// The text of `report`; everything that comes from files is escaped.
    public static func text(_ report: ComparisonReport) -> String {
        let mark =
            switch report.outcome {
            case .regressed: "🔴"
            case .notRegressed: "🟢"
            case .inconclusive: "🟡"
            }
        var lines = ["### \(mark) urrbench: " + escaped(ComparisonWords.headline(report)), ""]
        for workload in report.workloads { lines += section(workload) }
        lines += counters(report)
        lines += [
            "<sub>Change of the median with its 95 % bootstrap interval; p of an exact rank test"
                + " after Holm's correction; MDE: the smallest slow-down that these trials would"
                + " have found. False alarms: at most"
                + " \(ComparisonWords.share(report.rules.falseAlarm)) of all comparisons.</sub>",
            "",
        ]
        return lines.joined(separator: "\n")
    }

    private static func section(_ workload: WorkloadComparison) -> [String] {
        var lines = [
            "**\(escaped(workload.workload))**: baseline "
                + escaped(ComparisonWords.side(workload.baseline)) + "; candidate "
                + escaped(ComparisonWords.side(workload.candidate)), "",
        ]
        lines += workload.differences.map { "- **not alike**: " + escaped($0) }
        lines += workload.notes.map { "- " + escaped($0) }
        if !(workload.differences + workload.notes).isEmpty { lines.append("") }
        lines += row([
            "metric", "baseline", "candidate", "change", "95 % interval", "p", "MDE", "outcome",
        ])
        lines += row(["---"] + [String](repeating: "---:", count: 6) + ["---"])
        for metric in workload.metrics {
            let word = ComparisonWords.outcome(metric)
            let outcome = metric.outcome == .regressed ? "**\(word)**" : word
            lines += row([
                "`\(code(metric.metric))`", ComparisonWords.value(metric.baseline, metric.unit),
                ComparisonWords.value(metric.candidate, metric.unit),
                ComparisonWords.change(metric.ratio), ComparisonWords.interval(metric),
                ComparisonWords.probability(metric.adjusted),
                ComparisonWords.share(metric.minimumDetectableEffect),
                outcome + (metric.reason.map { ": " + escaped($0) } ?? ""),
            ])
        }
        return lines + [""]
    }

    private static func counters(_ report: ComparisonReport) -> [String] {
        guard !report.counters.isEmpty || !report.notCounted.isEmpty else { return [] }
        let told = report.counters.filter { $0.outcome != .notRegressed || $0.isImproved }
        let same = report.counters.count - told.count
        var lines = ["**Counters**: \(same) are not above their limits", ""]
        lines += report.notCounted.map { "- not counted: " + escaped($0) }
        if !report.notCounted.isEmpty { lines.append("") }
        guard !told.isEmpty else { return lines }
        lines += row(["case", "counter", "baseline", "candidate", "limit", "outcome"])
        lines += row(["---", "---", "---:", "---:", "---:", "---"])
        for counter in told {
            let word = counter.isImproved ? "improved" : counter.outcome.rawValue
            lines += row([
                "`\(code(counter.name))`", escaped(counter.counter),
                ComparisonText.number(counter.baseline), ComparisonText.number(counter.candidate),
                ComparisonText.number(counter.limit),
                (counter.outcome == .regressed ? "**\(word)**" : word)
                    + (counter.reason.map { ": " + escaped($0) } ?? ""),
            ])
        }
        return lines + [""]
    }

    private static func row(_ cells: [String]) -> [String] {
        ["| " + cells.joined(separator: " | ") + " |"]
    }

    /// Text that Markdown shows as it is.
    static func escaped(_ text: String) -> String {
        printable(text).map { "\\`*_{}[]<>#|&!~@".contains($0) ? "\\\($0)" : String($0) }
            .joined()
    }

    /// Text between backticks, where only they and the table's bars mean anything.
    private static func code(_ text: String) -> String {
        printable(text).map { $0 == "`" ? "'" : $0 == "|" ? "/" : String($0) }.joined()
    }
}
