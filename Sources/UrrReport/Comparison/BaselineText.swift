import UrrAnalysis
import UrrResults

/// Baselines for people at a terminal.
public enum BaselineText {
    /// A row for each.
    public static func list(_ baselines: [BaselineRecord]) -> String {
        var table = TextTable(["name", "workload", "sessions", "trials", "counters", "latest"])
        for baseline in baselines {
            table.add([
                printable(baseline.name), printable(baseline.identity.workload),
                "\(baseline.sessions.count)", "\(baseline.trials.count)",
                baseline.counters == nil ? "no" : "yes",
                printable(baseline.sessions.map(\.startedAt).max() ?? ""),
            ])
        }
        return table.lines(.plain, indent: 0).joined(separator: "\n") + "\n"
    }

    /// What was saved, with the noise that was found.
    public static func saved(
        _ baseline: BaselineRecord, path: String, style: TextStyle
    ) -> String {
        var table = TextTable(["", "median", "noise band"])
        for metric in baseline.metrics {
            let figures = baseline.trials.compactMap { $0.figures[metric] }
            let unit = figures.first?.unit ?? .share
            table.add([
                printable(metric),
                ComparisonWords.value(Quantile.median(figures.compactMap(\.value)), unit),
                ComparisonWords.share(baseline.bands[metric]),
            ])
        }
        let side = ComparedSide(name: baseline.name, trials: baseline.trials)
        return
            ([
                "baseline " + ComparisonWords.side(side)
                    + ", sessions: \(baseline.sessions.count)"
            ] + table.lines(style, indent: 2) + ["saved in " + printable(path)])
            .joined(separator: "\n") + "\n"
    }
}
