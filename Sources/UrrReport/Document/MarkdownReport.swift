/// A report as Markdown (CommonMark with the tables of GitHub), for merge requests and wikis. The
/// tables of charts over time are left out: they are for looking things up in a page.
public enum MarkdownReport {
    /// The text of `document`.
    public static func text(_ document: ReportDocument) -> String {
        document.parts.map(part).joined(separator: "\n---\n\n")
    }

    private static func part(_ part: ReportPart) -> String {
        var text = "# \(escaped(part.title))\n\n"
        text += "_\(escaped(part.label))_\n\n"
        text += part.facts.map { escaped($0) }.joined(separator: "  \n") + "\n\n"
        text += "**\(part.answer.badge)**: \(escaped(part.answer.headline))\n\n"
        for remark in part.answer.remarks {
            text += "- **\(escaped(remark.label))** \(escaped(remark.text))\n"
        }
        if !part.answer.remarks.isEmpty { text += "\n" }
        if !part.answer.figures.isEmpty {
            var table = ReportTable(["", "", ""], textColumns: [2])
            for figure in part.answer.figures {
                table.add([figure.label, figure.value, figure.note])
            }
            text += self.table(table)
        }
        return text + part.sections.map(section).joined()
    }

    private static func section(_ section: ReportSection) -> String {
        var text = "## \(escaped(section.title))\n\n"
        if let remark = section.remark { text += "_\(escaped(remark))_\n\n" }
        for block in section.blocks {
            switch block {
            case .paragraph(let paragraph): text += escaped(paragraph) + "\n\n"
            case .table(let table): text += self.table(table)
            case .chart(let chart):
                guard chart.data.form != .time else { continue }
                text += "### \(escaped(chart.title))\n\n" + self.table(chart.table)
            }
        }
        return text
    }

    private static func table(_ table: ReportTable) -> String {
        func line(_ cells: [String]) -> String { "| " + cells.joined(separator: " | ") + " |\n" }
        var text = line(table.header.map { escaped($0) })
        text += line(
            table.header.indices.map { table.textColumns.contains($0) ? "---" : "---:" })
        for row in table.rows {
            switch row {
            case .title(let title):
                let empty = [String](repeating: "", count: table.header.count - 1)
                text += line(["**\(escaped(title))**"] + empty)
            case .cells(let cells): text += line(cells.map { escaped($0.text) })
            }
        }
        return text + "\n"
    }

    /// `text` with a backslash before everything that Markdown or the HTML in it acts on.
    static func escaped(_ text: String) -> String {
        var result = ""
        for character in text {
            if "\\`*_{}[]<>#|~&!".contains(character) { result.append("\\") }
            result.append(character.isNewline ? " " : character)
        }
        return result
    }
}
