import UrrMeasure
import UrrResults

/// Series of several load generators as one.
enum ShardSeries {
    /// Rows are added that have the same place in the same phase: with an agreed start they end at
    /// the same time. A generator whose phase was shorter adds nothing to the rest, but its lag
    /// stays.
    static func merged(_ series: [SeriesRecord]) -> SeriesRecord {
        guard var result = series.first else { return SeriesRecord(intervalNs: 1) }
        let phases = series.map { Dictionary(grouping: $0.rows, by: \.phase) }
        var order: [String] = []
        for row in series.flatMap(\.rows) where !order.contains(row.phase) {
            order.append(row.phase)
        }
        result.rows = order.flatMap { phase -> [SeriesRow] in
            let parts = phases.map { $0[phase] ?? [] }
            return (0..<(parts.map(\.count).max() ?? 0)).compactMap { place in
                sum(parts.compactMap { Part($0, place: place) })
            }
        }
        return result
    }

    /// One generator's row at a place, or its last one where it has none there any more.
    private struct Part {
        var row: SeriesRow
        var isOver: Bool

        init?(_ rows: [SeriesRow], place: Int) {
            guard let last = rows.last else { return nil }
            isOver = place >= rows.count
            row = isOver ? last : rows[place]
        }
    }

    /// The sum of rows; of one that `isOver` only what is left counts.
    private static func sum(_ rows: [Part]) -> SeriesRow? {
        guard var result = rows.first(where: { !$0.isOver })?.row else { return nil }
        let running = rows.filter { !$0.isOver }.map(\.row)
        result.atNs = running.map(\.atNs).max() ?? 0
        result.offered = running.reduce(0) { $0 + $1.offered }
        result.sent = running.reduce(0) { $0 + $1.sent }
        result.acknowledged = running.reduce(0) { $0 + $1.acknowledged }
        result.residentBytes = nil
        result.groups = result.groups.indices.map { group in
            let lags = rows.compactMap { $0.row.groups[group].lag }
            return SeriesGroupRow(
                delivered: running.reduce(0) { $0 + $1.groups[group].delivered },
                handled: running.reduce(0) { $0 + $1.groups[group].handled },
                lag: lags.isEmpty ? nil : lags.reduce(0, +),
                lagSeconds: rows.compactMap { $0.row.groups[group].lagSeconds }.max(),
                responseMaxNs: running.compactMap { $0.groups[group].responseMaxNs }.max())
        }
        return result
    }

    /// The worst state at any time.
    static func worst(_ timelines: [[LagStateRecord]]) -> [LagStateRecord] {
        var result: [LagStateRecord] = []
        for instant in Set(timelines.joined().map(\.atNs)).sorted() {
            let states = timelines.compactMap { line in
                line.last { $0.atNs <= instant }?.state
            }
            guard let state = states.max(), state != result.last?.state else { continue }
            result.append(LagStateRecord(atNs: instant, state: state))
        }
        return result
    }
}
