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

extension HistogramRecord {
    /// The record of `histogram`, which stays the caller's.
    public init(_ histogram: Histogram) {
        count = histogram.count
        overflow = histogram.overflow
        anomalies = histogram.anomalies
        minNs = histogram.minimum
        maxNs = histogram.maximum
        meanNs = histogram.mean
        percentilesNs = [:]
        for percentile in supportedPercentiles(histogram.count + histogram.overflow) {
            percentilesNs[Self.name(of: percentile)] = histogram.value(atPercentile: percentile)
        }
        encoded = HistogramCodec.encodeText(histogram)
    }

    /// The record of a histogram that nothing was recorded into.
    public static let empty = HistogramRecord(
        count: 0, overflow: 0, anomalies: 0, percentilesNs: [:], encoded: HistogramCodec.emptyText)

    /// A new histogram with everything this record knows. The caller deallocates it; see
    /// `withHistogram` for the shorter way.
    public func makeHistogram() throws(HistogramCodecError) -> Histogram {
        let histogram = try HistogramCodec.decodeText(encoded)
        do throws(HistogramCodecError) {
            guard histogram.count == count else {
                throw .countMismatch(stated: count, encoded: histogram.count)
            }
            try histogram.restore(
                minimum: minNs, maximum: maxNs, overflow: overflow, anomalies: anomalies)
        } catch {
            histogram.deallocate()
            throw error
        }
        return histogram
    }

    /// Calls `body` with the histogram of this record, which lives for the call.
    public func withHistogram<Result>(
        _ body: (Histogram) -> Result
    ) throws(HistogramCodecError) -> Result {
        let histogram = try makeHistogram()
        defer { histogram.deallocate() }
        return body(histogram)
    }

    /// "50", "99.9": the key of a percentile.
    static func name(of percentile: Double) -> String {
        percentile == percentile.rounded() ? String(Int(percentile)) : String(percentile)
    }
}
