import UrrAnalysis
import UrrResults

/// Charts of how throughput and response change with the size of a system.
enum ScalingCharts {
    // MARK: Overview

    /// Throughput and response over the axis with the most values, a line for each combination of
    /// the others.
    static func overview(_ record: SweepRecord, _ group: String) -> [ReportSection] {
        let numeric = record.axes.indices.filter { axis in
            record.axes[axis].values.count > 1
                && record.axes[axis].values.allSatisfy { Double($0) != nil }
        }
        // The last axis of those with equally many values: consumers rather than partitions.
        guard
            let axis = numeric.max(by: {
                record.axes[$0].values.count <= record.axes[$1].values.count
            })
        else { return [] }
        let lines = lines(record, axis, record.summaries(ofGroup: group))
        guard !lines.isEmpty else { return [] }
        let name = printable(record.axes[axis].name)
        return [
            ReportSection(
                title: "Overview: \(printable(group))", remark: "medians of the trials",
                blocks: [
                    .chart(
                        chart(
                            "Messages handled a second", name, lines, remark: source(record),
                            y: ChartData.Axis(title: "messages/s", unit: .perSecond),
                            text: Quantity.rate
                        ) { SweepTables.median($0.handled) }),
                    .chart(
                        chart(
                            "Response p99", name, lines, remark: source(record),
                            y: ChartData.Axis(title: "", unit: .nanoseconds, isLogarithmic: true),
                            text: { Quantity.duration(seconds: $0 / 1e9) }
                        ) { $0.responseNs[99].map { max(1, Double($0)) } }),
                ])
        ]
    }

    private struct Line {
        let name: String
        let points: [(count: Double, summary: SweepCellSummary)]
    }

    /// What the points are: `measured`, or `simulated`.
    private static func source(_ record: SweepRecord) -> String {
        ReportSource(isSimulated: record.isSimulated).rawValue
    }

    private static func lines(
        _ record: SweepRecord, _ axis: Int, _ summaries: [SweepCellSummary]
    ) -> [Line] {
        var order: [[String]] = []
        var found: [[String]: [(Double, SweepCellSummary)]] = [:]
        for summary in summaries {
            var held = record.cells[summary.cell].values
            guard let count = Double(held[axis]) else { continue }
            held[axis] = ""
            if found[held] == nil { order.append(held) }
            found[held, default: []].append((count, summary))
        }
        return order.map { held in
            let names = record.axes.indices.filter { $0 != axis }.map { index in
                "\(printable(record.axes[index].name)) \(printable(held[index]))"
            }
            let points = (found[held] ?? []).sorted { $0.0 < $1.0 }
            return Line(
                name: names.isEmpty ? source(record) : names.joined(separator: ", "), points: points
            )
        }
    }

    private static func chart(
        _ title: String, _ axis: String, _ lines: [Line], remark: String, y: ChartData.Axis,
        text: (Double) -> String, value: (SweepCellSummary) -> Double?
    ) -> ReportChart {
        var table = ReportTable([axis] + lines.map(\.name))
        let counts = Set(lines.flatMap { $0.points.map(\.count) }).sorted()
        for count in counts {
            let cells = lines.map { line in
                line.points.first { $0.count == count }.flatMap { value($0.summary) }.map(text)
                    ?? Quantity.absent
            }
            table.add([Quantity.trimmed(count)] + cells)
        }
        return ReportChart(
            title: title, remark: remark,
            data: ChartData(
                form: .curves, x: ChartData.Axis(title: axis, unit: .count), y: y,
                series: lines.enumerated().map { index, line in
                    ChartData.Series(
                        name: line.name, colour: 1 + index, style: .marked,
                        points: line.points.compactMap { point in
                            value(point.summary).map { [point.count, $0] }
                        })
                }),
            table: table)
    }

    // MARK: The law

    static func section(_ series: ScalingSeries, of record: SweepRecord) -> ReportSection {
        let group = record.groupNames.count > 1 ? ", \(printable(series.group))" : ""
        return ReportSection(
            title: "Scaling with \(ScalingWords.title(series))\(group)", remark: nil,
            blocks: ScalingWords.sentences(series).map { .paragraph($0) } + [
                .chart(law(series, source(record)))
            ])
    }

    /// Points of the curves, over the measured counts and half as far again.
    private static let curvePoints = 60

    private static func law(_ series: ScalingSeries, _ source: String) -> ReportChart {
        let most = series.points.map(\.count).max() ?? 1
        let end = max(2, most * 1.5)
        let grid = (0...curvePoints).map { 1 + (end - 1) * Double($0) / Double(curvePoints) }
        var lines: [ChartData.Series] = []
        if case .success(let analysis) = series.analysis {
            let band = grid.compactMap { count in
                analysis.band(at: count).map { [count, $0.lower, $0.upper] }
            }
            lines.append(
                ChartData.Series(name: "95 % band", colour: 1, style: .band, points: band))
            let styles: [(ScalabilityModel.Kind, String, Int, ChartData.Series.Style)] = [
                (.universal, "universal law", 1, .line), (.amdahl, "Amdahl", 2, .dashed),
                (.linear, "linear", 0, .dashed),
            ]
            for (kind, name, colour, style) in styles {
                guard let fit = analysis.fits.first(where: { $0.kind == kind }) else { continue }
                lines.append(
                    ChartData.Series(
                        name: name, colour: colour, style: style,
                        points: grid.map { [$0, fit.model.throughput($0)] },
                        certain: grid.count { $0 <= most }))
            }
        }
        lines += [(source, true), ("left out", false)].compactMap { name, isUsed in
            let points = series.points.filter { ($0.excluded == nil) == isUsed }
            guard !points.isEmpty else { return nil }
            return ChartData.Series(
                name: name, colour: isUsed ? 5 : 0, style: isUsed ? .points : .hollow,
                points: points.map { [$0.count, $0.throughput] })
        }
        return ReportChart(
            title: "Throughput with \(ScalingWords.title(series))",
            remark: "points are \(source), lines are fitted; dotted beyond the \(source) counts",
            data: ChartData(
                form: .curves, x: ChartData.Axis(title: printable(series.axis), unit: .count),
                y: ChartData.Axis(title: "messages/s", unit: .perSecond), series: lines),
            table: table(series))
    }

    private static func table(_ series: ScalingSeries) -> ReportTable {
        let head = [printable(series.axis), "throughput", "law", "95 % band", ""]
        var table = ReportTable(head, textColumns: [4])
        let analysis = try? series.analysis.get()
        for point in series.points {
            let band = analysis?.band(at: point.count)
            table.add([
                Quantity.trimmed(point.count), Quantity.rate(point.throughput),
                analysis.map { Quantity.rate($0.universal.model.throughput(point.count)) }
                    ?? Quantity.absent,
                band.map { "\(Quantity.number($0.lower)) to \(Quantity.number($0.upper))" }
                    ?? Quantity.absent,
                point.excluded.map { "left out: \($0.rawValue)" } ?? "",
            ])
        }
        return table
    }
}
