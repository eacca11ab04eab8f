import UrrResults

/// The tables of a plan, for the console and the page.
enum PlanTables {
    /// The planned size and its variants, each with what the objectives came to.
    static func variants(
        _ rows: [PlanVariantRecord], of record: PlanRecord, plan: PlanTrialRecord?
    ) -> ReportTable {
        let metrics = self.metrics(record)
        var table = ReportTable(
            ["", "size", "outcome", "lag", "recovery"] + metrics, textColumns: [2])
        func add(_ name: String, _ trial: PlanTrialRecord) {
            let cells = [
                ReportTable.Cell(name), ReportTable.Cell(short(trial.size)), outcome(trial),
                ReportTable.Cell(Quantity.count(trial.lagPeak)),
                ReportTable.Cell(trial.recoveryNs.map { Quantity.duration($0) } ?? Quantity.absent),
            ]
            table.add(cells + values(trial, count: metrics.count))
        }
        if let plan { add("as planned", plan) }
        for row in rows {
            if let trial = row.trial {
                add(printable(row.name), trial)
                continue
            }
            let absent = [ReportTable.Cell](
                repeating: ReportTable.Cell(Quantity.absent), count: 2 + metrics.count)
            table.add(
                [
                    ReportTable.Cell(printable(row.name)), ReportTable.Cell(Quantity.absent),
                    ReportTable.Cell("not run", tone: .doubtful),
                ] + absent)
        }
        return table
    }

    /// What is wrong with rows beyond their objectives, one line for each: too long for a column.
    static func remarks(_ rows: [PlanVariantRecord]) -> [String] {
        rows.compactMap { row in
            let text = row.trial.map { others($0) } ?? row.omitted.map { printable($0) } ?? ""
            return text.isEmpty ? nil : "\(printable(row.name)): \(text)"
        }
    }

    /// Why a run was missed, but for the values of its objectives.
    private static func others(_ trial: PlanTrialRecord) -> String {
        trial.reasons.filter { reason in
            !trial.objectives.contains { $0.expression == reason }
        }.map { printable($0) }.joined(separator: "; ")
    }

    private static func outcome(_ trial: PlanTrialRecord) -> ReportTable.Cell {
        ReportTable.Cell(trial.held ? "held" : "missed", tone: trial.held ? .good : .bad)
    }

    /// The metrics of the objectives, without the name of the group, which is the only one.
    private static func metrics(_ record: PlanRecord) -> [String] {
        let objectives = record.trials.first?.objectives ?? []
        return objectives.map { objective in
            let name = printable(objective.metric)
            let group = printable(record.group) + "."
            return name.hasPrefix(group) ? String(name.dropFirst(group.count)) : name
        }
    }

    private static func values(_ trial: PlanTrialRecord, count: Int) -> [ReportTable.Cell] {
        (0..<count).map { index in
            guard trial.objectives.indices.contains(index) else {
                return ReportTable.Cell(Quantity.absent)
            }
            let objective = trial.objectives[index]
            return ReportTable.Cell(
                PlanWords.value(objective), tone: objective.passed ? .plain : .bad)
        }
    }

    /// `8 x 16`: consumers and partitions.
    static func short(_ size: PlanSize) -> String {
        size.partitions.map { "\(size.consumers) x \($0)" } ?? "\(size.consumers)"
    }

    /// Every quota, the tightest first.
    static func quotas(_ profile: PlanProfileRecord) -> ReportTable {
        var table = ReportTable(
            ["quota", "needed", "limit", "used", "kind"], textColumns: [4])
        for quota in tightestFirst(profile) {
            let tone: ReportTone = quota.isExceeded ? .bad : .plain
            table.add([
                ReportTable.Cell(PlanWords.quantity(quota.quantity)),
                ReportTable.Cell(PlanWords.amount(quota.needed, quota.unit), tone: tone),
                ReportTable.Cell(PlanWords.amount(quota.limit, quota.unit)),
                ReportTable.Cell(
                    quota.share.map { Quantity.percent($0) } ?? Quantity.absent, tone: tone),
                ReportTable.Cell(printable(quota.strictness)),
            ])
        }
        return table
    }

    /// What each quota is and how the need was reckoned.
    static func meanings(_ profile: PlanProfileRecord) -> ReportTable {
        var table = ReportTable(["quota", "needed; what the limit is"], textColumns: [1])
        for quota in tightestFirst(profile) {
            table.add([PlanWords.quantity(quota.quantity), printable(quota.remark)])
        }
        return table
    }

    private static func tightestFirst(_ profile: PlanProfileRecord) -> [PlanQuotaRecord] {
        profile.quotas.sorted { ($0.share ?? -1) > ($1.share ?? -1) }
    }

    /// Where each quota is documented.
    static func sources(_ profile: PlanProfileRecord) -> [String] {
        var seen: Set<String> = []
        return profile.quotas.compactMap { quota in
            let line = "\(printable(quota.source)), read on \(printable(quota.date))"
            return seen.insert(line).inserted ? line : nil
        }
    }

    /// What binds, in a sentence.
    static func binding(_ profile: PlanProfileRecord) -> String {
        let title = printable(profile.title)
        let exceeded = tightestFirst(profile).filter(\.isExceeded)
        guard exceeded.isEmpty else {
            let names = exceeded.map { quota in
                let need = PlanWords.amount(quota.needed, quota.unit)
                return "\(PlanWords.quantity(quota.quantity)) (\(need) of "
                    + "\(PlanWords.amount(quota.limit, quota.unit)), \(printable(quota.strictness)))"
            }
            return "\(title) does not carry this plan: \(names.joined(separator: "; "))."
        }
        guard let first = tightestFirst(profile).first, let share = first.share else {
            return "No quota of \(title) says anything about this plan."
        }
        return
            "No quota of \(title) is exceeded; \(PlanWords.quantity(first.quantity)) binds first, at "
            + "\(Quantity.percent(share))."
    }

    /// Every simulated run in order.
    static func trials(_ record: PlanRecord) -> ReportTable {
        let metrics = self.metrics(record)
        var table = ReportTable(
            ["run", "for", "size", "load", "outcome"] + metrics, textColumns: [1, 4])
        for (index, trial) in record.trials.enumerated() {
            table.add(
                [
                    ReportTable.Cell("\(index + 1)"), ReportTable.Cell(printable(trial.purpose)),
                    ReportTable.Cell(short(trial.size)),
                    ReportTable.Cell("x " + Quantity.number(trial.loadFactor)), outcome(trial),
                ] + values(trial, count: metrics.count))
        }
        return table
    }
}
