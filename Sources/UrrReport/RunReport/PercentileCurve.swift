import Glibc
import UrrMeasure

/// A histogram as a curve over its percentiles, made for a logarithmic axis: as many points between
/// the 90th and the 99th percentile as between the 99th and the 99.9th.
struct PercentileCurve: Equatable {
    /// A point of the curve.
    struct Point: Equatable {
        /// 1 / (1 - q) for the quantile q; 1 for the minimum, the number of values for the maximum.
        var inverse: Double
        /// The quantile's value.
        var nanoseconds: Int64
    }

    /// Points for one power of ten of the axis.
    static let pointsPerDecade = 20

    /// In ascending order; empty where nothing was recorded.
    let points: [Point]
    /// How many of the points the number of samples supports (see `Percentiles`); those behind
    /// show where the greatest values were, and no more.
    let supported: Int

    /// Reads the full histogram. O(cells + points).
    init(_ histogram: Histogram) {
        let total = histogram.count + histogram.overflow
        guard total > 0, let minimum = histogram.minimum ?? histogram.maximum,
            let maximum = histogram.maximum
        else {
            points = []
            supported = 0
            return
        }
        let levels = Self.levels(upTo: Double(total))
        var found = [Point(inverse: 1, nanoseconds: minimum)]
        var next = 0
        var seen: UInt64 = 0
        histogram.forEachBucket { _, high, count in
            seen += count
            while next < levels.count, Self.rank(levels[next], of: total) <= seen {
                found.append(
                    Point(inverse: levels[next], nanoseconds: min(high, maximum)))
                next += 1
            }
        }
        // What is left lies among the values that are too great for a cell.
        for level in levels[next...] { found.append(Point(inverse: level, nanoseconds: maximum)) }
        points = found
        supported =
            found.prefix { point in
                Percentiles.isSupported(100 * (1 - 1 / point.inverse), count: total)
            }.count
    }

    /// Inverse shares above 1, up to the one that belongs to the maximum.
    private static func levels(upTo total: Double) -> [Double] {
        guard total > 1 else { return [] }
        let steps = Int((log10(total) * Double(pointsPerDecade)).rounded(.up))
        let inner = (1..<max(1, steps)).map { step in
            pow(10, Double(step) / Double(pointsPerDecade))
        }
        return inner + [total]
    }

    /// The number of the value, from 1, that is the quantile of an inverse share.
    private static func rank(_ inverse: Double, of total: UInt64) -> UInt64 {
        if inverse >= Double(total) { return total }
        let exact = (1 - 1 / inverse).nextDown * Double(total)
        return min(max(UInt64(exact.rounded(.up)), 1), total)
    }
}
