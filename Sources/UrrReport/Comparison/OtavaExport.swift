import UrrAnalysis
import UrrResults

/// A history in the form that Apache Otava reads: a CSV file for each group of runs that are alike
/// and one configuration that names them.
public enum OtavaExport {
    /// A row per run: time, commit, placement, run, then the metrics.
    public static func csv(_ group: HistoryGroup) -> String {
        let metrics = group.series.map(\.metric)
        var lines = [(["time", "commit", "placement", "run"] + metrics).map(quoted)]
        for trial in group.trials where trial.verdict != .invalid {
            lines.append(
                [trial.startedAt, trial.commit, trial.placement.rawValue, trial.runId].map(quoted)
                    + metrics.map { name in
                        trial.figures[name]?.value.map { $0.isFinite ? "\($0)" : "" } ?? ""
                    })
        }
        return lines.map { $0.joined(separator: ",") + "\n" }.joined()
    }

    /// The configuration, in which `files` has the path of each group's CSV file.
    public static func configuration(_ groups: [HistoryGroup], files: [String]) -> String {
        var lines = ["# Made by urrbench history --csv.", "tests:"]
        for (index, (group, file)) in zip(groups, files).enumerated() {
            lines += [
                "  \(yaml("\(group.identity.workload)-\(index + 1)")):", "    type: csv",
                "    file: \(yaml(file))", "    time_column: time",
                "    attributes: [commit, placement, run]", "    metrics:",
            ]
            for series in group.series {
                let direction = series.direction == .higherIsBetter ? 1 : -1
                lines += [
                    "      \(yaml(series.metric)):", "        column: \(yaml(series.metric))",
                    "        direction: \(direction)",
                ]
            }
            lines += ["    csv_options:", "      delimiter: ','", "      quote_char: '\"'"]
        }
        return lines.joined(separator: "\n") + "\n"
    }

    /// A field; one that a spreadsheet would take for a formula loses its first character's power.
    static func quoted(_ text: String) -> String {
        let plain = printable(text)
        let safe = plain.first.map { "=+-@".contains($0) } ?? false ? "'" + plain : plain
        guard safe.contains(where: { ",\"\n".contains($0) }) else { return safe }
        return "\""
            + safe.split(separator: "\"", omittingEmptySubsequences: false)
            .joined(separator: "\"\"") + "\""
    }

    private static func yaml(_ text: String) -> String {
        "'"
            + printable(text).split(separator: "'", omittingEmptySubsequences: false)
            .joined(separator: "''") + "'"
    }
}
