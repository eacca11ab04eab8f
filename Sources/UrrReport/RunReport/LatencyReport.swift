import UrrResults

/// The latency ledger, and the response over time.
enum LatencyReport {
    static func section(_ record: RunRecord) -> ReportSection? {
        guard !record.producers.isEmpty || !record.groups.isEmpty else { return nil }
        var blocks: [ReportBlock] = [
            .paragraph(
                "Every step of a message's way, from histograms of all messages. Response counts "
                    + "from the instant at which the schedule meant the message to leave, so the "
                    + "wait before the door is part of it.")
        ]
        blocks.append(.chart(ledgerChart(record)))
        blocks += LatencySection.footnotes(record).map { .paragraph($0) }
        if let chart = timeChart(record) { blocks.append(.chart(chart)) }
        return ReportSection(title: "Latency", remark: record.measuredRemark, blocks: blocks)
    }

    // MARK: Ledger

    private static let percentiles = ["50", "90", "99", "99.9", "99.99"]

    /// From the median to the 99th percentile, and on to the 99.9th: three numbers in one bar.
    private static func ledgerChart(_ record: RunRecord) -> ReportChart {
        var table = ReportTable(["", "p50", "p90", "p99", "p99.9", "p99.99", "max", "messages"])
        var categories: [String] = []
        var body: [[Double]] = []
        var tail: [[Double]] = []
        for part in LatencySection.ledger(record) {
            table.addTitle(part.title)
            for step in part.steps {
                let at = step.histogram.percentilesNs
                table.add(["\(step.name) (\(step.explanation))"] + cells(step.histogram))
                categories.append("\(step.name)\n\(part.owner)")
                body.append(range(at["50"], at["99"]))
                tail.append(range(at["99"], at["99.9"]))
            }
        }
        return ReportChart(
            title: "Ledger of latencies",
            remark: "bars from the median to the 99th percentile, lighter on to the 99.9th",
            data: ChartData(
                form: .ranges, x: ChartData.Axis(title: "", unit: .count),
                y: ChartData.Axis(title: "", unit: .nanoseconds, isLogarithmic: true),
                series: [
                    ChartData.Series(name: "p50 to p99", colour: 1, style: .bar, points: body),
                    ChartData.Series(name: "p99 to p99.9", colour: 1, style: .band, points: tail),
                ], categories: categories),
            table: table)
    }

    /// A logarithmic axis has no zero: what took less than a nanosecond is drawn at one.
    private static func range(_ low: Int64?, _ high: Int64?) -> [Double] {
        guard let low, let high else { return [] }
        return [max(1, Double(low)), max(1, Double(high))]
    }

    static func cells(_ histogram: HistogramRecord) -> [String] {
        percentiles.map { percentile in
            histogram.percentilesNs[percentile].map { Quantity.duration($0) } ?? Quantity.absent
        } + [
            histogram.maxNs.map { Quantity.duration($0) } ?? Quantity.absent,
            Quantity.count(histogram.count + histogram.overflow),
        ]
    }

    // MARK: Over time

    private static func timeChart(_ record: RunRecord) -> ReportChart? {
        guard !record.groups.isEmpty, !record.series.rows.isEmpty else { return nil }
        let reading = SeriesReading(record)
        var series: [ChartData.Series] = []
        var columns: [SeriesTable.Column] = []
        for (index, group) in record.groups.enumerated() {
            let lines: [(String, ChartData.Series.Style, KeyPath<SeriesGroupRow, Int64?>)] = [
                ("p50", .line, \.responseP50Ns), ("p99", .dashed, \.responseP99Ns),
                ("max", .points, \.responseMaxNs),
            ]
            for (statistic, style, key) in lines {
                let name = "\(printable(group.name)) \(statistic)"
                let values = reading.values(ofGroup: index) { $0[keyPath: key].map { Double($0) } }
                // Zero has no place on a logarithmic axis.
                let drawn = values.map { $0.map { max(1, $0) } }
                series.append(
                    ChartData.Series(name: name, colour: 1 + index, style: style, values: drawn))
                columns.append(
                    SeriesTable.Column(
                        title: name, values: values, merge: .greatest,
                        text: { Quantity.duration(seconds: $0 / 1e9) }))
            }
        }
        guard series.contains(where: { $0.values.contains { $0 != nil } }) else { return nil }
        return ReportChart(
            title: "Response over time",
            remark: "percentiles of each interval by itself; logarithmic",
            data: ChartData(
                form: .time, x: ChartData.Axis(title: "time in the run", unit: .seconds),
                y: ChartData.Axis(
                    title: "response", unit: .nanoseconds, isLogarithmic: true),
                series: series, instants: reading.instants, spans: SeriesReading.spans(record)),
            table: SeriesTable.table(instants: reading.instants, columns: columns))
    }
}
