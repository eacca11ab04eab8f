import UrrAnalysis
import UrrResults

/// A sweep for people at a terminal.
public enum SweepText {
    /// The text of `record`; `file` is where it is stored, if it is.
    public static func text(
        _ record: SweepRecord, file: String? = nil, style: TextStyle = .plain
    ) -> String {
        var sections = [header(record, style)]
        for group in record.groupNames { sections.append(cells(record, group, style)) }
        sections += record.scalingSeries().map { scaling($0, record, style) }
        if let file { sections.append(["Sweep: " + printable(file)]) }
        return Array(sections.filter { !$0.isEmpty }.joined(separator: [""]))
            .joined(separator: "\n") + "\n"
    }

    /// A time for plans: `45 s`, `12 min`, `3.5 h`.
    public static func time(_ seconds: Double) -> String {
        if seconds < 120 { return Quantity.decimal(seconds.rounded(.up), 0) + " s" }
        if seconds < 7200 { return Quantity.decimal((seconds / 60).rounded(.up), 0) + " min" }
        return Quantity.decimal(seconds / 3600, 1) + " h"
    }

    private static func header(_ record: SweepRecord, _ style: TextStyle) -> [String] {
        let name = style.paint(printable(record.workload.name), .strong)
        let runs = "\(record.runs.count) of \(record.cells.count * record.trials) runs"
        var lines = ["Sweep of \(name) on driver \(printable(record.driver.name)), \(runs)"]
        let axes = record.axes.map { axis in
            "\(printable(axis.name)) \(axis.values.map { printable($0) }.joined(separator: ","))"
        }
        lines += ConsoleSummary.paragraph(
            "\(axes.joined(separator: "; ")); \(record.trials) trials, seed \(record.seed.value)",
            style)
        if record.isSimulated {
            lines.append("  SIMULATED: time was virtual; these are answers of a model.")
        }
        return lines
    }

    private static func cells(
        _ record: SweepRecord, _ group: String, _ style: TextStyle
    ) -> [String] {
        let table = SweepTables.cells(record, group: group, isNarrow: true)
        return [ConsoleSummary.heading(printable(group), nil, style)]
            + table.lines(style, indent: 2)
    }

    private static func scaling(
        _ series: ScalingSeries, _ record: SweepRecord, _ style: TextStyle
    ) -> [String] {
        let group = record.groupNames.count > 1 ? ", \(printable(series.group))" : ""
        let title = "Scaling with \(ScalingWords.title(series))\(group)"
        return [ConsoleSummary.heading(title, nil, style)]
            + ScalingWords.sentences(series).flatMap { ConsoleSummary.paragraph($0, style) }
    }
}
