/// What a run must reach: `metric operator value`, or `metric operator factor * metric + value`.
public struct ThresholdSpec: Sendable, Equatable {
    /// The comparison between the measured value and the limit.
    public enum Comparison: String, Sendable, CaseIterable {
        /// Below.
        case less = "<"
        /// Below or equal.
        case lessOrEqual = "<="
        /// Above.
        case greater = ">"
        /// Above or equal.
        case greaterOrEqual = ">="
        /// Equal.
        case equal = "=="
        /// Not equal.
        case notEqual = "!="

        /// Whether `measured` passes against `limit`. NaN passes only `notEqual`.
        public func holds(_ measured: Double, _ limit: Double) -> Bool {
            switch self {
            case .less: measured < limit
            case .lessOrEqual: measured <= limit
            case .greater: measured > limit
            case .greaterOrEqual: measured >= limit
            case .equal: measured == limit
            case .notEqual: measured != limit
            }
        }
    }

    /// What kind of quantity the limit was written as.
    public enum Dimension: String, Sendable {
        /// A number without a unit.
        case plain
        /// A time; the limit is in nanoseconds.
        case time
        /// A rate; the limit is per second.
        case rate
        /// A count of messages.
        case messages
        /// A count of bytes.
        case bytes
    }

    /// Another metric of the same run that the limit hangs on.
    public struct Reference: Sendable, Equatable {
        /// Its name.
        public var metric: String
        /// What its value is multiplied by.
        public var factor: Double

        /// `factor` times `metric`.
        public init(metric: String, factor: Double) {
            self.metric = metric
            self.factor = factor
        }
    }

    /// The text of the file.
    public var expression: String
    /// Name of the metric.
    public var metric: String
    /// The comparison.
    public var comparison: Comparison
    /// The limit in the base unit of `dimension`; with a reference, what is added to it.
    public var limit: Double
    /// What the limit's unit says it is.
    public var dimension: Dimension
    /// What the limit hangs on beside that; nil for a fixed one.
    public var reference: Reference?

    /// A threshold made in code; nothing is checked.
    public init(
        expression: String, metric: String, comparison: Comparison, limit: Double,
        dimension: Dimension, reference: Reference? = nil
    ) {
        self.expression = expression
        self.metric = metric
        self.comparison = comparison
        self.limit = limit
        self.dimension = dimension
        self.reference = reference
    }
}
