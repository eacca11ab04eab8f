import UrrResults

/// The run as curves: what was offered, what was handled, how lag went.
enum SeriesSection {
    private struct Curve {
        let name: String
        let values: [Double?]
        let top: Double
        let merge: Sparkline.Merge
        let remark: String
    }

    static func lines(_ record: RunRecord, _ style: TextStyle) -> [String] {
        let rows = record.series.rows
        guard rows.count > 1, record.series.intervalNs > 0 else { return [] }
        let curves = self.curves(record, rows)
        let names = min(30, curves.map { columns(of: $0.name) }.max() ?? 0)
        let remarks = curves.map { columns(of: $0.remark) }.max() ?? 0
        let room = max(8, style.width - 2 - names - 2 - 1 - remarks)
        let step = Sparkline.step(rows.count, room: room)
        let interval = Quantity.duration(record.series.intervalNs * Int64(step))
        var lines = [
            ConsoleSummary.heading("Over time", "one column is \(interval)", style),
            "  " + padded("phase", to: names) + "  " + ruler(rows, step: step),
        ]
        for curve in curves {
            let values = Sparkline.fitted(curve.values, room: room, curve.merge)
            let line = Sparkline.line(values, top: curve.top, unicode: style.unicode)
            let name = padded(cut(curve.name, to: names), to: names)
            lines.append("  \(name)  \(line) \(curve.remark)")
        }
        return lines + ["  w warmup, m measure, d drain; a blank is zero, ? is not sampled"]
    }

    private static func curves(_ record: RunRecord, _ rows: [SeriesRow]) -> [Curve] {
        let seconds = Double(record.series.intervalNs) / 1e9
        let offered = rows.map { Double($0.offered) / seconds }
        let handled = record.groups.indices.map { index in
            rows.map { row -> Double? in
                row.groups.indices.contains(index)
                    ? Double(row.groups[index].handled) / seconds : nil
            }
        }
        // Offered and handled share a scale, so that they can be compared by eye.
        let top = (offered + handled.joined().compactMap { $0 }).max() ?? 0
        var curves = [
            Curve(
                name: "offered", values: offered, top: top, merge: .mean,
                remark: "max " + Quantity.rate(offered.max() ?? 0))
        ]
        for (index, group) in record.groups.enumerated() {
            let suffix = record.groups.count > 1 ? " " + printable(group.name) : ""
            let lag = rows.map { row -> Double? in
                row.groups.indices.contains(index) ? row.groups[index].lag.map { Double($0) } : nil
            }
            let rate = handled[index].compactMap { $0 }.max() ?? 0
            let peak = lag.compactMap { $0 }.max() ?? 0
            curves.append(
                Curve(
                    name: "handled" + suffix, values: handled[index], top: top, merge: .mean,
                    remark: "max " + Quantity.rate(rate)))
            curves.append(
                Curve(
                    name: "lag" + suffix, values: lag, top: peak, merge: .greatest,
                    remark: "max " + Quantity.count(Int64(peak))))
        }
        return curves
    }

    /// The first letter of the phase that most of a column lies in.
    private static func ruler(_ rows: [SeriesRow], step: Int) -> String {
        String(
            stride(from: 0, to: rows.count, by: step).map { start -> Character in
                printable(rows[min(start + step / 2, rows.count - 1)].phase).first ?? "?"
            })
    }
}
