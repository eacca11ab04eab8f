/// Writes a document's parts as HTML.
struct HTMLParts {
    /// Charts written so far: a chart's place in the page's data.
    private var charts = 0
    private var sections = 0

    /// All that stands between `<body>` and the scripts.
    static func body(_ document: ReportDocument) -> Markup {
        var writer = HTMLParts()
        let parts = document.parts.enumerated().map { writer.part($1, number: $0) }
        let contents = document.parts.count > 1 ? contents(document) : .empty
        return """
            <header class="top"><p class="mark">urrbench report</p>\(contents)</header>
            <main>
            \(parts.joined())</main>
            <footer class="end"><p>Every number in this page is in its tables; charts draw the \
            same numbers. Drag over a chart with a time axis to look closer, double-click to go \
            back.</p></footer>
            """
    }

    private static func contents(_ document: ReportDocument) -> Markup {
        let entries = document.parts.enumerated().map { index, part -> Markup in
            """
            <li><a href="#part-\(index)">\(part.label): \(part.title)</a></li>

            """
        }
        return "<nav aria-label=\"Contents\"><ul>\n\(entries.joined())</ul></nav>\n"
    }

    private mutating func part(_ part: ReportPart, number: Int) -> Markup {
        let facts = part.facts.map { fact -> Markup in "<p>\(fact)</p>\n" }
        let sections = part.sections.map { section($0) }
        return """
            <article id="part-\(number)">
            <div class="head">
            <p class="kind">\(part.label)</p>
            <h1>\(part.title)</h1>
            <div class="facts">
            \(facts.joined())</div>
            </div>
            \(answer(part.answer))\(sections.joined())</article>

            """
    }

    private func answer(_ answer: ReportAnswer) -> Markup {
        let remarks = answer.remarks.map { remark -> Markup in
            """
            <li class="\(remark.tone.rawValue)"><b>\(remark.label)</b> \(remark.text)</li>

            """
        }
        let list: Markup =
            remarks.isEmpty ? .empty : "<ul class=\"remarks\">\n\(remarks.joined())</ul>\n"
        let figures = answer.figures.map { figure -> Markup in
            """
            <div class="figure \(figure.tone.rawValue)"><dt>\(figure.label)</dt>\
            <dd><strong>\(figure.value)</strong><span>\(figure.note)</span></dd></div>

            """
        }
        let numbers: Markup =
            figures.isEmpty ? .empty : "<dl class=\"figures\">\n\(figures.joined())</dl>\n"
        return """
            <section class="answer \(answer.tone.rawValue)">
            <p class="headline"><span class="badge">\(answer.badge)</span> \
            <span>\(answer.headline)</span></p>
            \(list)</section>
            \(numbers)
            """
    }

    private mutating func section(_ section: ReportSection) -> Markup {
        let remark: Markup = section.remark.map { "<p class=\"remark\">\($0)</p>\n" } ?? .empty
        // Small charts that follow each other stand side by side where there is room.
        let blocks = section.blocks.map { block($0) }
        let small = section.blocks.map(\.isSmallChart)
        let placed = zip(blocks, small).enumerated().map { index, entry -> Markup in
            let opens = entry.1 && (index == 0 || !small[index - 1])
            let closes = entry.1 && (index + 1 == small.count || !small[index + 1])
            return (opens ? "<div class=\"pair\">\n" : .empty) + entry.0
                + (closes ? "</div>\n" : .empty)
        }
        return """
            <section>
            <h2>\(section.title)</h2>
            \(remark)\(placed.joined())</section>

            """
    }

    private mutating func block(_ block: ReportBlock) -> Markup {
        switch block {
        case .paragraph(let text): "<p>\(text)</p>\n"
        case .table(let table): Self.table(table)
        case .chart(let chart): self.chart(chart)
        }
    }

    private mutating func chart(_ chart: ReportChart) -> Markup {
        let number = charts
        charts += 1
        let open: Markup = chart.isTableShown ? " open" : " class=\"long\""
        let remark: Markup = chart.remark.map { "<span class=\"how\">\($0)</span>" } ?? .empty
        return """
            <figure class="chart \(chart.data.form.rawValue)">
            <figcaption><b>\(chart.title)</b>\(remark)</figcaption>
            <div class="legend" id="legend-\(number)"></div>
            <div class="plot" id="chart-\(number)" role="img" \
            aria-label="\(chart.title); the numbers are in the table below"></div>
            <details\(open)><summary>Numbers</summary>
            \(Self.table(chart.table))</details>
            </figure>

            """
    }

    // MARK: Tables

    private static func table(_ table: ReportTable) -> Markup {
        let caption: Markup = table.caption.map { "<caption>\($0)</caption>\n" } ?? .empty
        let rows = table.rows.map { row -> Markup in
            switch row {
            case .title(let title):
                """
                <tr class="title"><th colspan="\(table.header.count)"><span>\(title)</span></th></tr>

                """
            case .cells(let cells):
                "<tr>\(cells.enumerated().map { cell($1, $0, of: table) }.joined())</tr>\n"
            }
        }
        let heads = table.header.enumerated().map { index, head -> Markup in
            "<th scope=\"col\"\(side(index, table))>\(head)</th>"
        }
        let hasHead = table.header.contains { !$0.isEmpty }
        let head: Markup = hasHead ? "<thead><tr>\(heads.joined())</tr></thead>\n" : .empty
        let width: Markup = isBrief(table) ? " class=\"brief\"" : .empty
        return """
            <div class="scroll" tabindex="0"><table\(width)>
            \(caption)\(head)<tbody>
            \(rows.joined())</tbody>
            </table></div>

            """
    }

    /// Whether the first column is so narrow that a small screen needs to keep no room for it.
    private static func isBrief(_ table: ReportTable) -> Bool {
        table.rows.allSatisfy { row in
            guard case .cells(let cells) = row, let first = cells.first else { return true }
            return columns(of: first.text) <= 8
        }
    }

    private static func cell(
        _ cell: ReportTable.Cell, _ index: Int, of table: ReportTable
    ) -> Markup {
        let content: Markup =
            cell.tone == .plain
            ? "\(cell.text)" : "<span class=\"\(cell.tone.rawValue)\">\(cell.text)</span>"
        return index == 0
            ? "<th scope=\"row\">\(content)</th>" : "<td\(side(index, table))>\(content)</td>"
    }

    private static func side(_ index: Int, _ table: ReportTable) -> Markup {
        table.textColumns.contains(index) ? " class=\"words\"" : .empty
    }
}

extension ReportBlock {
    /// Whether it is a chart that needs no more than half of the page's width.
    var isSmallChart: Bool {
        if case .chart(let chart) = self { chart.data.form == .curves } else { false }
    }
}

extension ReportChart {
    /// Whether the table stands open: a short one tells more than it takes.
    var isTableShown: Bool { data.form != .time && table.rows.count <= 24 }
}
