import UrrAnalysis
import UrrResults

/// A sweep as a part of a report.
enum SweepReport {
    static func part(_ record: SweepRecord, file: String) -> ReportPart {
        let series = record.scalingSeries()
        var sections: [ReportSection] = []
        for group in record.groupNames { sections += ScalingCharts.overview(record, group) }
        sections += series.map { ScalingCharts.section($0, of: record) }
        for group in record.groupNames {
            sections.append(
                ReportSection(
                    title: "Cells: \(printable(group))", remark: nil,
                    blocks: [
                        .table(SweepTables.cells(record, group: group, isNarrow: false))
                    ] + SweepTables.notes.map { .paragraph($0) }))
        }
        if let machine = machine(record) { sections.append(machine) }
        return ReportPart(
            kind: "Sweep", source: ReportSource(isSimulated: record.isSimulated),
            title: printable(record.workload.name),
            facts: facts(record, file: file), answer: answer(record, series), sections: sections)
    }

    private static func facts(_ record: SweepRecord, file: String) -> [String] {
        let axes = record.axes.map { axis in
            "\(printable(axis.name)) \(axis.values.map { printable($0) }.joined(separator: ", "))"
        }
        return [
            [
                "driver \(printable(record.driver.name))", "file \(printable(file))",
                "seed \(record.seed.value)", "started \(printable(record.startedAt))",
            ].joined(separator: " · "),
            (axes + ["\(record.trials) trials"]).joined(separator: " · "),
        ]
    }

    // MARK: Answer

    private static func answer(_ record: SweepRecord, _ series: [ScalingSeries]) -> ReportAnswer {
        let invalid = record.runs.count { $0.verdict.value == .invalid }
        let suspect = record.runs.count { $0.verdict.value == .suspect }
        let total = record.cells.count * record.trials
        let isComplete = record.runs.count == total
        let state: (String, ReportTone) =
            invalid > 0
            ? ("\(invalid) INVALID", .bad)
            : suspect > 0
                ? ("\(suspect) SUSPECT", .doubtful)
                : isComplete ? ("VALID", .good) : ("INCOMPLETE", .doubtful)
        let runs = "\(record.runs.count) of \(total) runs"
        return ReportAnswer(
            badge: state.0, tone: state.1, headline: "\(runs). " + headline(series),
            remarks: remarks(record, isComplete: isComplete), figures: figures(record))
    }

    /// The first sentence of the series with the most points; the others have their sections.
    private static func headline(_ series: [ScalingSeries]) -> String {
        func points(_ series: ScalingSeries) -> Int {
            if case .success(let analysis) = series.analysis { analysis.points.count } else { 0 }
        }
        let best = series.max { points($0) < points($1) }
        guard let best else { return "Nothing was varied that throughput could scale with." }
        let sentence = ScalingWords.sentences(best).first ?? ""
        return "Scaling with \(ScalingWords.title(best)): "
            + sentence.prefix(1).lowercased() + sentence.dropFirst()
    }

    private static func remarks(_ record: SweepRecord, isComplete: Bool) -> [ReportRemark] {
        var remarks: [ReportRemark] = []
        func add(_ tone: ReportTone, _ label: String, _ text: String) {
            remarks.append(ReportRemark(tone: tone, label: label, text: text))
        }
        let faults = [
            ("lost", record.runs.reduce(0) { $0 + $1.lost }),
            ("corrupted", record.runs.reduce(0) { $0 + $1.corrupted }),
            ("reordered", record.runs.reduce(0) { $0 + $1.reordered }),
            ("beyond the guarantees", record.runs.reduce(0) { $0 + $1.violations }),
        ].filter { $0.1 > 0 }
        for (name, count) in faults { add(.bad, name, "\(Quantity.count(count)) messages") }
        if !isComplete {
            add(.doubtful, "incomplete", "some cells were run less often, or not yet")
        }
        if record.isSimulated {
            add(.doubtful, "simulated", "time was virtual; these are answers of a model")
        }
        if record.machine?.buildMode == "debug" {
            add(.doubtful, "debug build", "the times say nothing about a release build")
        }
        return remarks + codes(record)
    }

    /// Which checks spoke against runs, and how often.
    private static func codes(_ record: SweepRecord) -> [ReportRemark] {
        var counts: [String: (severity: Verdict, count: Int)] = [:]
        for run in record.runs {
            for (code, reasons) in Dictionary(grouping: run.verdict.reasons, by: \.code) {
                let severity = reasons.map(\.severity).max() ?? .valid
                let before = counts[code] ?? (.valid, 0)
                counts[code] = (max(before.severity, severity), before.count + 1)
            }
        }
        return counts.sorted {
            ($0.value.severity, $0.value.count) > ($1.value.severity, $1.value.count)
        }
        .map { code, found in
            ReportRemark(
                tone: RunAnswer.tone(found.severity), label: printable(code),
                text: "in \(found.count) of \(record.runs.count) runs")
        }
    }

    private static func figures(_ record: SweepRecord) -> [ReportFigure] {
        guard let group = record.groupNames.first else { return [] }
        let summaries = record.summaries(ofGroup: group)
        let fastest = summaries.compactMap { summary in
            SweepTables.median(summary.handled).map { (summary, $0) }
        }.max { $0.1 < $1.1 }
        let quickest = summaries.compactMap { summary in
            summary.responseNs[99].map { (summary, $0) }
        }.min { $0.1 < $1.1 }
        func cell(_ summary: SweepCellSummary) -> String {
            "at "
                + zip(record.axes, record.cells[summary.cell].values).map {
                    "\(printable($0.name)) \(printable($1))"
                }.joined(separator: ", ")
        }
        return [
            fastest.map {
                ReportFigure(
                    label: "Highest throughput", value: Quantity.rate($0.1), note: cell($0.0))
            },
            quickest.map {
                ReportFigure(
                    label: "Lowest response p99", value: Quantity.duration($0.1), note: cell($0.0))
            },
            ReportFigure(
                label: "Cells", value: "\(record.cells.count)",
                note: "\(record.trials) trials each, in random order"),
        ].compactMap { $0 }
    }

    private static func machine(_ record: SweepRecord) -> ReportSection? {
        guard let machine = record.machine else { return nil }
        var table = ReportTable(["", ""], textColumns: [1])
        for (name, value) in MachineReport.facts(machine) { table.add([name, value]) }
        table.add(["driver", printable(record.driver.name)])
        table.add(["workload digest", printable(record.workload.digest)])
        return ReportSection(title: "Machine", remark: nil, blocks: [.table(table)])
    }
}
