/// Whether the second of two samples tends to be greater than the first: the rank-sum test of
/// Wilcoxon, Mann and Whitney, where there are strata with aligned ranks (Hodges and Lehmann, "Rank
/// methods for combination of independent experiments", Annals of Mathematical Statistics 33, 1962).
///
/// Values of different strata are never compared as they are: each stratum is moved so that its
/// median is 0, then all are ranked together. Under the hypothesis that the two samples do not
/// differ, every way of dealing out the labels within a stratum is equally likely; the
/// probabilities are those of that distribution, exactly, ties included. Nothing is assumed about
/// the shape of the noise, and what changes from stratum to stratum (drift, placement) cancels.
public struct RankTest: Sendable, Equatable {
    /// Values that were taken under the same circumstances.
    public struct Stratum: Sendable, Equatable {
        /// Values of the first sample.
        public var first: [Double]
        /// Values of the second sample.
        public var second: [Double]

        /// A stratum of these values.
        public init(first: [Double], second: [Double]) {
            self.first = first
            self.second = second
        }

        /// Whether it says anything about a difference.
        var isUsable: Bool { !first.isEmpty && !second.isEmpty }
    }

    /// Sum of the ranks of the second sample; tied values share their mean rank.
    public let rankSum: Double
    /// Probability of a rank sum at least as great where there is no difference.
    public let probabilityGreater: Double
    /// Probability of a rank sum at least as small.
    public let probabilityLess: Double

    /// Values up to which the exact distribution is used. The limiting normal one is at 120 values
    /// within 0.5 % of a probability of 0.1 and too great below: by 2 % at 0.01, 9 % at 0.001 and
    /// 23 % at 1e-4, which errs on the safe side.
    static let exactLimit = 120

    /// Tests `strata` after taking `shift` off every value of the second sample. Strata with one
    /// sample only are left out; nil where none is left or a value is not finite.
    public init?(_ strata: [Stratum], shift: Double = 0) {
        self.init(strata, shift: shift, isExact: true)
    }

    /// The same; unless `isExact`, with the limiting normal distribution, which is quick.
    init?(_ strata: [Stratum], shift: Double, isExact: Bool) {
        let usable = strata.filter(\.isUsable)
        guard !usable.isEmpty, shift.isFinite else { return nil }
        var values: [Double] = []
        for stratum in usable {
            let pooled = stratum.first + stratum.second.map { $0 - shift }
            guard pooled.allSatisfy(\.isFinite), let middle = Quantile.median(pooled) else {
                return nil
            }
            values += pooled.map { $0 - middle }
        }
        let ranks = Self.doubledRanks(values)
        var parts: [RankDistribution.Part] = []
        var start = 0
        var sum = 0
        for stratum in usable {
            let count = stratum.first.count + stratum.second.count
            let own = ranks[start..<start + count]
            sum += own.dropFirst(stratum.first.count).reduce(0, +)
            parts.append(RankDistribution.Part(ranks: Array(own), chosen: stratum.second.count))
            start += count
        }
        rankSum = Double(sum) / 2
        let tails = RankDistribution.tails(
            of: parts, at: sum, isExact: isExact && values.count <= Self.exactLimit)
        probabilityGreater = tails.greater
        probabilityLess = tails.less
    }

    /// Twice the rank of each value, so that shared ranks are whole numbers.
    static func doubledRanks(_ values: [Double]) -> [Int] {
        let order = values.indices.sorted { values[$0] < values[$1] }
        var ranks = [Int](repeating: 0, count: values.count)
        var start = 0
        while start < order.count {
            var end = start
            while end < order.count, values[order[end]] == values[order[start]] { end += 1 }
            for position in start..<end { ranks[order[position]] = start + end + 1 }
            start = end
        }
        return ranks
    }

    /// The smallest probability that samples of these sizes can reach: below it, more trials are
    /// needed whatever they say. 1 where no stratum is usable.
    public static func leastProbability(_ strata: [Stratum]) -> Double {
        strata.filter(\.isUsable).reduce(1.0) { product, stratum in
            product / choices(stratum.first.count + stratum.second.count, stratum.second.count)
        }
    }

    /// Ways of choosing `chosen` of `count`.
    static func choices(_ count: Int, _ chosen: Int) -> Double {
        let fewer = min(chosen, count - chosen)
        guard fewer > 0 else { return 1 }
        return (1...fewer).reduce(1.0) { $0 * Double(count - fewer + $1) / Double($1) }
    }
}
