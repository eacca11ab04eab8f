import UrrResults

/// What went wrong on purpose, and what it did.
enum FaultReport {
    static func section(_ record: RunRecord) -> ReportSection? {
        let stories = record.groups.compactMap { group in
            group.rebalances.map { FaultSection.story(group, $0) }
        }
        guard !record.faults.isEmpty || !stories.isEmpty else { return nil }
        var blocks = stories.map { ReportBlock.paragraph($0) }
        if !record.faults.isEmpty {
            var table = FaultSection.table(record, count: record.faults.count).report
            table.textColumns.formUnion([1, 2])
            blocks.append(.table(table))
        }
        return ReportSection(title: "Faults", remark: "injected", blocks: blocks)
    }
}
