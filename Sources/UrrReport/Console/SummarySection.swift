/// A part of what is told about a run that reads the same in a terminal and on a page: paragraphs and
/// tables under a title.
struct SummarySection {
    /// A piece of it.
    enum Piece {
        case paragraph(String)
        case table(TextTable)
    }

    let title: String
    /// What the numbers are of; nil where the title says it.
    var remark: String?
    var pieces: [Piece]

    /// The lines for a terminal.
    func lines(_ style: TextStyle) -> [String] {
        pieces.reduce(into: [ConsoleSummary.heading(title, remark, style)]) { lines, piece in
            switch piece {
            case .paragraph(let text): lines += ConsoleSummary.paragraph(text, style)
            case .table(let table): lines += table.lines(style, indent: 2)
            }
        }
    }

    /// The section of a page.
    var report: ReportSection {
        ReportSection(
            title: title, remark: remark,
            blocks: pieces.map { piece in
                switch piece {
                case .paragraph(let text): .paragraph(text)
                case .table(let table): .table(table.report)
                }
            })
    }
}
