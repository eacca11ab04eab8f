extension MetricCatalogue {
    /// What idempotency stores cost and how they failed: counts over all groups, the cost of the
    /// group that pays most.
    static func store(
        _ metric: ScalarMetric, _ scope: MetricScope, _ record: RunRecord
    ) -> MetricValue {
        let groups = record.groups.filter { scope.group == nil || scope.group == $0.name }
        let stores = groups.compactMap(\.store)
        let unit: MetricUnit = metric == .storePerMessage ? .nanoseconds : .messages
        guard !stores.isEmpty else {
            return MetricValue(
                notMeasurable: "\(metric.rawValue): no store", unit, .lowerIsBetter)
        }
        switch metric {
        case .storeRetries:
            let sum = stores.reduce(UInt64(0)) { $0 + $1.retries }
            return MetricValue(Double(sum), unit, .lowerIsBetter)
        case .storeOutages:
            let sum = stores.reduce(UInt64(0)) { $0 + $1.outages }
            return MetricValue(Double(sum), unit, .lowerIsBetter)
        default:
            guard let most = groups.compactMap(\.storeTimePerMessage).max() else {
                return MetricValue(
                    notMeasurable: "\(metric.rawValue): no message was handled", unit,
                    .lowerIsBetter)
            }
            return MetricValue(most, unit, .lowerIsBetter)
        }
    }
}

extension GroupRecord {
    /// Nanoseconds from asking the store to its answer, looking up and recording, of all batches by
    /// all messages looked up, those of the warm-up included. Where members ask side by side their
    /// times add up. Nil without a store or a message, and in older results.
    public var storeTimePerMessage: Double? {
        guard let store, let lookups = store.lookups, lookups > 0 else { return nil }
        return Double(store.nanoseconds) / Double(lookups)
    }
}
