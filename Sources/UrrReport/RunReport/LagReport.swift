import UrrResults

/// How far the groups fell behind, and how they came back.
enum LagReport {
    static func section(_ record: RunRecord) -> ReportSection? {
        guard !record.groups.isEmpty else { return nil }
        var blocks = record.groups.map { group in
            ReportBlock.paragraph(LagSection.story(group, of: record))
        }
        if !record.series.rows.isEmpty { blocks.append(.chart(chart(record))) }
        blocks.append(.table(table(record)))
        return ReportSection(
            title: "Lag", remark: "messages sent and not yet committed", blocks: blocks)
    }

    private static func table(_ record: RunRecord) -> ReportTable {
        var table = ReportTable([
            "", "highest", "at", "oldest unread", "recovery", "growth", "area", "at the end",
        ])
        for group in record.groups {
            let lag = group.lag
            table.add([
                printable(group.name), Quantity.count(lag.peak), Quantity.duration(lag.peakAtNs),
                lag.peakSeconds.map { Quantity.duration(seconds: $0) } ?? Quantity.absent,
                lag.recoveryNs.map { Quantity.duration($0) } ?? Quantity.absent,
                lag.slopePerSecond.map { Quantity.rate($0) } ?? Quantity.absent,
                Quantity.number(lag.area) + " message-seconds", Quantity.count(lag.finalLag),
            ])
        }
        return table
    }

    private static func chart(_ record: RunRecord) -> ReportChart {
        let reading = SeriesReading(record)
        var series: [ChartData.Series] = []
        var columns: [SeriesTable.Column] = []
        for (index, group) in record.groups.enumerated() {
            let name = printable(group.name)
            let lag = reading.values(ofGroup: index) { $0.lag.map { Double($0) } }
            series.append(ChartData.Series(name: name, colour: 1 + index, values: lag))
            columns.append(
                SeriesTable.Column(
                    title: name, values: lag, merge: .greatest,
                    text: { Quantity.decimal($0, 0) }))
            columns.append(
                SeriesTable.Column(
                    title: "age of its oldest",
                    values: reading.values(ofGroup: index) { $0.lagSeconds }, merge: .greatest,
                    text: { Quantity.duration(seconds: $0) }))
        }
        return ReportChart(
            title: "Lag in messages", remark: "each point is the highest of its interval",
            data: ChartData(
                form: .time, x: ChartData.Axis(title: "time in the run", unit: .seconds),
                y: ChartData.Axis(title: "messages", unit: .count), series: series,
                instants: reading.instants, spans: SeriesReading.spans(record)),
            table: SeriesTable.table(instants: reading.instants, columns: columns))
    }
}
