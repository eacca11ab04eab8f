/// One threshold and its outcome.
public struct ThresholdRecord: Codable, Sendable, Equatable {
    /// The threshold as written.
    public var expression: String
    /// Name of the metric in it.
    public var metric: String
    /// Value of the metric in this run; nil where it cannot be measured.
    public var actual: Double?
    /// The limit in that unit, where it hangs on another metric and the expression does not say it.
    public var limit: Double?
    /// Unit of the metric.
    public var unit: String
    /// Whether it holds. A metric that cannot be measured fails.
    public var passed: Bool
    /// Why it failed, where the numbers alone do not say.
    public var reason: String?

    /// A record of the given values; see the properties.
    public init(
        expression: String, metric: String, actual: Double? = nil, unit: String, passed: Bool,
        reason: String? = nil, limit: Double? = nil
    ) {
        self.expression = expression
        self.metric = metric
        self.actual = actual
        self.unit = unit
        self.passed = passed
        self.reason = reason
        self.limit = limit
    }
}
