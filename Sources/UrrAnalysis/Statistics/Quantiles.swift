/// Estimators of the quantile of a distribution from a sample.
public enum Quantile {
    /// Linear between the neighbours of rank `(n - 1) p + 1`: type 7 of Hyndman and Fan ("Sample
    /// Quantiles in Statistical Packages", American Statistician 50, 1996), the default of R and
    /// NumPy. Nil for an empty sample; `probability` is taken as 0...1. O(1).
    public static func linear(sorted: [Double], _ probability: Double) -> Double? {
        guard let last = sorted.last else { return nil }
        let rank = Double(sorted.count - 1) * min(1, max(0, probability))
        let below = Int(rank)
        guard below + 1 < sorted.count else { return last }
        return sorted[below] + (rank - Double(below)) * (sorted[below + 1] - sorted[below])
    }

    /// The median of unsorted `values`; nil where there are none. O(n log n).
    public static func median(_ values: [Double]) -> Double? {
        linear(sorted: values.sorted(), 0.5)
    }
}

/// The quantile estimator of Harrell and Davis ("A new distribution-free quantile estimator",
/// Biometrika 69, 1982): all order statistics, each weighted with the probability that it is the
/// quantile. Smoother than one or two order statistics, which matters for the bootstrap of a dozen
/// values: the plain median of a resample can only be one of a few numbers.
public struct HarrellDavis: Sendable {
    private let weights: [Double]

    /// An estimator for samples of `count` values, 1 or more, and a probability between 0 and 1.
    public init(count: Int, probability: Double) {
        let a = Double(count + 1) * probability
        let b = Double(count + 1) * (1 - probability)
        var before = 0.0
        weights = (1...max(1, count)).map { rank in
            let upTo = incompleteBeta(Double(rank) / Double(max(1, count)), a, b)
            defer { before = upTo }
            return upTo - before
        }
    }

    /// The estimate for `sorted`, which has as many values as the estimator was made for. O(n).
    public func estimate(sorted: [Double]) -> Double {
        var sum = 0.0
        for (weight, value) in zip(weights, sorted) { sum += weight * value }
        return sum
    }
}
