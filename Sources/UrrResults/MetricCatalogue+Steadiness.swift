import UrrPlatform

/// What tells whether a long run stays as it was, and whether its keys are treated alike.
extension MetricCatalogue {
    /// Rows of the series that lie in the measured phase, but for the first: it still warms caches
    /// and pages.
    private static func rows(_ record: RunRecord) -> ArraySlice<SeriesRow> {
        record.series.rows.filter { $0.phase == "measure" }.dropFirst()
    }

    static func memory(_ metric: ScalarMetric, _ record: RunRecord) -> MetricValue {
        let samples = rows(record).compactMap { row in
            row.residentBytes.map { (Double(row.atNs) / 1e9, Double($0)) }
        }
        if metric == .memoryMax {
            guard let most = samples.map(\.1).max() else {
                return MetricValue(notMeasurable: "memory.max: not sampled", .bytes, .lowerIsBetter)
            }
            return MetricValue(most, .bytes, .lowerIsBetter)
        }
        guard samples.count >= 3 else {
            return MetricValue(
                notMeasurable: "memory.slope: fewer than three samples", .bytesPerSecond,
                .lowerIsBetter)
        }
        return MetricValue(slope(samples), .bytesPerSecond, .lowerIsBetter)
    }

    /// Slope of the least-squares line.
    private static func slope(_ points: [(Double, Double)]) -> Double {
        let count = Double(points.count)
        let meanX = points.reduce(0) { $0 + $1.0 } / count
        let meanY = points.reduce(0) { $0 + $1.1 } / count
        var products = 0.0
        var squares = 0.0
        for (x, y) in points {
            products += (x - meanX) * (y - meanY)
            squares += (x - meanX) * (x - meanX)
        }
        return squares > 0 ? products / squares : 0
    }

    /// How much longer the 99th percentile of a second is in the second half of the measured phase
    /// than in the first, both at the median; the worst of the groups.
    static func drift(_ scope: MetricScope, _ record: RunRecord) -> MetricValue {
        let rows = Array(rows(record))
        let groups = record.groups.indices.filter {
            scope.group == nil || record.groups[$0].name == scope.group
        }
        let values = groups.map { group -> MetricValue in
            let seconds = rows.compactMap { row in
                row.groups.indices.contains(group)
                    ? row.groups[group].responseP99Ns.map { Double($0) } : nil
            }
            guard seconds.count >= 4 else {
                return MetricValue(
                    notMeasurable: "\(record.groups[group].name): fewer than four seconds with a"
                        + " 99th percentile", .share, .lowerIsBetter)
            }
            let half = seconds.count / 2
            let before = median(seconds.prefix(half))
            let after = median(seconds.suffix(half))
            return MetricValue(before > 0 ? after / before - 1 : 0, .share, .lowerIsBetter)
        }
        return MetricValue.worst(of: values)
            ?? MetricValue(notMeasurable: "latency.drift: no group", .share, .lowerIsBetter)
    }

    private static func median(_ values: ArraySlice<Double>) -> Double {
        let sorted = values.sorted()
        return sorted.isEmpty ? 0 : sorted[sorted.count / 2]
    }

    /// Share of the hottest key, or how much longer its messages wait than the others' at the 99th
    /// percentile; the greatest of the groups.
    static func keys(
        _ metric: ScalarMetric, _ scope: MetricScope, _ record: RunRecord
    ) -> MetricValue {
        let groups = record.groups.filter { scope.group == nil || scope.group == $0.name }
        let values = groups.compactMap { group -> Double? in
            guard let keys = group.keys, let hottest = keys.first(where: { $0.key != nil }) else {
                return nil
            }
            if metric == .hottestKeyShare { return hottest.share }
            guard let others = keys.first(where: { $0.key == nil })?.waiting.percentilesNs["99"],
                let own = hottest.waiting.percentilesNs["99"], others > 0
            else { return nil }
            return Double(own) / Double(others)
        }
        guard let greatest = values.max() else {
            return MetricValue(
                notMeasurable: "\(metric.rawValue): no group with keys that are told apart", .share,
                .lowerIsBetter)
        }
        return MetricValue(greatest, .share, .lowerIsBetter)
    }
}
