import UrrResults

/// The tables of a plan, for the console and the page.
enum PlanTables {
    /// The planned size and its variants, each with what the objectives came to.
    static func variants(_ rows: [PlanVariantRecord], plan: PlanTrialRecord?) -> ReportTable {
        var table = ReportTable(
            ["", "size", "outcome", "lag at most", "recovery", "objectives"],
            textColumns: [1, 2, 5])
        if let plan { add(plan, name: "as planned", to: &table) }
        for row in rows {
            if let trial = row.trial {
                add(trial, name: printable(row.name), to: &table)
            } else {
                table.add([
                    ReportTable.Cell(printable(row.name)), ReportTable.Cell(""),
                    ReportTable.Cell("not run", tone: .doubtful), ReportTable.Cell(""),
                    ReportTable.Cell(""), ReportTable.Cell(printable(row.omitted ?? "")),
                ])
            }
        }
        return table
    }

    private static func add(
        _ trial: PlanTrialRecord, name: String, to table: inout ReportTable
    ) {
        let others = trial.reasons.filter { reason in
            !trial.objectives.contains { $0.expression == reason }
        }
        let words = [PlanWords.values(trial)] + others.map { printable($0) }
        table.add([
            ReportTable.Cell(name), ReportTable.Cell(short(trial.size)),
            ReportTable.Cell(
                trial.held ? "held" : "missed", tone: trial.held ? .good : .bad),
            ReportTable.Cell(Quantity.count(trial.lagPeak)),
            ReportTable.Cell(trial.recoveryNs.map { Quantity.duration($0) } ?? Quantity.absent),
            ReportTable.Cell(words.joined(separator: "; ")),
        ])
    }

    /// `8 x 16`: consumers and partitions.
    static func short(_ size: PlanSize) -> String {
        size.partitions.map { "\(size.consumers) x \($0)" } ?? "\(size.consumers)"
    }

    /// Every quota, the tightest first.
    static func quotas(_ profile: PlanProfileRecord) -> ReportTable {
        var table = ReportTable(
            ["quota", "needed", "limit", "used", "kind", "what it is"], textColumns: [4, 5])
        for quota in tightestFirst(profile) {
            let tone: ReportTone = quota.isExceeded ? .bad : .plain
            table.add([
                ReportTable.Cell(printable(quota.quantity)),
                ReportTable.Cell(PlanWords.amount(quota.needed, quota.unit), tone: tone),
                ReportTable.Cell(PlanWords.amount(quota.limit, quota.unit)),
                ReportTable.Cell(
                    quota.share.map { Quantity.percent($0) } ?? Quantity.absent, tone: tone),
                ReportTable.Cell(printable(quota.strictness)),
                ReportTable.Cell(printable(quota.remark)),
            ])
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
                return "\(printable(quota.quantity)) (\(need) of "
                    + "\(PlanWords.amount(quota.limit, quota.unit)), \(printable(quota.strictness)))"
            }
            return "\(title) does not carry this plan: \(names.joined(separator: "; "))."
        }
        guard let first = tightestFirst(profile).first, let share = first.share else {
            return "No quota of \(title) says anything about this plan."
        }
        return "No quota of \(title) is exceeded; \(printable(first.quantity)) binds first, at "
            + "\(Quantity.percent(share))."
    }

    /// Every simulated run in order.
    static func trials(_ record: PlanRecord) -> ReportTable {
        var table = ReportTable(
            ["run", "for", "size", "load", "outcome", "objectives"], textColumns: [1, 2, 4, 5])
        for (index, trial) in record.trials.enumerated() {
            table.add([
                ReportTable.Cell("\(index + 1)"), ReportTable.Cell(printable(trial.purpose)),
                ReportTable.Cell(short(trial.size)),
                ReportTable.Cell("x " + Quantity.number(trial.loadFactor)),
                ReportTable.Cell(
                    trial.held ? "held" : "missed", tone: trial.held ? .good : .bad),
                ReportTable.Cell(PlanWords.values(trial)),
            ])
        }
        return table
    }
}
