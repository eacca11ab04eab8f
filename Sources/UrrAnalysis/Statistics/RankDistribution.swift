/// The distribution of a rank sum over all ways of dealing out labels.
enum RankDistribution {
    /// One stratum: its (doubled) ranks, and how many of them belong to the second sample.
    struct Part {
        var ranks: [Int]
        var chosen: Int
    }

    /// Probabilities of a sum at least as great and at least as small as `sum`.
    static func tails(
        of parts: [Part], at sum: Int, isExact: Bool
    ) -> (greater: Double, less: Double) {
        isExact ? exact(parts, sum) : normal(parts, sum)
    }

    /// Counts subsets by their sum, stratum by stratum. O(n times chosen times sum of the ranks).
    private static func exact(_ parts: [Part], _ sum: Int) -> (greater: Double, less: Double) {
        var whole: [Double] = [1]
        for part in parts { whole = convolved(whole, subsets(part)) }
        var greater = 0.0
        var less = 0.0
        for (value, probability) in whole.enumerated() {
            if value >= sum { greater += probability }
            if value <= sum { less += probability }
        }
        return (min(1, greater), min(1, less))
    }

    /// The probability of each sum of `part.chosen` of its ranks.
    private static func subsets(_ part: Part) -> [Double] {
        let total = part.ranks.sorted().suffix(part.chosen).reduce(0, +)
        let ways = RankTest.choices(part.ranks.count, part.chosen)
        // table[k][s]: ways of choosing k of the ranks so far with the sum s.
        var table = [[Double]](
            repeating: [Double](repeating: 0, count: total + 1), count: part.chosen + 1)
        table[0][0] = 1
        for (seen, rank) in part.ranks.enumerated() {
            var chosen = min(part.chosen, seen + 1)
            while chosen > 0 {
                for value in stride(from: total, through: rank, by: -1) {
                    table[chosen][value] += table[chosen - 1][value - rank]
                }
                chosen -= 1
            }
        }
        return table[part.chosen].map { $0 / ways }
    }

    private static func convolved(_ left: [Double], _ right: [Double]) -> [Double] {
        var result = [Double](repeating: 0, count: left.count + right.count - 1)
        for (offset, weight) in right.enumerated() where weight != 0 {
            for (index, probability) in left.enumerated() {
                result[offset + index] += weight * probability
            }
        }
        return result
    }

    /// The normal distribution of the same mean and variance, with half a step of correction.
    private static func normal(_ parts: [Part], _ sum: Int) -> (greater: Double, less: Double) {
        var mean = 0.0
        var variance = 0.0
        for part in parts {
            let count = Double(part.ranks.count)
            let chosen = Double(part.chosen)
            let middle = part.ranks.reduce(0.0) { $0 + Double($1) } / count
            let squares = part.ranks.reduce(0.0) {
                $0 + (Double($1) - middle) * (Double($1) - middle)
            }
            mean += chosen * middle
            variance += chosen * (count - chosen) / (count * (count - 1)) * squares
        }
        guard variance > 0 else { return (1, 1) }
        let deviation = variance.squareRoot()
        let distance = Double(sum) - mean
        return (
            NormalDistribution.probability(atMost: -(distance - 1) / deviation),
            NormalDistribution.probability(atMost: (distance + 1) / deviation)
        )
    }
}
