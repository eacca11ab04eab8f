import UrrResults

/// The charts of a plan.
enum PlanCharts {
    /// One run that is drawn.
    private struct Line {
        let name: String
        let series: PlanSeriesRecord
    }

    /// Lag and response through the rush, for the plan and its what-ifs.
    static func overTime(_ record: PlanRecord, _ answer: PlanAnswerRecord) -> [ReportBlock] {
        let plan = answer.trial.series.map { Line(name: "as planned", series: $0) }
        let others = record.whatIfs.compactMap { row in
            row.trial?.series.map { Line(name: printable(row.name), series: $0) }
        }
        let lines = (plan.map { [$0] } ?? []) + others
        guard lines.contains(where: { !$0.series.instantsNs.isEmpty }) else { return [] }
        return [
            .chart(
                chart(
                    lines, record, title: "Lag through the rush",
                    axis: ChartData.Axis(title: "messages", unit: .count),
                    value: { $0.lag.map { $0.map { Double($0) } } },
                    text: { Quantity.decimal($0, 0) })),
            .chart(
                chart(
                    lines, record, title: "99th percentile of the response through the rush",
                    axis: ChartData.Axis(
                        title: "response", unit: .nanoseconds, isLogarithmic: true),
                    value: { $0.responseP99Ns.map { $0.map { Double(max(1, $0)) } } },
                    text: { Quantity.duration(seconds: $0 / 1e9) })),
        ]
    }

    private static func chart(
        _ lines: [Line], _ record: PlanRecord, title: String, axis: ChartData.Axis,
        value: (PlanSeriesRecord) -> [Double?], text: @escaping (Double) -> String
    ) -> ReportChart {
        // Drains end when everything is read, each run's at its own time.
        let ends = Set(lines.flatMap(\.series.instantsNs)).sorted()
        let instants = ends.map { Double($0) / 1e9 }
        var series: [ChartData.Series] = []
        var columns: [SeriesTable.Column] = []
        for (index, line) in lines.enumerated() {
            let known = Dictionary(
                zip(line.series.instantsNs, value(line.series)), uniquingKeysWith: { $1 })
            let values = ends.map { known[$0] ?? nil }
            series.append(
                ChartData.Series(
                    name: line.name, colour: 1 + index, style: index == 0 ? .line : .dashed,
                    values: values))
            columns.append(
                SeriesTable.Column(title: line.name, values: values, merge: .greatest, text: text))
        }
        return ReportChart(
            title: title,
            remark:
                "simulated; the unbroken line is the plan; where nothing was handled, lines run "
                + "straight on to the next interval",
            data: ChartData(
                form: .time, x: ChartData.Axis(title: "time in the run", unit: .seconds), y: axis,
                series: series, instants: instants, spans: spans(record)),
            table: SeriesTable.table(instants: instants, columns: columns))
    }

    /// The phases, of which the drain is that of the plan.
    private static func spans(_ record: PlanRecord) -> [ChartData.Span] {
        record.phases.map { phase in
            ChartData.Span(
                name: printable(phase.name), from: Double(phase.startNs) / 1e9,
                to: Double(phase.endNs) / 1e9, isAside: phase.name != "measure")
        }
    }

    /// The first objective that is a time, over the number of consumers, for every size that was
    /// tried under the planned load; nil where there is none.
    static func search(_ record: PlanRecord) -> ReportChart? {
        let trials = record.trials.filter {
            $0.loadFactor == 1 && $0.purpose != "what-if" && $0.purpose != "margin"
        }
        let unit = MetricUnit.nanoseconds.rawValue
        guard let place = trials.first?.objectives.firstIndex(where: { $0.unit == unit }) else {
            return nil
        }
        func points(_ held: Bool) -> [[Double]] {
            trials.filter { $0.held == held }.compactMap { trial in
                guard trial.objectives.indices.contains(place),
                    let value = trial.objectives[place].actual
                else { return nil }
                return [Double(trial.size.consumers), max(1, value)]
            }
        }
        let rows = [("missed", 2, points(false)), ("held", 3, points(true))]
        let series = rows.filter { !$0.2.isEmpty }.map { name, colour, points in
            ChartData.Series(name: name, colour: colour, style: .points, points: points)
        }
        guard !series.isEmpty, let metric = trials.first?.objectives[place].metric else {
            return nil
        }
        var table = ReportTable(["consumers", printable(metric), "outcome"], textColumns: [2])
        for (name, _, points) in rows {
            for point in points {
                table.add([
                    Quantity.decimal(point[0], 0), Quantity.duration(seconds: point[1] / 1e9), name,
                ])
            }
        }
        return ReportChart(
            title: "\(printable(metric)) over the number of consumers",
            remark: "each point is a simulated run; those above each other differ in partitions",
            data: ChartData(
                form: .curves, x: ChartData.Axis(title: "consumers", unit: .count),
                y: ChartData.Axis(
                    title: printable(metric), unit: .nanoseconds, isLogarithmic: true),
                series: series), table: table)
    }
}
