import UrrMeasure

/// A histogram as it is stored: the numbers that people read, and all counts in encoded form, so
/// that stored runs can be merged and every number recomputed.
public struct HistogramRecord: Codable, Sendable, Equatable {
    /// Values in `0...1 h`.
    public var count: UInt64
    /// Values above 1 h; part of the percentiles, not of the mean.
    public var overflow: UInt64
    /// Negative values: clock errors, part of nothing else.
    public var anomalies: UInt64
    /// Exact lowest value; nil where nothing was counted.
    public var minNs: Int64?
    /// Exact greatest value, overflow included; nil where nothing was recorded.
    public var maxNs: Int64?
    /// Mean within 0.05 %; nil where nothing was counted.
    public var meanNs: Double?
    /// Values at "50", "90", "99", "99.9", "99.99", "99.999" percent; only those that the number
    /// of samples supports (see `Percentiles`).
    public var percentilesNs: [String: Int64]
    /// The counts: HdrHistogram V2, compressed, base64.
    public var encoded: String
}
