/// Aligned columns of text. The first column stands on the left, and so does a last one without a
/// head, which holds remarks; all others stand on the right.
struct TextTable {
    /// One line of the table.
    enum Row {
        /// One cell per column.
        case cells([String], tone: TextStyle.Tone?)
        /// Text across all columns.
        case title(String)
    }

    private let header: [String]
    private var rows: [Row] = []
    /// Blanks between two columns.
    private let gap = 2

    init(_ header: [String]) { self.header = header }

    mutating func add(_ cells: [String], tone: TextStyle.Tone? = nil) {
        rows.append(.cells(cells, tone: tone))
    }

    mutating func addTitle(_ title: String) { rows.append(.title(title)) }

    /// The lines, each starting with `indent` blanks. The first column is cut where the whole would
    /// be wider than the style allows.
    func lines(_ style: TextStyle, indent: Int) -> [String] {
        let margin = String(repeating: " ", count: indent)
        var widths = header.map { columns(of: $0) }
        for case .cells(let cells, _) in rows {
            for (index, cell) in cells.enumerated() {
                widths[index] = max(widths[index], columns(of: cell))
            }
        }
        let others = widths.dropFirst().reduce(0) { $0 + $1 + gap }
        widths[0] = max(1, min(widths[0], style.width - indent - others))
        var lines: [String] = []
        if header.contains(where: { !$0.isEmpty }) {
            lines.append(style.paint(margin + line(header, widths), .faint))
        }
        for row in rows {
            switch row {
            case .cells(let cells, let tone):
                let text = margin + line(cells, widths)
                lines.append(tone.map { style.paint(text, $0) } ?? text)
            case .title(let title): lines.append(margin + cut(title, to: style.width - indent))
            }
        }
        return lines
    }

    /// The same table for a report.
    var report: ReportTable {
        var table = ReportTable(header, textColumns: Set(header.indices.filter(isRemark)))
        for row in rows {
            switch row {
            case .title(let title): table.addTitle(title)
            case .cells(let cells, let tone):
                table.add(cells.map { ReportTable.Cell($0, tone: tone == .bad ? .bad : .plain) })
            }
        }
        return table
    }

    private func isRemark(_ column: Int) -> Bool { column > 1 && header[column].isEmpty }

    private func line(_ cells: [String], _ widths: [Int]) -> String {
        var text = padded(cut(cells[0], to: widths[0]), to: widths[0])
        for index in cells.indices.dropFirst() {
            let cell = padded(cells[index], to: widths[index], right: !isRemark(index))
            text += String(repeating: " ", count: gap) + cell
        }
        while text.last == " " { text.removeLast() }
        return text
    }
}
