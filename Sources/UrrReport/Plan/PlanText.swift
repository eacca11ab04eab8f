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
        lines += ["", ConsoleSummary.heading("Assumptions", nil, style)]
        for text in record.assumptions { lines += bullet(printable(text), style) }
        if let file { lines += ["", "Plan: " + printable(file)] }
        return lines.joined(separator: "\n") + "\n"
    }

    private static func bullet(_ text: String, _ style: TextStyle) -> [String] {
        let lines = wrapped(text, indent: 4, width: style.width)
        return lines.enumerated().map { index, line in
            index == 0 ? "  - " + line.dropFirst(4) : line
        }
    }

    /// What follows from the size that was found.
    private static func found(_ record: PlanRecord, _ style: TextStyle) -> [String] {
        guard let answer = record.answer else { return [] }
        let figures = PlanWords.figures(record)
        let width = (figures.map(\.0.count).max() ?? 0) + 2
        var lines: [String] = []
        for (name, value) in figures {
            let texts = wrapped(value, indent: width + 2, width: style.width)
            lines += texts.enumerated().map { index, line in
                index == 0 ? "  " + padded(name, to: width) + line.dropFirst(width + 2) : line
            }
        }
        lines += ConsoleSummary.paragraph(
            answer.neighbours.map { printable($0) }.joined(separator: " "), style)
        lines += ["", ConsoleSummary.heading("What if", "the planned size, simulated", style)]
        lines += PlanTables.variants(record.whatIfs, plan: answer.trial).lines(style, indent: 2)
        if let rule = PlanWords.rule(record) {
            lines += ["", ConsoleSummary.heading("The rule of thumb", "simulated, too", style)]
            lines += ConsoleSummary.paragraph(rule, style)
            lines += PlanTables.variants(record.ruleOfThumb, plan: nil).lines(style, indent: 2)
        }
        if let profile = record.profile {
            lines += ["", ConsoleSummary.heading("Quotas", printable(profile.title), style)]
            lines += ConsoleSummary.paragraph(PlanTables.binding(profile), style)
            lines += PlanTables.quotas(profile).lines(style, indent: 2)
            for source in PlanTables.sources(profile) { lines += bullet(source, style) }
        }
        return lines
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
