import UrrResults

/// A search for the knee for people at a terminal.
public enum KneeText {
    /// The text of `record`; `file` is where it is stored, if it is.
    public static func text(
        _ record: KneeRecord, file: String? = nil, style: TextStyle = .plain
    ) -> String {
        let name = style.paint(printable(record.workload.name), .strong)
        let objectives = record.objectives.map { printable($0) }.joined(separator: "; ")
        var lines = [
            "Knee of \(name) on driver \(printable(record.driver.name)), "
                + ConsoleSummary.plural(record.steps.count, "step")
        ]
        lines += ConsoleSummary.paragraph("under \(objectives)", style)
        if record.simulated {
            lines.append("  SIMULATED: time was virtual; these are answers of a model.")
        }
        lines += [""] + wrapped(answer(record), indent: 0, width: style.width)
        lines += remarks(record).flatMap { ConsoleSummary.paragraph($0, style) }
        lines += ["", ConsoleSummary.heading("Rates tried", "lowest first", style)]
        lines += rates(record).lines(style, indent: 2)
        if let hysteresis = record.hysteresis {
            lines += ["", ConsoleSummary.heading("Up and down past the knee", nil, style)]
            lines += ConsoleSummary.paragraph(words(hysteresis), style)
            lines += plateaus(hysteresis).lines(style, indent: 2)
        }
        if let file { lines += ["", "Knee: " + printable(file)] }
        return lines.joined(separator: "\n") + "\n"
    }

    /// A step in one line, for progress.
    public static func line(_ step: KneeStepRecord, number: Int) -> String {
        let columns = [
            padded(String(number), to: 3, right: true), padded(step.stage, to: 9),
            padded(Quantity.rate(step.ratePerSecond), to: 14, right: true), word(step.outcome),
        ]
        let reasons = step.reasons.map { printable($0) }.joined(separator: "; ")
        return columns.joined(separator: "  ") + (reasons.isEmpty ? "" : ": " + reasons)
    }

    /// How well several searches of the same system agree.
    public static func agreement(_ records: [KneeRecord]) -> String {
        let rates = records.compactMap(\.finding.ratePerSecond).sorted()
        let found = "\(rates.count) of \(records.count) searches found a knee"
        guard let low = rates.first, let high = rates.last, low > 0 else { return found + "\n" }
        let median = rates[rates.count / 2]
        return "\(found): lowest \(Quantity.rate(low)), median \(Quantity.rate(median)), highest "
            + "\(Quantity.rate(high)); from lowest to highest "
            + "\(Quantity.percent((high - low) / median)) of the median\n"
    }

    // MARK: Words

    static func word(_ outcome: KneeOutcome) -> String {
        switch outcome {
        case .held: "held"
        case .missed: "missed"
        case .generatorLimit: "tool's limit"
        case .disturbed: "disturbed"
        }
    }

    /// What was found, in a sentence.
    static func answer(_ record: KneeRecord) -> String {
        let finding = record.finding
        func rate(_ value: Double?) -> String { value.map { Quantity.rate($0) } ?? "any rate" }
        switch finding.kind {
        case .found:
            return "The knee is at \(rate(finding.ratePerSecond)) (95 % interval "
                + "\(rate(finding.lower)) to \(rate(finding.upper)))."
        case .generatorLimit:
            let held = finding.lower.map { "The system held \(Quantity.rate($0)). " } ?? ""
            return held + "At \(rate(finding.upper)) this tool was at its own limit, so nothing is "
                + "said about the system beyond."
        case .aboveAllowed:
            return "The system held \(rate(finding.lower)), the highest rate that was allowed."
        case .belowAllowed:
            return "No rate that was allowed held; the lowest that was tried, "
                + "\(rate(finding.upper)), was missed."
        case .undecided:
            return "Undecided: held \(rate(finding.lower)), missed \(rate(finding.upper)), and no "
                + "order between."
        case .interrupted: return "Interrupted before the search was over."
        }
    }

    /// What a reader must know beside the answer.
    static func remarks(_ record: KneeRecord) -> [String] {
        var remarks: [String] = []
        let disturbed = record.steps.count { $0.outcome == .disturbed }
        if disturbed > 0 {
            remarks.append(
                "\(ConsoleSummary.plural(disturbed, "step")) of \(record.steps.count) were "
                    + "disturbed by the machine and repeated; where it is never quiet, the knee is "
                    + "higher than what was found.")
        }
        if record.machine.buildMode == "debug", !record.simulated {
            remarks.append("A debug build: the knee of a release build is several times higher.")
        }
        return remarks
    }

    static func words(_ hysteresis: KneeHysteresisRecord) -> String {
        func rate(_ value: Double?) -> String {
            value.map { Quantity.rate($0) } ?? "no plateau"
        }
        let up = rate(hysteresis.upPerSecond), down = rate(hysteresis.downPerSecond)
        let same = hysteresis.upPerSecond == hysteresis.downPerSecond
        return "Climbing without a pause the system held up to \(up); coming down it held again "
            + "from \(down) on" + (same ? ": no hysteresis." : ".")
    }

    // MARK: Tables

    /// Every rate with its steps, in ascending order.
    static func rates(_ record: KneeRecord) -> ReportTable {
        var table = ReportTable(
            ["rate", "held", "missed", "other", "values"], textColumns: [4])
        let rates = Set(record.steps.map(\.ratePerSecond)).sorted()
        for rate in rates {
            let steps = record.steps.filter { $0.ratePerSecond == rate }
            func count(_ outcomes: Set<KneeOutcome>) -> String {
                let count = steps.count { outcomes.contains($0.outcome) }
                return count > 0 ? "\(count)" : ""
            }
            table.add([
                Quantity.rate(rate), count([.held]), count([.missed]),
                count([.generatorLimit, .disturbed]), measured(steps),
            ])
        }
        return table
    }

    /// The values of each objective over the steps, from the lowest to the highest.
    private static func measured(_ steps: [KneeStepRecord]) -> String {
        guard let first = steps.first else { return "" }
        return first.objectives.indices.map { index in
            let values = steps.compactMap { step in
                step.objectives.indices.contains(index) ? step.objectives[index].actual : nil
            }.sorted()
            let objective = first.objectives[index]
            let texts = [values.first, values.last].compactMap { $0 }.map { value in
                MetricUnit(rawValue: objective.unit).map { MetricText.text(value, unit: $0) }
                    ?? Quantity.number(value)
            }
            let range = texts.first == texts.last ? texts.prefix(1) : texts[...]
            return "\(printable(objective.metric)) "
                + (range.isEmpty ? Quantity.absent : range.joined(separator: " to "))
        }.joined(separator: ", ")
    }

    static func plateaus(_ hysteresis: KneeHysteresisRecord) -> ReportTable {
        var table = ReportTable(["way", "rate", "outcome", "values"], textColumns: [2, 3])
        for plateau in hysteresis.plateaus {
            let step = KneeStepRecord(
                stage: "", ratePerSecond: 0, holdNs: 0, outcome: .held,
                objectives: plateau.objectives, verdict: .valid)
            table.add([
                ReportTable.Cell(plateau.isUp ? "up" : "down"),
                ReportTable.Cell(Quantity.rate(plateau.ratePerSecond)),
                ReportTable.Cell(
                    plateau.held ? "held" : "missed", tone: plateau.held ? .good : .bad),
                ReportTable.Cell(measured([step])),
            ])
        }
        return table
    }
}
