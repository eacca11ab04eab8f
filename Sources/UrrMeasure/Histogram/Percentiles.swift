/// Which percentiles a number of samples supports.
public enum Percentiles {
    /// The percentiles that reports show, in percent, ascending.
    public static let reported: [Double] = [50, 90, 99, 99.9, 99.99, 99.999]

    /// Samples that have to lie beyond a percentile before it may be printed.
    ///
    /// The number of samples beyond the true p-th percentile is binomial, so its relative standard
    /// error is about 1 / sqrt(k) for k expected samples beyond. With 10 that is 32 %: the printed
    /// value is the true percentile of a tail share between about two thirds and one and a half
    /// times the named one. With fewer it is an anecdote about the largest samples. 10 is also the
    /// usual bound (n(1 - p) >= 10) for the normal approximation of a binomial proportion.
    public static let samplesBeyond: Double = 10

    /// Whether `percentile` (percent, below 100) may be printed for `count` samples.
    public static func isSupported(_ percentile: Double, count: UInt64) -> Bool {
        guard percentile >= 0, percentile < 100 else { return false }
        // 100 - 99.9 is not exact in binary; a millionth of a sample absorbs that.
        return Double(count) * (100 - percentile) / 100 >= samplesBeyond - 1e-6
    }

    /// The smallest number of samples that supports `percentile` (percent, above 0, below 100).
    public static func samplesNeeded(_ percentile: Double) -> UInt64 {
        // Capped where doubles end to be exact; nobody takes 2^53 samples.
        let exact = (samplesBeyond - 1e-6) * 100 / (100 - percentile)
        return UInt64(min(exact.rounded(.up), 0x1p53))
    }
}

/// The members of `Percentiles.reported` that `count` samples support.
public func supportedPercentiles(_ count: UInt64) -> [Double] {
    Percentiles.reported.filter { Percentiles.isSupported($0, count: count) }
}
