import Glibc

/// The standard normal distribution.
public enum NormalDistribution {
    /// Probability of at most `x`, to the precision of `erfc`.
    public static func probability(atMost x: Double) -> Double { erfc(-x / 2.0.squareRoot()) / 2 }

    /// The value that a share `probability` of the distribution is at or below; infinite at 0 and
    /// 1, NaN outside. Starts from the rational approximation 26.2.23 of Abramowitz and Stegun
    /// (absolute error 4.5e-4) and improves it with Halley's method to the precision of `erfc`.
    public static func quantile(_ probability: Double) -> Double {
        guard probability > 0, probability < 1 else {
            if probability == 0 { return -.infinity }
            return probability == 1 ? .infinity : .nan
        }
        // The lower half, where `erfc` is precise however small the probability is.
        let lower = min(probability, 1 - probability)
        let t = (-2 * log(lower)).squareRoot()
        let numerator = 2.515517 + t * (0.802853 + t * 0.010328)
        let denominator = 1 + t * (1.432788 + t * (0.189269 + t * 0.001308))
        var x = numerator / denominator - t
        for _ in 0..<3 {
            let density = exp(-x * x / 2) / (2 * Double.pi).squareRoot()
            let step = (self.probability(atMost: x) - lower) / density
            x -= step / (1 + x * step / 2)
        }
        return probability <= 0.5 ? x : -x
    }
}
