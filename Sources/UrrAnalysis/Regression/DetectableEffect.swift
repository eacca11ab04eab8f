import Glibc

/// The minimum detectable effect: the smallest slow-down that these trials, with the noise that
/// they show, would have called a regression nearly always.
///
/// The noise of a dozen trials is known badly, so its scale is taken at its upper 90 % confidence
/// limit (chi-square with Wilson and Hilferty's approximation). Then whole comparisons are drawn
/// from it, with a slow-down added, and tested as the real one is.
struct DetectableEffect {
    /// Sizes of the strata.
    let shape: [(first: Int, second: Int)]
    /// Deviations to draw from.
    let residuals: [Double]
    /// Logarithm of 1 plus the noise band.
    let band: Double
    /// The probability that a test has to reach.
    let level: Double
    /// Comparisons that are drawn, and how many of them may miss. Fewer than the power would
    /// allow: the share that is found is itself an estimate.
    static let draws = 200
    static let misses = 5

    init?(
        _ strata: [RankTest.Stratum], _ estimate: RatioEstimate, band: Double, level: Double
    ) {
        guard estimate.freedom >= 4, RankTest.leastProbability(strata) <= level else { return nil }
        shape = strata.map { ($0.first.count, $0.second.count) }
        let freedom = Double(estimate.freedom)
        let cube = 1 - 2 / (9 * freedom) - 1.2816 * (2 / (9 * freedom)).squareRoot()
        let scale = (1 / (cube * cube * cube)).squareRoot()
        residuals = estimate.residuals.map { $0 * scale }
        self.band = log(1 + band)
        self.level = level
    }

    /// The effect as a share, rounded up to a few percent of itself; nil where not even three
    /// times as slow would be found.
    func value() -> Double? {
        var high = log(4.0)
        guard isFound(high) else { return nil }
        var low = band
        while high - low > 0.03 * high {
            let middle = (low + high) / 2
            if isFound(middle) { high = middle } else { low = middle }
        }
        return exp(high) - 1
    }

    /// Whether a slow-down of `effect`, a logarithm, is found often enough.
    func isFound(_ effect: Double) -> Bool {
        // The same draws for every effect, so that more is never harder to find.
        var random = SeededRandom(seed: 7, stream: "detectable effect")
        var missed = 0
        for _ in 0..<Self.draws {
            let strata = shape.map { sizes in
                RankTest.Stratum(
                    first: (0..<sizes.first).map { _ in residuals[random.below(residuals.count)] },
                    second: (0..<sizes.second).map { _ in
                        residuals[random.below(residuals.count)] + effect
                    })
            }
            // The limiting distribution has the heavier tail, so it errs on the safe side.
            let probability = RankTest(strata, shift: band, isExact: false)?.probabilityGreater
            if (probability ?? 1) > level { missed += 1 }
            if missed > Self.misses { return false }
        }
        return true
    }
}
