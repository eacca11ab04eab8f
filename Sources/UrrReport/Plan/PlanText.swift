import UrrResults

/// A capacity plan for people at a terminal.
public enum PlanText {
    /// The text of `record`: the answer, then what it rests on. `file` is where it is stored, if it
    /// is.
    public static func text(
        _ record: PlanRecord, file: String? = nil, style: TextStyle = .plain
    ) -> String {
        let name = style.paint(printable(record.workload.name), .strong)
        var lines = ["Plan of \(name), group \(printable(record.group))"]
        let objectives = record.objectives.map { printable($0) }.joined(separator: "; ")
        lines += ConsoleSummary.paragraph("under \(objectives)", style)
        lines.append("  SIMULATED: every number is an answer of a model; none was measured.")
        lines += [""] + wrapped(PlanWords.answer(record), indent: 0, width: style.width)
        for text in record.finding.reasons { lines += bullet(printable(text), style) }
        if !record.finding.changes.isEmpty {
            lines += ["", ConsoleSummary.heading("What would have to change", nil, style)]
            for text in record.finding.changes { lines += bullet(printable(text), style) }
        }
        lines += found(record, style)
        lines += ["", ConsoleSummary.heading("Runs", "consumers x partitions", style)]
        lines += PlanTables.trials(record).lines(style, indent: 2)
        if let prediction = record.prediction {
            lines += ["", ConsoleSummary.heading("Errors", "simulated against measured", style)]
            lines += PredictionWords.table(prediction).lines(style, indent: 2)
            for text in PredictionWords.method(prediction) { lines += bullet(text, style) }
        }
        lines += ["", ConsoleSummary.heading("Assumptions", nil, style)]
        for text in record.assumptions { lines += bullet(printable(text), style) }
        if let file { lines += ["", "Plan: " + printable(file)] }
        return lines.joined(separator: "\n") + "\n"
    }

    private static func bullet(_ text: String, _ style: TextStyle) -> [String] {
        entry("-", text, indent: 2, column: 4, style)
    }

    /// A name, and a text beside it from `column` on.
    private static func entry(
        _ name: String, _ text: String, indent: Int, column: Int, _ style: TextStyle
    ) -> [String] {
        var lines = wrapped(text, indent: column, width: style.width)
        if let first = lines.first {
            let margin = String(repeating: " ", count: indent)
            lines[0] = margin + padded(name, to: column - indent) + String(first.dropFirst(column))
        }
        return lines
    }

    /// What follows from the size that was found.
    private static func found(_ record: PlanRecord, _ style: TextStyle) -> [String] {
        guard let answer = record.answer else { return [] }
        let figures = PlanWords.figures(record)
        let width = (figures.map(\.0.count).max() ?? 0) + 2
        var lines: [String] = []
        for (name, value) in figures {
            lines += entry(name, value, indent: 2, column: width + 2, style)
        }
        lines += ConsoleSummary.paragraph(
            answer.neighbours.map { printable($0) }.joined(separator: " "), style)
        lines += ["", ConsoleSummary.heading("What if", "the planned size, simulated", style)]
        lines += variants(record.whatIfs, record, answer.trial, style)
        if let rule = PlanWords.rule(record) {
            lines += ["", ConsoleSummary.heading("The rule of thumb", "simulated, too", style)]
            lines += ConsoleSummary.paragraph(rule, style)
            lines += variants(record.ruleOfThumb, record, nil, style)
        }
        if let profile = record.profile {
            lines += ["", ConsoleSummary.heading("Quotas", printable(profile.title), style)]
            lines += ConsoleSummary.paragraph(PlanTables.binding(profile), style)
            lines += PlanTables.quotas(profile).lines(style, indent: 2)
            for quota in profile.quotas {
                lines += bullet(
                    "\(PlanWords.quantity(quota.quantity)): \(printable(quota.remark))", style)
            }
            for source in PlanTables.sources(profile) { lines += bullet(source, style) }
        }
        return lines
    }

    private static func variants(
        _ rows: [PlanVariantRecord], _ record: PlanRecord, _ plan: PlanTrialRecord?,
        _ style: TextStyle
    ) -> [String] {
        let table = PlanTables.variants(rows, of: record, plan: plan)
        return table.lines(style, indent: 2)
            + PlanTables.remarks(rows).flatMap { bullet($0, style) }
    }

    /// A run in one line, for progress.
    public static func line(_ trial: PlanTrialRecord, number: Int) -> String {
        let load = trial.loadFactor == 1 ? "" : " at x \(Quantity.number(trial.loadFactor))"
        let columns = [
            padded(String(number), to: 3, right: true), padded(printable(trial.purpose), to: 10),
            padded(PlanWords.size(trial.size) + load, to: 36), trial.held ? "held  " : "missed",
            PlanWords.values(trial),
        ]
        return columns.joined(separator: "  ")
    }
}
