import UrrPlatform

extension Histogram {
    /// Values counted in cells, that is in `0...1 h`.
    public var count: UInt64 { summary.pointee.count }

    /// Values above 1 h. They take part in percentiles (as values above every other), not in the
    /// mean and the standard deviation.
    public var overflow: UInt64 { summary.pointee.overflow }

    /// Negative values: each is an error of a clock or of a calculation. They take part in nothing
    /// else.
    public var anomalies: UInt64 { summary.pointee.anomalies }

    /// The lowest of the negative values, or nil where there was none.
    public var lowestAnomaly: Nanoseconds? { anomalies > 0 ? summary.pointee.lowestAnomaly : nil }

    /// The exact lowest value in `0...1 h`, or nil where there is none.
    public var minimum: Nanoseconds? {
        count > 0 ? Nanoseconds(~summary.pointee.complementOfMinimum) : nil
    }

    /// The exact greatest value, overflow included, or nil where nothing was recorded.
    public var maximum: Nanoseconds? {
        if overflow > 0 { return Nanoseconds(summary.pointee.greatestOverflow) }
        return count > 0 ? Nanoseconds(summary.pointee.maximum) : nil
    }

    /// Cells that may be non-zero. Empty where nothing was counted.
    var touchedCells: Range<Int> {
        guard count > 0 else { return 0..<0 }
        let first = HistogramLayout.index(of: ~summary.pointee.complementOfMinimum)
        return first..<HistogramLayout.index(of: summary.pointee.maximum) + 1
    }

    /// Calls `body` with the lowest value, the highest value and the count of every cell that is
    /// not empty, in ascending order. O(touched cells).
    public func forEachBucket(
        _ body: (_ low: Nanoseconds, _ high: Nanoseconds, _ count: UInt64) -> Void
    ) {
        for index in touchedCells where cells[index] > 0 {
            body(
                Nanoseconds(HistogramLayout.lowestValue(at: index)),
                Nanoseconds(HistogramLayout.highestValue(at: index)), cells[index])
        }
    }

    /// The value below or at which `percentile` percent of all values lie, or nil where nothing
    /// was recorded. O(touched cells).
    ///
    /// As in HdrHistogram: the cell that holds the value of rank `ceil(percentile / 100 * n)`, and
    /// of that cell the highest equivalent value, here never more than the exact maximum. A rank
    /// among the values above 1 h gives the greatest of them. `percentile` is taken as the nearest
    /// number in 0...100; 0 gives the minimum.
    public func value(atPercentile percentile: Double) -> Nanoseconds? {
        let total = count + overflow
        guard total > 0, let maximum else { return nil }
        guard percentile > 0 else { return minimum ?? maximum }
        // One step down first: 99.9 / 100 * 1000 is a little above 999 in binary, and rank 1000
        // would be the wrong answer (HdrHistogram does the same).
        let exact = (min(percentile, 100).nextDown / 100) * Double(total)
        let rank = min(max(UInt64(exact.rounded(.up)), 1), total)
        var seen: UInt64 = 0
        for index in touchedCells {
            seen += cells[index]
            if seen >= rank {
                return min(Nanoseconds(HistogramLayout.highestValue(at: index)), maximum)
            }
        }
        return maximum
    }

    /// How many values are at or below `value`, to the resolution of a cell: all values equivalent
    /// to `value` count. Values above 1 h count only where `value` is at least the maximum.
    /// O(touched cells).
    public func countAtOrBelow(_ value: Nanoseconds) -> UInt64 {
        guard value >= 0, let maximum else { return 0 }
        if value >= maximum { return count + overflow }
        let last = HistogramLayout.index(
            of: UInt64(min(value, HistogramLayout.highestTrackable)))
        var seen: UInt64 = 0
        for index in touchedCells where index <= last { seen += cells[index] }
        return seen
    }

    /// Sum of the values in `0...1 h` in nanoseconds, each taken as the middle of its cell: within
    /// 0.05 % of the exact sum. O(touched cells).
    public var sumEstimate: Double {
        var sum = 0.0
        for index in touchedCells where cells[index] > 0 {
            sum += Double(HistogramLayout.middleValue(at: index)) * Double(cells[index])
        }
        return sum
    }

    /// Mean of the values in `0...1 h` in nanoseconds, within 0.05 %, or nil where there is none.
    public var mean: Double? { count > 0 ? sumEstimate / Double(count) : nil }

    /// Standard deviation of the values in `0...1 h` in nanoseconds, divisor n, each value taken as
    /// the middle of its cell; nil where there is none. O(touched cells).
    public var standardDeviation: Double? {
        guard let mean else { return nil }
        var sum = 0.0
        for index in touchedCells where cells[index] > 0 {
            let deviation = Double(HistogramLayout.middleValue(at: index)) - mean
            sum += deviation * deviation * Double(cells[index])
        }
        return (sum / Double(count)).squareRoot()
    }
}

// MARK: - Merging and clearing

extension Histogram {
    /// Adds everything that `other` holds, outliers and exact extremes included. O(touched cells
    /// of `other`).
    public func add(_ other: Histogram) {
        for index in other.touchedCells { cells[index] &+= other.cells[index] }
        let from = other.summary.pointee
        guard from.count > 0 || from.overflow > 0 || from.anomalies > 0 else { return }
        summary.pointee.count &+= from.count
        summary.pointee.maximum = max(summary.pointee.maximum, from.maximum)
        summary.pointee.complementOfMinimum = max(
            summary.pointee.complementOfMinimum, from.complementOfMinimum)
        summary.pointee.overflow &+= from.overflow
        summary.pointee.greatestOverflow = max(
            summary.pointee.greatestOverflow, from.greatestOverflow)
        summary.pointee.anomalies &+= from.anomalies
        summary.pointee.lowestAnomaly = min(summary.pointee.lowestAnomaly, from.lowestAnomaly)
    }

    /// Empties the histogram. O(touched cells); an empty one is not written to.
    public func reset() {
        let touched = touchedCells
        (cells + touched.lowerBound).update(repeating: 0, count: touched.count)
        let old = summary.pointee
        guard old.count > 0 || old.overflow > 0 || old.anomalies > 0 else { return }
        summary.pointee = Summary(
            count: 0, complementOfMinimum: 0, maximum: 0, overflow: 0, greatestOverflow: 0,
            anomalies: 0, lowestAnomaly: 0)
    }
}
