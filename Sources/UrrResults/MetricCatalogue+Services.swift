/// What services counted, published and kept.
extension MetricCatalogue {
    /// The total over the groups that have a service.
    static func services(
        _ metric: ScalarMetric, _ scope: MetricScope, _ record: RunRecord
    ) -> MetricValue {
        let unit: MetricUnit = metric == .heldBytes ? .bytes : .messages
        let groups = record.groups.filter { scope.group == nil || scope.group == $0.name }
        let services = groups.compactMap(\.service)
        guard !services.isEmpty else {
            return MetricValue(
                notMeasurable: "\(metric.rawValue): no group has a service", unit, .lowerIsBetter)
        }
        let total = services.reduce(0.0) { $0 + value(metric, of: $1) }
        return MetricValue(total, unit, metric == .published ? .neutral : .lowerIsBetter)
    }

    private static func value(_ metric: ScalarMetric, of service: ServiceRecord) -> Double {
        switch metric {
        case .booksDifference: Double(service.difference)
        case .booksAmountDifference: Double(service.amountDifference.value)
        case .published: Double(service.published.reduce(0) { $0 + $1.counted })
        case .publishedAgain: Double(service.published.reduce(0) { $0 + $1.again })
        case .heldMessages: Double(service.heldMessages)
        default: Double(service.heldBytes)
        }
    }
}
