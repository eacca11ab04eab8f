/// Student's t distribution.
public enum StudentT {
    /// The probability of a value of at most `t` with `freedom` degrees of freedom, 1 or more
    /// (Abramowitz and Stegun 26.7.1, by the incomplete beta function).
    public static func probability(atMost t: Double, freedom: Int) -> Double {
        let degrees = Double(max(1, freedom))
        let tail = incompleteBeta(degrees / (degrees + t * t), degrees / 2, 0.5) / 2
        return t > 0 ? 1 - tail : tail
    }

    /// The value that a share `probability` (above 0, below 1) of all values lies at or below, by
    /// bisection to 1e-12.
    public static func quantile(_ probability: Double, freedom: Int) -> Double {
        if probability < 0.5 { return -quantile(1 - probability, freedom: freedom) }
        var low = 0.0
        var high = 1.0
        while self.probability(atMost: high, freedom: freedom) < probability, high < 1e12 {
            high *= 2
        }
        while high - low > 1e-12 * max(1, high) {
            let middle = (low + high) / 2
            guard middle > low, middle < high else { break }
            if self.probability(atMost: middle, freedom: freedom) < probability {
                low = middle
            } else {
                high = middle
            }
        }
        return (low + high) / 2
    }
}
