extension MetricCatalogue {
    /// What became of sends that failed, over the producers that keep them.
    static func fallback(
        _ metric: ScalarMetric, _ scope: MetricScope, _ record: RunRecord
    ) -> MetricValue {
        let found = record.producers.filter { scope.producer == nil || scope.producer == $0.name }
            .compactMap(\.fallback)
        guard !found.isEmpty else {
            return MetricValue(
                notMeasurable: "\(metric.rawValue): no producer has a fallback", .messages,
                .lowerIsBetter)
        }
        let counts = found.map { fallback -> UInt64 in
            switch metric {
            case .reprocessed: fallback.reprocessed
            case .overtaken: fallback.overtaken
            case .fallbackDropped: fallback.dropped
            case .fallbackWaiting: fallback.waiting
            default: fallback.peak
            }
        }
        return MetricValue(Double(counts.reduce(0, +)), .messages, .lowerIsBetter)
    }
}
