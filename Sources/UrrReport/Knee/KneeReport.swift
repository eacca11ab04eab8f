import UrrResults

/// A search for the knee as a part of a report.
enum KneeReport {
    static func part(_ record: KneeRecord, file: String) -> ReportPart {
        var sections = [steps(record)]
        if let hysteresis = record.hysteresis { sections.append(section(hysteresis)) }
        sections.append(rates(record))
        var table = ReportTable(["", ""], textColumns: [1])
        for (name, value) in MachineReport.facts(record.machine) { table.add([name, value]) }
        sections.append(ReportSection(title: "Machine", remark: nil, blocks: [.table(table)]))
        return ReportPart(
            kind: "Knee", source: ReportSource(isSimulated: record.simulated),
            title: printable(record.workload.name),
            facts: [
                [
                    "driver \(printable(record.driver.name))", "file \(printable(file))",
                    "seed \(record.seed.value)", "started \(printable(record.startedAt))",
                ].joined(separator: " · "),
                "objectives: " + record.objectives.map { printable($0) }.joined(separator: "; "),
            ], answer: answer(record), sections: sections)
    }

    private static func answer(_ record: KneeRecord) -> ReportAnswer {
        let state: (String, ReportTone) =
            switch record.finding.kind {
            case .found: ("FOUND", .good)
            case .aboveAllowed: ("NOT REACHED", .doubtful)
            case .generatorLimit: ("TOOL'S LIMIT", .doubtful)
            case .belowAllowed: ("NONE HOLDS", .bad)
            case .undecided: ("UNDECIDED", .bad)
            case .interrupted: ("INTERRUPTED", .doubtful)
            }
        var remarks = KneeText.remarks(record).map {
            ReportRemark(tone: .doubtful, label: "caution", text: $0)
        }
        if record.simulated {
            remarks.insert(
                ReportRemark(
                    tone: .doubtful, label: "simulated",
                    text: "time was virtual; these are answers of a model"), at: 0)
        }
        var figures: [ReportFigure] = []
        if let rate = record.finding.ratePerSecond {
            let interval = [record.finding.lower, record.finding.upper].compactMap { $0 }
                .map { Quantity.number($0) }.joined(separator: " to ")
            figures.append(
                ReportFigure(
                    label: "Knee", value: Quantity.rate(rate), note: "95 % interval \(interval)"))
        }
        if let hysteresis = record.hysteresis {
            for (label, value) in [
                ("Held up to", hysteresis.upPerSecond),
                ("Held again from", hysteresis.downPerSecond),
            ] {
                figures.append(
                    ReportFigure(
                        label: label, value: value.map { Quantity.rate($0) } ?? "none",
                        note: label == "Held up to" ? "climbing without a pause" : "coming down"))
            }
        }
        figures.append(
            ReportFigure(
                label: "Steps", value: "\(record.steps.count)",
                note: "rates \(Quantity.percent(record.resolution)) apart at the end"))
        return ReportAnswer(
            badge: state.0, tone: state.1, headline: KneeText.answer(record), remarks: remarks,
            figures: figures)
    }

    // MARK: Steps

    private static func steps(_ record: KneeRecord) -> ReportSection {
        let outcomes: [(KneeOutcome, Int, ChartData.Series.Style)] = [
            (.held, 3, .points), (.missed, 2, .points), (.generatorLimit, 4, .hollow),
            (.disturbed, 0, .hollow),
        ]
        var series = [
            ChartData.Series(
                name: "rate", colour: 0, style: .line,
                points: record.steps.enumerated().map { [Double($0 + 1), $1.ratePerSecond] })
        ]
        if let lower = record.finding.lower, let upper = record.finding.upper,
            record.finding.kind == .found
        {
            series.append(
                ChartData.Series(
                    name: "95 % interval of the knee", colour: 1, style: .band,
                    points: [1, Double(max(2, record.steps.count))].map { [$0, lower, upper] }))
        }
        for (outcome, colour, style) in outcomes {
            let points = record.steps.enumerated().filter { $1.outcome == outcome }.map {
                [Double($0 + 1), $1.ratePerSecond]
            }
            guard !points.isEmpty else { continue }
            series.append(
                ChartData.Series(
                    name: KneeText.word(outcome), colour: colour, style: style, points: points))
        }
        var table = ReportTable(
            ["step", "stage", "rate", "held for", "outcome", ""], textColumns: [1, 4, 5])
        for (index, step) in record.steps.enumerated() {
            table.add([
                ReportTable.Cell("\(index + 1)"), ReportTable.Cell(printable(step.stage)),
                ReportTable.Cell(Quantity.rate(step.ratePerSecond)),
                ReportTable.Cell(Quantity.duration(step.holdNs)),
                ReportTable.Cell(
                    KneeText.word(step.outcome),
                    tone: step.outcome == .held ? .good : step.outcome == .missed ? .bad : .doubtful
                ),
                ReportTable.Cell(step.reasons.map { printable($0) }.joined(separator: "; ")),
            ])
        }
        return ReportSection(
            title: "The search", remark: "every step on a system that was set up anew",
            blocks: [
                .chart(
                    ReportChart(
                        title: "Rates in the order in which they were tried", remark: nil,
                        data: ChartData(
                            form: .curves, x: ChartData.Axis(title: "step", unit: .count),
                            y: ChartData.Axis(
                                title: "messages/s", unit: .perSecond, isLogarithmic: true),
                            series: series), table: table))
            ])
    }

    private static func rates(_ record: KneeRecord) -> ReportSection {
        ReportSection(
            title: "Rates tried",
            remark: "lowest first; from the lowest to the highest value seen",
            blocks: [.table(KneeText.rates(record))])
    }

    private static func section(_ hysteresis: KneeHysteresisRecord) -> ReportSection {
        ReportSection(
            title: "Up and down past the knee", remark: "one run, without a pause to recover in",
            blocks: [
                .paragraph(KneeText.words(hysteresis)), .table(KneeText.plateaus(hysteresis)),
            ])
    }
}
