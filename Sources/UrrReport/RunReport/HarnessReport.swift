import UrrResults

/// What the measuring cost, and how busy each thread was.
enum HarnessReport {
    static func section(_ record: RunRecord) -> ReportSection? {
        let harness = record.harness
        var texts = [HarnessSection.costs(harness), HarnessSection.allocations(record)]
        if let placement = harness.placement { texts.append(HarnessSection.placed(placement)) }
        var table = ReportTable(HarnessSection.workerHeader, textColumns: [1])
        for worker in harness.workers { table.add(HarnessSection.cells(worker)) }
        return ReportSection(
            title: "Harness", remark: "what the measuring itself cost",
            blocks: texts.map { .paragraph(sentence($0)) } + [.table(table)])
    }

    /// With a capital and a full stop: the console has these as parts of lines.
    private static func sentence(_ text: String) -> String {
        text.prefix(1).uppercased() + text.dropFirst() + "."
    }
}
