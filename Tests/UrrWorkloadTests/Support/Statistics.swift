import Glibc

/// The largest distance between the empirical distribution of `sample` and `distribution`.
func kolmogorovSmirnov(_ sample: [Double], _ distribution: (Double) -> Double) -> Double {
    let sorted = sample.sorted()
    let count = Double(sorted.count)
    var largest = 0.0
    for (index, value) in sorted.enumerated() {
        let expected = distribution(value)
        largest = max(
            largest, expected - Double(index) / count, Double(index + 1) / count - expected)
    }
    return largest
}

/// The distance that a sample of this size exceeds with probability 0.01 if the distribution is
/// right (asymptotic form with Stephens' correction; 1.628 is the 1 % point).
func kolmogorovSmirnovLimit(_ count: Int) -> Double {
    let root = Double(count).squareRoot()
    return 1.628 / (root + 0.12 + 0.11 / root)
}

/// Pearson's statistic of observed against expected counts.
func chiSquare(_ observed: [Int], _ expected: [Double]) -> Double {
    zip(observed, expected).reduce(0) { sum, pair in
        let difference = Double(pair.0) - pair.1
        return sum + difference * difference / pair.1
    }
}

/// The 1 % point of the chi-square distribution (Wilson and Hilferty's approximation, good to
/// about 1 % from ten degrees of freedom on).
func chiSquareLimit(_ degreesOfFreedom: Int) -> Double {
    let k = Double(degreesOfFreedom)
    let root = 1 - 2 / (9 * k) + 2.326_348 * (2 / (9 * k)).squareRoot()
    return k * root * root * root
}

/// The distribution function of the standard normal distribution.
func normalDistribution(_ value: Double) -> Double { 0.5 * erfc(-value / 2.0.squareRoot()) }
