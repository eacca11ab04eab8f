import UrrAnalysis
import UrrResults

/// The numbers of a sweep's cells as a table: the same for the console and for a page.
enum SweepTables {
    /// The cells of one group. `isNarrow` puts the values of all axes into one column.
    static func cells(_ record: SweepRecord, group: String, isNarrow: Bool) -> ReportTable {
        let axes = record.axes.map { printable($0.name) }
        let first = isNarrow ? [axes.joined(separator: " x ")] : axes
        var table = ReportTable(
            first + [
                "idle", "handled", "spread", "p50", "p99", "p99.9", "lag", "recovery", "CPU/msg",
                "verdict",
            ])
        for summary in record.summaries(ofGroup: group) {
            let values = record.cells[summary.cell].values.map { printable($0) }
            let name = isNarrow ? [values.joined(separator: " x ")] : values
            table.add(name.map { ReportTable.Cell($0) } + numbers(summary))
        }
        return table
    }

    private static func numbers(_ summary: SweepCellSummary) -> [ReportTable.Cell] {
        var cells = [
            summary.idleMembers > 0 ? Quantity.count(Int64(summary.idleMembers)) : "",
            median(summary.handled).map { Quantity.rate($0) } ?? Quantity.absent,
            spread(summary.handled),
        ]
        cells += SweepCellSummary.percentiles.map { percentile in
            summary.responseNs[percentile].map { Quantity.duration($0) } ?? Quantity.absent
        }
        cells += [
            Quantity.count(summary.lagPeak),
            summary.recoveryNs.map { Quantity.duration($0) } ?? Quantity.absent,
            summary.processorNsPerMessage.map { Quantity.duration(seconds: $0 / 1e9) }
                ?? Quantity.absent,
        ]
        return cells.map { ReportTable.Cell($0) } + [verdict(summary)]
    }

    /// The verdict of all trials, or how many had which.
    private static func verdict(_ summary: SweepCellSummary) -> ReportTable.Cell {
        let found = Verdict.allCases.filter { summary.verdicts[$0] != nil }
        let worst = found.max() ?? .valid
        let text =
            found.count == 1
            ? worst.rawValue
            : found.map { "\(summary.verdicts[$0] ?? 0) \($0.rawValue)" }.joined(separator: " ")
        return ReportTable.Cell(text, tone: RunAnswer.tone(worst))
    }

    static func median(_ values: [Double]) -> Double? { Quantile.median(values) }

    /// From the lowest to the highest of the trials, as a share of their median.
    private static func spread(_ values: [Double]) -> String {
        guard values.count > 1, let low = values.min(), let high = values.max(),
            let middle = median(values), middle > 0
        else { return Quantity.absent }
        return Quantity.percent((high - low) / middle)
    }

    /// What the columns mean, in a sentence for each that does not say it itself.
    static let notes = [
        "handled: messages a second of the measured phase, median of the trials; spread: from the "
            + "lowest trial to the highest; p50, p99, p99.9: response, from the merged histograms "
            + "of all trials; lag: highest of any trial; recovery: longest; CPU/msg: processor time "
            + "of all workers per message sent; idle: members without a partition. INVALID trials "
            + "are left out of the numbers."
    ]
}

extension ReportTable {
    /// The table for a terminal.
    func lines(_ style: TextStyle, indent: Int) -> [String] {
        var table = TextTable(header)
        for row in rows {
            switch row {
            case .cells(let cells): table.add(cells.map(\.text))
            case .title(let title): table.addTitle(title)
            }
        }
        return table.lines(style, indent: indent)
    }
}
