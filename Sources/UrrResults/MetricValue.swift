/// The unit of a metric; the raw value is how it is written.
public enum MetricUnit: String, Codable, Sendable, Equatable {
    /// All times and latencies, lag in time included.
    case nanoseconds = "ns"
    /// Counts.
    case messages
    /// Rates and the slope of the lag.
    case messagesPerSecond = "messages/s"
    /// The area under the lag.
    case messageSeconds = "message-seconds"
    /// Allocations and memory.
    case bytes
    /// Growth of memory.
    case bytesPerSecond = "bytes/s"
    /// A part of a whole, 0...1.
    case share
}

/// Which way of a metric is up.
public enum MetricDirection: String, Codable, Sendable, Equatable {
    /// Latency, lag, loss.
    case lowerIsBetter
    /// Throughput.
    case higherIsBetter
    /// What was asked for, not achieved.
    case neutral
}

/// A metric of one run.
public struct MetricValue: Sendable, Equatable {
    /// The number, or nil where it cannot be measured; never NaN or infinite.
    public var value: Double?
    /// Its unit.
    public var unit: MetricUnit
    /// Which way is up.
    public var direction: MetricDirection
    /// Why there is no number; nil where there is one.
    public var notMeasurable: String?

    /// A number.
    init(_ value: Double, _ unit: MetricUnit, _ direction: MetricDirection) {
        self.value = value
        self.unit = unit
        self.direction = direction
    }

    /// No number, and why.
    init(notMeasurable reason: String, _ unit: MetricUnit, _ direction: MetricDirection) {
        notMeasurable = reason
        self.unit = unit
        self.direction = direction
    }

    /// The worst of several values of one metric. One that cannot be measured makes the whole not
    /// measurable: it may be the worst. Nil where there is none.
    static func worst(of values: [MetricValue]) -> MetricValue? {
        if let missing = values.first(where: { $0.value == nil }) { return missing }
        return values.max { left, right in
            let higherIsWorse = left.direction != .higherIsBetter
            return higherIsWorse ? left.value! < right.value! : left.value! > right.value!
        }
    }
}
