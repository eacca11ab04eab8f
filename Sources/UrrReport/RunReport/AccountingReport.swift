import UrrResults

/// What became of every message.
enum AccountingReport {
    static func section(_ record: RunRecord) -> ReportSection? {
        guard !record.groups.isEmpty else { return nil }
        var table = ReportTable([""] + record.groups.map { printable($0.name) })
        for line in AccountingSection.counts(record.groups, record) where !line.isOmitted {
            table.add(
                [ReportTable.Cell(line.name)]
                    + line.counts.map { count in
                        ReportTable.Cell(
                            Quantity.count(count), tone: line.isFault && count > 0 ? .bad : .plain)
                    })
        }
        let violations = record.groups.flatMap { group in
            group.firstViolations.prefix(3).map { "\(printable(group.name)): \(printable($0))" }
        }
        let remarks = AccountingSection.producerTrouble(record) + violations
        return ReportSection(
            title: "Accounting", remark: "every message of the measured phase, to its end",
            blocks: [.table(table)] + remarks.map { .paragraph($0) })
    }
}
