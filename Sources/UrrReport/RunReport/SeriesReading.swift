import UrrResults

/// The series of a run as charts and tables take it: rates instead of counts, on a time axis.
struct SeriesReading {
    private let rows: [SeriesRow]
    /// Length of each row, in seconds.
    private let lengths: [Double]
    private let interval: Double
    /// The end of each row, in seconds from the start of the run.
    let instants: [Double]

    init(_ record: RunRecord) {
        rows = record.series.rows
        interval = Double(record.series.intervalNs) / 1e9
        let ends = rows.map { Double($0.atNs) / 1e9 }
        instants = ends
        lengths = ends.indices.map { ends[$0] - ($0 > 0 ? ends[$0 - 1] : 0) }
    }

    /// Messages a second in each row. A phase may end shortly after a row: what is counted in less
    /// than a quarter of an interval makes no rate and gives nil.
    func rates(_ count: (SeriesRow) -> UInt64?) -> [Double?] {
        zip(rows, lengths).map { row, length in
            guard length > 0, length >= interval / 4 else { return nil }
            return count(row).map { Double($0) / length }
        }
    }

    /// A value of each row.
    func values(_ value: (SeriesRow) -> Double?) -> [Double?] { rows.map(value) }

    /// A value of one group in each row.
    func values(ofGroup index: Int, _ value: (SeriesGroupRow) -> Double?) -> [Double?] {
        rows.map { $0.groups.indices.contains(index) ? value($0.groups[index]) : nil }
    }

    /// The parts of the run, what is not measured marked.
    static func spans(_ record: RunRecord) -> [ChartData.Span] {
        record.phases.map { phase in
            ChartData.Span(
                name: printable(phase.name), from: Double(phase.startNs) / 1e9,
                to: Double(phase.endNs) / 1e9, isAside: phase.name != "measure")
        }
    }
}

/// Makes the table that belongs to a chart over time.
enum SeriesTable {
    /// Rows beyond which neighbours are put together: more than a reader goes through.
    static let longest = 120

    /// One column of the table.
    struct Column {
        /// How neighbours become one row.
        enum Merge {
            case mean
            case greatest
        }

        let title: String
        let values: [Double?]
        let merge: Merge
        let text: (Double) -> String
    }

    static func table(instants: [Double], columns: [Column]) -> ReportTable {
        let step = max(1, (instants.count + longest - 1) / longest)
        var table = ReportTable(
            ["until"] + columns.map(\.title),
            caption: step > 1 ? "each line stands for \(step) intervals" : nil)
        for start in stride(from: 0, to: instants.count, by: step) {
            let range = start..<min(start + step, instants.count)
            let cells = columns.map { column -> String in
                let known = column.values[range].compactMap { $0 }
                guard !known.isEmpty else { return Quantity.absent }
                let value =
                    switch column.merge {
                    case .mean: known.reduce(0, +) / Double(known.count)
                    case .greatest: known.max() ?? 0
                    }
                return column.text(value)
            }
            table.add([Quantity.duration(seconds: instants[range.upperBound - 1])] + cells)
        }
        return table
    }
}
