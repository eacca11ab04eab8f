import UrrResults

/// What was offered and what got through: over time and in sum.
enum FlowReport {
    static func section(_ record: RunRecord) -> ReportSection? {
        guard !record.series.rows.isEmpty else { return nil }
        var blocks: [ReportBlock] = [.chart(chart(record))]
        if let table = table(record) { blocks.append(.table(table)) }
        return ReportSection(
            title: "Offered and achieved", remark: record.measuredRemark, blocks: blocks)
    }

    private static func table(_ record: RunRecord) -> ReportTable? {
        let rows = FlowSection.rows(record)
        guard !rows.isEmpty else { return nil }
        var table = ReportTable(["", "messages", "mean", "peak", "of offered"])
        for row in rows { table.add(row) }
        return table
    }

    private static func chart(_ record: RunRecord) -> ReportChart {
        let reading = SeriesReading(record)
        var columns = [
            ("offered", reading.rates { $0.offered }), ("sent", reading.rates { $0.sent }),
        ]
        var series = [
            ChartData.Series(name: "offered", colour: 0, values: columns[0].1),
            ChartData.Series(name: "sent", colour: 0, style: .dashed, values: columns[1].1),
        ]
        for (index, group) in record.groups.enumerated() {
            let name = "handled by \(printable(group.name))"
            let rates = reading.rates {
                $0.groups.indices.contains(index) ? $0.groups[index].handled : nil
            }
            columns.append((name, rates))
            series.append(ChartData.Series(name: name, colour: 1 + index, values: rates))
        }
        return ReportChart(
            title: "Messages a second",
            remark: "each point is the mean of the interval of "
                + Quantity.duration(record.series.intervalNs) + " that ends there",
            data: ChartData(
                form: .time, x: ChartData.Axis(title: "time in the run", unit: .seconds),
                y: ChartData.Axis(title: "messages/s", unit: .perSecond), series: series,
                instants: reading.instants, spans: SeriesReading.spans(record)),
            table: SeriesTable.table(
                instants: reading.instants,
                columns: columns.map { name, values in
                    SeriesTable.Column(
                        title: name, values: values, merge: .mean, text: Quantity.rate)
                }))
    }
}
