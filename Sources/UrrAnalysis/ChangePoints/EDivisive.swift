/// Finds where a series changes: E-divisive of Matteson and James, with its permutation test.
///
/// The series is split where the energy statistic is greatest, the parts again, and so on, as long
/// as a split is better than what shuffling the values within the present parts gives. Nothing is
/// assumed about the distribution of the values.
public struct EDivisive: Sendable {
    /// A place where the series changes.
    public struct ChangePoint: Sendable, Equatable {
        /// Index of the first value of the new level.
        public var index: Int
        /// Probability of so good a split where nothing changes.
        public var probability: Double
    }

    /// Fewest values between two change points: a single spike is none.
    public var minimumSegment = 5
    /// Splits of greater probability are not believed.
    public var level = 0.005
    /// Shuffles of the test, each as long as the series. A probability cannot be less than the
    /// inverse of this plus 1.
    public var permutations = 999
    /// Seed of the shuffles.
    public var seed: UInt64 = 1

    /// The standard settings.
    public init() {}

    /// The change points of `values` in the order of the series; values that are not finite make
    /// it empty. O(n² times permutations times change points).
    public func changePoints(_ values: [Double]) -> [ChangePoint] {
        guard values.allSatisfy(\.isFinite) else { return [] }
        var found: [ChangePoint] = []
        var random = SeededRandom(seed: seed, stream: "change points")
        while let split = best(values, found.map(\.index)) {
            let probability = probability(values, found.map(\.index), split.value, &random)
            guard probability <= level else { break }
            found.append(ChangePoint(index: split.index, probability: probability))
            found.sort { $0.index < $1.index }
        }
        return found
    }

    private func segments(_ values: [Double], _ starts: [Int]) -> [Range<Int>] {
        let edges = [0] + starts + [values.count]
        return zip(edges, edges.dropFirst()).map { $0..<$1 }
    }

    private func best(_ values: [Double], _ starts: [Int]) -> EnergyStatistic.Split? {
        segments(values, starts).compactMap { range in
            EnergyStatistic.best(values[range], minimum: minimumSegment).map {
                EnergyStatistic.Split(index: range.lowerBound + $0.index, value: $0.value)
            }
        }.max { $0.value < $1.value }
    }

    /// The share of shuffles that are at least as good. Ends early where it is clearly too much.
    func probability(
        _ values: [Double], _ starts: [Int], _ statistic: Double, _ random: inout SeededRandom
    ) -> Double {
        let ranges = segments(values, starts)
        var shuffled = values
        var reached = 1
        for round in 1...max(1, permutations) {
            for range in ranges { shuffled[range].shuffle(using: &random) }
            // A tie counts against the split; the margin is for sums in another order.
            let value = best(shuffled, starts)?.value ?? 0
            if value >= statistic - 1e-9 * abs(statistic) { reached += 1 }
            let least = Double(reached) / Double(permutations + 1)
            if least > 4 * level && least > 0.05 { return Double(reached) / Double(round + 1) }
        }
        return Double(reached) / Double(permutations + 1)
    }
}
