import UrrResults

/// A metric's number as people read it.
enum MetricText {
    /// The value, or `-` where it cannot be measured.
    static func text(_ metric: MetricValue) -> String {
        metric.value.map { text($0, unit: metric.unit) } ?? Quantity.absent
    }

    /// `value` in `unit`; times in the unit that suits their size.
    static func text(_ value: Double, unit: MetricUnit) -> String {
        switch unit {
        case .nanoseconds: Quantity.duration(seconds: value / 1e9)
        case .share: Quantity.percent(value)
        case .messagesPerSecond: Quantity.rate(value)
        case .messages: whole(value)
        case .bytes, .bytesPerSecond, .messageSeconds: whole(value) + " " + unit.rawValue
        }
    }

    /// Counts without decimals, whatever their size.
    static func whole(_ value: Double) -> String {
        value == value.rounded() ? Quantity.decimal(value, 0) : Quantity.number(value)
    }
}
