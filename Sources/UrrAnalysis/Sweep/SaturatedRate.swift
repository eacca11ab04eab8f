import UrrResults

/// What a group can handle, as opposed to what it was asked to.
///
/// A rate that is not bounded by the group says nothing about it, so only intervals count in which
/// it was behind from before their beginning until after their end: at most one interval's work
/// may have been waiting less than that.
public enum SaturatedRate {
    /// Work in stock, in seconds, from which on a group counts as behind.
    static let leastStock = 0.2
    /// Intervals that have to count before their mean does.
    static let fewestIntervals = 3

    /// Messages handled a second by the group at `index` while it was behind, over the measured
    /// phase; nil where that was for less than three intervals. O(rows).
    public static func perSecond(ofGroup index: Int, in record: RunRecord) -> Double? {
        let rows = record.series.rows
        var handled = 0.0
        var seconds = 0.0
        var intervals = 0
        for place in rows.indices.dropFirst().dropLast() where rows[place].phase == "measure" {
            let length = Double(rows[place].atNs - rows[place - 1].atNs) / 1e9
            guard length > 0, rows[place].groups.indices.contains(index) else { continue }
            let count = Double(rows[place].groups[index].handled)
            let stock = rows[place - 1...place + 1].map { row in
                row.groups.indices.contains(index) ? Double(row.groups[index].lag ?? 0) : 0
            }
            // A group that stands still is behind without limit, and handles nothing.
            guard let least = stock.min(), least > 0, least >= leastStock * count / length
            else { continue }
            handled += count
            seconds += length
            intervals += 1
        }
        guard intervals >= fewestIntervals else { return nil }
        return handled / seconds
    }
}
