import UrrAnalysis
import UrrResults

/// Change points for people at a terminal.
public enum HistoryText {
    /// The text of `groups`; `minimum` is the number of runs from which on anything can be found.
    public static func text(
        _ groups: [HistoryGroup], minimum: Int, style: TextStyle
    ) -> String {
        var lines: [String] = []
        for group in groups {
            lines.append(style.paint(heading(group), .strong))
            for series in group.series { lines += section(series, minimum, style) }
            lines.append("")
        }
        return lines.joined(separator: "\n")
    }

    private static func heading(_ group: HistoryGroup) -> String {
        let identity = group.identity
        let machine = identity.machine["processor"].map { ", " + printable($0) } ?? ""
        return "\(printable(identity.workload)) on \(printable(identity.driver)), seed "
            + "\(identity.seed.value)\(machine), \(identity.buildMode): \(group.trials.count) runs, "
            + "those that were \(group.placement.rawValue)"
    }

    private static func section(
        _ series: HistorySeries, _ minimum: Int, _ style: TextStyle
    ) -> [String] {
        let name = printable(series.metric)
        let aside = series.setAside > 0 ? ", \(series.setAside) set aside" : ""
        let head = "  \(name): \(series.runs) runs\(aside)"
        if series.runs < minimum {
            return [head + "; at least \(minimum) are needed to find a change"]
        }
        let latest = ComparisonWords.value(series.latest, series.unit)
        guard !series.changes.isEmpty else { return [head + ", no change; \(latest)"] }
        return [head + ", now \(latest)"]
            + series.changes.map { change in
                let ratio = change.before > 0 ? change.after / change.before : Double.nan
                let word = change.isWorse.map { $0 ? "worse" : "better" } ?? "changed"
                let tone: TextStyle.Tone = change.isWorse == true ? .bad : .good
                let text =
                    "    \(word) since \(printable(change.startedAt)), commit "
                    + "\(printable(String(change.commit.prefix(12)))): "
                    + "\(ComparisonWords.value(change.before, series.unit)) to "
                    + "\(ComparisonWords.value(change.after, series.unit)), "
                    + "\(ComparisonWords.change(ratio)), p "
                    + ComparisonWords.probability(change.probability)
                return style.paint(text, tone)
            }
    }
}
