import UrrMeasure
import UrrResults

/// The whole distribution of a group's latencies, tail included.
enum PercentileReport {
    static func section(_ record: RunRecord) -> ReportSection? {
        let charts = record.groups.compactMap { group in
            chart(
                title: printable(group.name),
                curves: [
                    Curve("response", group.latencies.response, colour: 1),
                    Curve("end to end", group.latencies.endToEnd, colour: 4, style: .dashed),
                    Curve("queueing", group.latencies.queueing, colour: 2),
                    Curve("service", group.latencies.service, colour: 3),
                ])
        }
        guard !charts.isEmpty else { return nil }
        return ReportSection(
            title: "Percentiles", remark: record.measuredRemark,
            blocks: charts.map { .chart($0) })
    }

    /// One line of a percentile chart.
    struct Curve {
        let name: String
        let histogram: HistogramRecord
        let colour: Int
        let style: ChartData.Series.Style

        init(
            _ name: String, _ histogram: HistogramRecord, colour: Int,
            style: ChartData.Series.Style = .line
        ) {
            self.name = name
            self.histogram = histogram
            self.colour = colour
            self.style = style
        }
    }

    private static let shown: [Double] = [0, 50, 75, 90, 95, 99, 99.5, 99.9, 99.99, 99.999, 100]

    /// The chart of several distributions; nil where all of them are empty.
    static func chart(title: String, curves: [Curve]) -> ReportChart? {
        var series: [ChartData.Series] = []
        var table = ReportTable(["percentile"] + curves.map(\.name))
        var columns: [[String]] = []
        var unreadable: [String] = []
        for curve in curves {
            do throws(HistogramCodecError) {
                let histogram = try curve.histogram.makeHistogram()
                defer { histogram.deallocate() }
                series.append(line(curve, histogram))
                columns.append(shown.map { cell($0, histogram) })
            } catch {
                unreadable.append("\(curve.name) cannot be read: \(error.description)")
                columns.append(shown.map { _ in Quantity.absent })
            }
        }
        guard series.contains(where: { !$0.points.isEmpty }) || !unreadable.isEmpty
        else { return nil }
        for (index, percentile) in shown.enumerated() {
            table.add([name(percentile)] + columns.map { $0[index] })
        }
        let remark = "dotted beyond what the number of messages supports"
        return ReportChart(
            title: title, remark: ([remark] + unreadable).joined(separator: "; "),
            data: ChartData(
                form: .curves, x: ChartData.Axis(title: "percentile", unit: .quantile),
                y: ChartData.Axis(title: "", unit: .nanoseconds, isLogarithmic: true),
                series: series), table: table)
    }

    private static func line(_ curve: Curve, _ histogram: Histogram) -> ChartData.Series {
        let points = PercentileCurve(histogram)
        return ChartData.Series(
            name: curve.name, colour: curve.colour, style: curve.style,
            points: points.points.map { [$0.inverse, max(1, Double($0.nanoseconds))] },
            certain: points.supported)
    }

    private static func name(_ percentile: Double) -> String {
        switch percentile {
        case 0: "min"
        case 100: "max"
        default: "p" + Quantity.trimmed(percentile)
        }
    }

    private static func cell(_ percentile: Double, _ histogram: Histogram) -> String {
        let isShown =
            percentile == 0 || percentile == 100
            || Percentiles.isSupported(percentile, count: histogram.count + histogram.overflow)
        guard isShown else { return Quantity.absent }
        return histogram.value(atPercentile: percentile).map { Quantity.duration($0) }
            ?? Quantity.absent
    }
}
