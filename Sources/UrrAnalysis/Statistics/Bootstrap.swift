/// A confidence interval from bootstrap replicates.
public struct BootstrapInterval: Sendable, Equatable {
    /// The ends of the interval.
    public let lower, upper: Double

    /// The bias-corrected and accelerated interval (Efron, "Better Bootstrap Confidence
    /// Intervals", JASA 82, 1987) that covers the true value in a share `level` of all samples,
    /// 0 to 1.
    ///
    /// - `replicates`: the statistic of each resample; order does not matter.
    /// - `jackknife`: for each independent sample that the statistic is of, its values with one
    ///   observation left out in turn.
    ///
    /// Nil without replicates, or where a number is not finite. O(r log r).
    public init?(
        estimate: Double, replicates: [Double], jackknife: [[Double]], level: Double
    ) {
        let sorted = replicates.sorted()
        guard estimate.isFinite, let first = sorted.first, let last = sorted.last,
            first.isFinite, last.isFinite
        else { return nil }
        let below = sorted.reduce(0.0) { $0 + ($1 < estimate ? 1 : $1 == estimate ? 0.5 : 0) }
        // All replicates on one side would put the correction at infinity.
        let least = 0.5 / Double(sorted.count)
        let share = min(1 - least, max(least, below / Double(sorted.count)))
        let bias = NormalDistribution.quantile(share)
        let acceleration = Self.acceleration(jackknife)
        func end(_ probability: Double) -> Double {
            let z = bias + NormalDistribution.quantile(probability)
            // Past its pole the correction would turn back; there it is beyond all replicates.
            let room = 1 - acceleration * z
            let corrected = room > 0 ? bias + z / room : z.sign == .minus ? -40 : 40
            let rank = NormalDistribution.probability(atMost: corrected)
            return Quantile.linear(sorted: sorted, rank) ?? estimate
        }
        lower = end((1 - level) / 2)
        upper = end((1 + level) / 2)
    }

    /// The skewness of the statistic, from what leaving out each observation does to it.
    private static func acceleration(_ jackknife: [[Double]]) -> Double {
        var cubes = 0.0
        var squares = 0.0
        for values in jackknife where values.count > 1 {
            let count = Double(values.count)
            let mean = values.reduce(0, +) / count
            let influences = values.map { (count - 1) * (mean - $0) }
            cubes += influences.reduce(0) { $0 + $1 * $1 * $1 } / (count * count * count)
            squares += influences.reduce(0) { $0 + $1 * $1 } / (count * count)
        }
        let acceleration = cubes / (6 * squares * squares.squareRoot())
        return acceleration.isFinite ? acceleration : 0
    }
}
