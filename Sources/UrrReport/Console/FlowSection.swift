import UrrResults

/// What was offered to the system, and what got through it, in the measured phase.
enum FlowSection {
    static func lines(_ record: RunRecord, _ style: TextStyle) -> [String] {
        let rows = rows(record)
        guard !rows.isEmpty else { return [] }
        var table = TextTable(["", "messages", "mean", "peak", "of offered"])
        for row in rows { table.add(row) }
        let remark =
            "\(record.measuredRemark); peak over \(Quantity.duration(record.series.intervalNs))"
        return [ConsoleSummary.heading("Offered and achieved", remark, style)]
            + table.lines(style, indent: 2)
    }

    /// The lines of the table: a name, the messages, their mean and greatest rate, the share of what
    /// was offered. None where nothing was measured.
    static func rows(_ record: RunRecord) -> [[String]] {
        let rows = record.series.rows.filter { $0.phase == "measure" }
        guard !rows.isEmpty else { return [] }
        let seconds = Double(record.series.intervalNs) / 1e9
        var table: [[String]] = []
        let offered = rows.map(\.offered)
        let total = offered.reduce(0, +)
        func add(_ name: String, _ counts: [UInt64], shared: Bool) {
            let sum = counts.reduce(0, +)
            let share = shared && total > 0 ? Quantity.percent(Double(sum) / Double(total)) : ""
            table.append([
                name, Quantity.count(sum),
                Quantity.rate(Double(sum) / Double(rows.count) / seconds),
                Quantity.rate(Double(counts.max() ?? 0) / seconds), share,
            ])
        }
        add("offered by the schedule", offered, shared: false)
        add("sent", rows.map(\.sent), shared: true)
        add("acknowledged", rows.map(\.acknowledged), shared: true)
        for (index, group) in record.groups.enumerated() {
            // A group may read a part of the topics, so a share of all that was offered would say
            // nothing about it.
            add(
                "handled by \(printable(group.name))",
                rows.map { $0.groups.indices.contains(index) ? $0.groups[index].handled : 0 },
                shared: false)
        }
        return table
    }
}
