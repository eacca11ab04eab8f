import UrrPlatform

extension LagTracker {
    /// Growth of the lag in messages per second over `from...to`: the slope of the least-squares
    /// line. Nil with fewer than three samples in there.
    public func slope(from: Nanoseconds, to: Nanoseconds) -> Double? {
        Trend(samples.filter { $0.at >= from && $0.at <= to })?.slope
    }

    /// Standard error of `slope` in messages per second.
    ///
    /// Neighbouring samples of a lag are nearly the same, so the usual error, which takes them for
    /// independent, is many times too small. This one takes only tenths of the time for
    /// independent (the robust variance for clustered errors, Liang and Zeger 1986, corrected by
    /// B / (B - 2) for B clusters). Nil with fewer than two samples for each tenth.
    public func slopeError(from: Nanoseconds, to: Nanoseconds) -> Double? {
        let window = samples.filter { $0.at >= from && $0.at <= to }
        guard window.count >= 2 * Trend.clusters else { return nil }
        return Trend(window)?.slopeError
    }
}

/// A least-squares line through the lag over time.
private struct Trend {
    static let clusters = 10

    /// Seconds and messages, both from their means.
    let deviations: [(time: Double, lag: Double)]
    let squares: Double
    let slope: Double

    init?(_ window: [LagSample]) {
        guard window.count >= 3, let from = window.first?.at else { return nil }
        let count = Double(window.count)
        // Deviations from the means: sums of squared nanoseconds would lose the digits.
        let times = window.map { Double($0.at - from) / Double(nanosecondsPerSecond) }
        let meanTime = times.reduce(0, +) / count
        let meanLag = window.reduce(0) { $0 + Double($1.lag) } / count
        deviations = zip(times, window).map { ($0 - meanTime, Double($1.lag) - meanLag) }
        squares = deviations.reduce(0) { $0 + $1.time * $1.time }
        slope = deviations.reduce(0) { $0 + $1.time * $1.lag } / squares
    }

    var slopeError: Double {
        let count = deviations.count
        var sum = 0.0
        for cluster in 0..<Self.clusters {
            let range = cluster * count / Self.clusters..<(cluster + 1) * count / Self.clusters
            let score = deviations[range].reduce(0) { sum, deviation in
                sum + deviation.time * (deviation.lag - slope * deviation.time)
            }
            sum += score * score
        }
        let clusters = Double(Self.clusters)
        return (sum * clusters / (clusters - 2)).squareRoot() / squares
    }
}
