/// Numbers in rows and columns.
struct ReportTable: Sendable, Equatable {
    /// One cell.
    struct Cell: Sendable, Equatable, ExpressibleByStringLiteral {
        var text: String
        var tone: ReportTone = .plain

        init(_ text: String, tone: ReportTone = .plain) {
            self.text = text
            self.tone = tone
        }

        init(stringLiteral text: String) { self.text = text }
    }

    /// One line of the table.
    enum Row: Sendable, Equatable {
        /// One cell per column.
        case cells([Cell])
        /// A title over the lines that follow.
        case title(String)
    }

    /// What the table shows, in a few words; nil where its section says it.
    var caption: String?
    /// Heads of the columns.
    var header: [String]
    var rows: [Row] = []
    /// Columns that hold words and stand on the left. The first one always does.
    var textColumns: Set<Int> = [0]

    init(_ header: [String], caption: String? = nil, textColumns: Set<Int> = [0]) {
        self.header = header
        self.caption = caption
        self.textColumns = textColumns.union([0])
    }

    mutating func add(_ cells: [Cell]) { rows.append(.cells(cells)) }

    mutating func add(_ texts: [String]) { rows.append(.cells(texts.map { Cell($0) })) }

    mutating func addTitle(_ title: String) { rows.append(.title(title)) }
}
