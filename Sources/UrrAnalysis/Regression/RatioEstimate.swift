import Glibc

/// How much worse the second side is, on the scale of logarithms, and how well that is known.
struct RatioEstimate {
    /// Difference of the medians (Harrell-Davis) of the aligned values.
    let value: Double
    /// 95 % interval of it; nil where there are too few values.
    let interval: BootstrapInterval?
    /// Deviations from the medians, widened for what aligning took from them.
    let residuals: [Double]
    /// Values less what was estimated from them.
    let freedom: Int

    /// Resamples of the interval.
    static let resamples = 1000

    /// The estimate from usable `strata`; nil where there are none.
    init?(_ strata: [RankTest.Stratum], seed: UInt64 = 1) {
        var first: [Double] = []
        var second: [Double] = []
        for stratum in strata {
            guard let middle = Quantile.median(stratum.first + stratum.second) else { return nil }
            first += stratum.first.map { $0 - middle }
            second += stratum.second.map { $0 - middle }
        }
        guard !first.isEmpty, !second.isEmpty else { return nil }
        let medians = (
            HarrellDavis(count: first.count, probability: 0.5),
            HarrellDavis(count: second.count, probability: 0.5)
        )
        let centre = (
            medians.0.estimate(sorted: first.sorted()), medians.1.estimate(sorted: second.sorted())
        )
        value = centre.1 - centre.0
        let count = first.count + second.count
        freedom = count - strata.count - 1
        // Aligning each stratum at its own median takes one degree of freedom from each.
        let widening = freedom > 0 ? (Double(count) / Double(count - strata.count)).squareRoot() : 1
        residuals =
            first.map { ($0 - centre.0) * widening } + second.map { ($0 - centre.1) * widening }
        guard first.count > 1, second.count > 1, freedom > 0 else {
            interval = nil
            return
        }
        var random = SeededRandom(seed: seed, stream: "bootstrap")
        let value = value
        let replicates = (0..<Self.resamples).map { _ in
            let drawn = (
                medians.0.estimate(sorted: Self.resample(first, &random)),
                medians.1.estimate(sorted: Self.resample(second, &random))
            )
            return value + widening * (drawn.1 - drawn.0 - value)
        }
        interval = BootstrapInterval(
            estimate: value, replicates: replicates,
            jackknife: [Self.jackknife(first, -1), Self.jackknife(second, 1)], level: 0.95)
    }

    private static func resample(_ values: [Double], _ random: inout SeededRandom) -> [Double] {
        values.indices.map { _ in values[random.below(values.count)] }.sorted()
    }

    /// The median with each value left out in turn.
    private static func jackknife(_ values: [Double], _ sign: Double) -> [Double] {
        let median = HarrellDavis(count: values.count - 1, probability: 0.5)
        let sorted = values.sorted()
        return sorted.indices.map { index in
            var rest = sorted
            rest.remove(at: index)
            return sign * median.estimate(sorted: rest)
        }
    }
}
