/// The energy statistic of Székely and Rizzo ("Energy statistics: a class of statistics based on
/// distances", Journal of Statistical Planning and Inference 143, 2013) between the two parts of a
/// split series: `nm / (n + m)` times twice the mean distance between the parts less the mean
/// distances within each, that of a value to itself included. Great where the parts come from
/// different distributions; its expectation where they do not is the same for every split.
enum EnergyStatistic {
    /// A way to split a series.
    struct Split: Equatable {
        /// Values in the left part.
        var index: Int
        /// The statistic.
        var value: Double
    }

    /// The statistic of every split that leaves at least `minimum` (2 or more) values on each
    /// side. O(n²) time, O(n) memory: from split to split one value changes sides.
    static func splits(_ values: ArraySlice<Double>, minimum: Int) -> [Split] {
        let series = Array(values)
        let least = max(2, minimum)
        guard series.count >= 2 * least else { return [] }
        // Sums of distances within the left, within the right, and between the two.
        var left = 0.0
        var right = 0.0
        var between = 0.0
        for (index, value) in series.enumerated() {
            for other in series[..<index] { right += abs(value - other) }
        }
        var splits: [Split] = []
        for index in 0..<series.count - least {
            let moved = series[index]
            var toLeft = 0.0
            var toRight = 0.0
            for other in series[..<index] { toLeft += abs(moved - other) }
            for other in series[(index + 1)...] { toRight += abs(moved - other) }
            left += toLeft
            right -= toRight
            between += toRight - toLeft
            let n = Double(index + 1)
            let m = Double(series.count - index - 1)
            guard index + 1 >= least else { continue }
            let energy = 2 * between / (n * m) - 2 * left / (n * n) - 2 * right / (m * m)
            splits.append(Split(index: index + 1, value: n * m / (n + m) * energy))
        }
        return splits
    }

    /// The split with the greatest statistic; nil where the series is too short for any.
    static func best(_ values: ArraySlice<Double>, minimum: Int) -> Split? {
        splits(values, minimum: minimum).max { $0.value < $1.value }
    }
}
