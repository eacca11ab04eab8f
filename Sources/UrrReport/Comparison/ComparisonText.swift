import UrrAnalysis
import UrrResults

/// A comparison for people at a terminal.
public enum ComparisonText {
    /// The text of `report`.
    public static func text(_ report: ComparisonReport, style: TextStyle) -> String {
        var lines: [String] = []
        for workload in report.workloads { lines += section(workload, style) + [""] }
        lines += counters(report, style)
        let tone: TextStyle.Tone =
            switch report.outcome {
            case .regressed: .bad
            case .notRegressed: .good
            case .inconclusive: .doubtful
            }
        lines += wrapped(ComparisonWords.headline(report), indent: 0, width: style.width).map {
            style.paint($0, tone)
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private static func section(_ workload: WorkloadComparison, _ style: TextStyle) -> [String] {
        var lines = [style.paint("Workload " + printable(workload.workload), .strong)]
        func add(_ text: String) { lines += wrapped(text, indent: 2, width: style.width) }
        add("baseline: " + ComparisonWords.side(workload.baseline))
        add("candidate: " + ComparisonWords.side(workload.candidate))
        for difference in workload.differences { add("NOT ALIKE: " + printable(difference)) }
        for note in workload.notes { add("note: " + printable(note)) }
        var table = TextTable([
            "", "baseline", "candidate", "change", "95 % interval", "MDE", "",
        ])
        for metric in workload.metrics { table.add(cells(metric), tone: tone(metric)) }
        lines += table.lines(style, indent: 2)
        for metric in workload.metrics {
            if let reason = metric.reason, metric.outcome == .inconclusive {
                add("\(printable(metric.metric)): \(printable(reason))")
            }
        }
        return lines
    }

    private static func cells(_ metric: MetricComparison) -> [String] {
        [
            printable(metric.metric), ComparisonWords.value(metric.baseline, metric.unit),
            ComparisonWords.value(metric.candidate, metric.unit),
            ComparisonWords.change(metric.ratio), ComparisonWords.interval(metric),
            ComparisonWords.share(metric.minimumDetectableEffect), ComparisonWords.outcome(metric),
        ]
    }

    private static func tone(_ metric: MetricComparison) -> TextStyle.Tone? {
        switch metric.outcome {
        case .regressed: .bad
        case .notRegressed: metric.isImproved ? .good : nil
        case .inconclusive: .doubtful
        }
    }

    /// What is as it was takes one line together; what is not, a row each.
    private static func counters(_ report: ComparisonReport, _ style: TextStyle) -> [String] {
        guard !report.counters.isEmpty || !report.notCounted.isEmpty else { return [] }
        var lines = [style.paint("Counters (hard tier)", .strong)]
        let told = report.counters.filter { $0.outcome != .notRegressed || $0.isImproved }
        let same = report.counters.count - told.count
        if same > 0 { lines.append("  \(same) counters are not above their limits") }
        for text in report.notCounted {
            lines += wrapped("not counted: " + printable(text), indent: 2, width: style.width)
        }
        if !told.isEmpty {
            var table = TextTable(["", "counter", "baseline", "candidate", "limit", ""])
            for counter in told {
                let word = counter.isImproved ? "improved" : counter.outcome.rawValue
                table.add(
                    [
                        printable(counter.name), printable(counter.counter),
                        number(counter.baseline), number(counter.candidate),
                        number(counter.limit), word,
                    ],
                    tone: counter.outcome == .regressed ? .bad : counter.isImproved ? .good : nil)
            }
            lines += table.lines(style, indent: 2)
        }
        for reason in Set(told.compactMap(\.reason)).sorted() {
            lines += wrapped("inconclusive: " + printable(reason), indent: 2, width: style.width)
        }
        return lines + [""]
    }

    static func number(_ value: Double?) -> String {
        value.map { Quantity.decimal($0, 3) } ?? Quantity.absent
    }
}
