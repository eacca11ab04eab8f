import UrrResults

/// A capacity plan as a part of a report: the answer first, then what it rests on.
enum PlanReport {
    static func part(_ record: PlanRecord, file: String) -> ReportPart {
        var sections: [ReportSection] = []
        if !record.finding.changes.isEmpty { sections.append(changes(record)) }
        if let answer = record.answer {
            sections.append(facts(record, answer))
            sections.append(whatIf(record, answer))
            if let rule = rule(record) { sections.append(rule) }
        }
        if let profile = record.profile { sections.append(quotas(profile)) }
        sections.append(search(record))
        sections.append(PredictionWords.section(record.prediction))
        sections.append(words())
        sections.append(
            ReportSection(
                title: "Assumptions", remark: "nothing of this was measured",
                blocks: record.assumptions.map { .paragraph(printable($0)) }))
        var table = ReportTable(["", ""], textColumns: [1])
        for (name, value) in MachineReport.facts(record.machine) { table.add([name, value]) }
        sections.append(
            ReportSection(
                title: "Machine",
                remark: "where the simulation was computed; its speed changes nothing",
                blocks: [.table(table)]))
        return ReportPart(
            kind: "Plan", source: .simulated, title: printable(record.workload.name),
            facts: [
                [
                    "group \(printable(record.group))", "file \(printable(file))",
                    "seed \(record.seed.value)", "started \(printable(record.startedAt))",
                ].joined(separator: " · "),
                "objectives: " + record.objectives.map { printable($0) }.joined(separator: "; "),
            ], answer: answer(record), sections: sections)
    }

    // MARK: The answer

    private static func answer(_ record: PlanRecord) -> ReportAnswer {
        let state: (String, ReportTone) =
            switch record.finding.kind {
            case .found: ("FOUND", .good)
            case .impossible: ("NO SIZE HOLDS", .bad)
            case .limited: ("TIME OVER", .doubtful)
            case .interrupted: ("INTERRUPTED", .doubtful)
            }
        var remarks = [
            ReportRemark(
                tone: .doubtful, label: "simulated",
                text: "every number of this plan is an answer of a model; none was measured. "
                    + (record.prediction.map { "Greatest errors: " + PredictionWords.errors($0) }
                        ?? "How far the model was from measurements is not known here"))
        ]
        if let answer = record.answer {
            remarks += [
                ("margin", PlanWords.margin(answer.margin, record.load)),
                ("gives way first", PlanWords.bottleneck(answer.bottleneck)),
            ].map { ReportRemark(tone: .plain, label: $0.0, text: $0.1) }
        }
        remarks += record.finding.reasons.map {
            ReportRemark(tone: .bad, label: "why", text: printable($0))
        }
        if let profile = record.profile {
            let isExceeded = profile.quotas.contains(where: \.isExceeded)
            remarks.append(
                ReportRemark(
                    tone: isExceeded ? .bad : .plain, label: "quotas",
                    text: PlanTables.binding(profile)))
        }
        return ReportAnswer(
            badge: state.0, tone: state.1, headline: PlanWords.answer(record), remarks: remarks,
            figures: figures(record))
    }

    private static func figures(_ record: PlanRecord) -> [ReportFigure] {
        guard let answer = record.answer else { return [] }
        let size = answer.trial.size
        var figures = [
            ReportFigure(
                label: "Consumers", value: Quantity.count(Int64(size.consumers)),
                note: "in " + ConsoleSummary.plural(answer.instances, "instance"))
        ]
        if let partitions = size.partitions {
            figures.append(
                ReportFigure(
                    label: "Partitions", value: Quantity.count(Int64(partitions)),
                    note: "of each topic that is read"))
        }
        if let margin = answer.margin {
            figures.append(
                ReportFigure(
                    label: "Margin", value: Quantity.percent(margin.heldFactor - 1),
                    note: "more load is held, up to "
                        + Quantity.rate(margin.heldFactor * record.load.groupPeakPerSecond)))
        }
        figures.append(
            ReportFigure(
                label: "Recovery",
                value: answer.trial.recoveryNs.map { Quantity.duration($0) } ?? "none",
                note: "after a lag of \(Quantity.count(answer.trial.lagPeak)) messages"))
        figures.append(
            ReportFigure(
                label: "Backlog", value: Quantity.bytes(answer.backlogBytes),
                note: "memory of the greatest lag"))
        figures.append(
            ReportFigure(
                label: "Storage", value: Quantity.bytes(answer.storage.bytesPerDay),
                note: "a day"))
        return figures
    }

    private static func changes(_ record: PlanRecord) -> ReportSection {
        ReportSection(
            title: "What would have to change", remark: nil,
            blocks: record.finding.changes.map { .paragraph(printable($0)) })
    }

    private static func facts(_ record: PlanRecord, _ answer: PlanAnswerRecord) -> ReportSection {
        var table = ReportTable(["", ""], textColumns: [1])
        for (name, value) in PlanWords.figures(record) { table.add([name, value]) }
        let neighbours = answer.neighbours.map { printable($0) }.joined(separator: " ")
        return ReportSection(
            title: "What follows", remark: nil,
            blocks: [.table(table)] + (neighbours.isEmpty ? [] : [.paragraph(neighbours)]))
    }

    // MARK: Evidence

    /// What the words of the page mean, for those who meet them here.
    private static func words() -> ReportSection {
        var table = ReportTable(["", ""], textColumns: [1])
        for (word, meaning) in PlanWords.glossary { table.add([word, meaning]) }
        return ReportSection(title: "Words of this page", remark: nil, blocks: [.table(table)])
    }

    private static func whatIf(
        _ record: PlanRecord, _ answer: PlanAnswerRecord
    ) -> ReportSection {
        var changes = ReportTable(["what if", "what is different"], textColumns: [1])
        for row in record.whatIfs { changes.add([printable(row.name), printable(row.change)]) }
        return ReportSection(
            title: "What if", remark: "the planned size, each row simulated",
            blocks: variants(record.whatIfs, record, answer.trial) + [.table(changes)]
                + PlanCharts.overTime(record, answer))
    }

    private static func variants(
        _ rows: [PlanVariantRecord], _ record: PlanRecord, _ plan: PlanTrialRecord?
    ) -> [ReportBlock] {
        [.table(PlanTables.variants(rows, of: record, plan: plan))]
            + PlanTables.remarks(rows).map { .paragraph($0) }
    }

    private static func rule(_ record: PlanRecord) -> ReportSection? {
        guard let text = PlanWords.rule(record) else { return nil }
        return ReportSection(
            title: "The rule of thumb",
            remark: "peak over the rate of one consumer, x 2 to 3; simulated, too",
            blocks: [.paragraph(text)] + variants(record.ruleOfThumb, record, nil))
    }

    private static func quotas(_ profile: PlanProfileRecord) -> ReportSection {
        ReportSection(
            title: "Quotas of \(printable(profile.title))", remark: "the tightest first",
            blocks: [
                .paragraph(PlanTables.binding(profile)),
                .table(PlanTables.quotas(profile)),
                .table(PlanTables.meanings(profile)),
            ]
                + PlanTables.sources(profile).map { .paragraph($0) })
    }

    private static func search(_ record: PlanRecord) -> ReportSection {
        let chart = PlanCharts.search(record).map { ReportBlock.chart($0) }
        return ReportSection(
            title: "The search",
            remark: "every run in virtual time, in order; consumers x partitions",
            blocks: (chart.map { [$0] } ?? []) + [.table(PlanTables.trials(record))])
    }
}
