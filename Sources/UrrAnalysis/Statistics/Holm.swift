/// Correction for testing several hypotheses at once.
public enum Holm {
    /// The adjusted probabilities of Holm ("A simple sequentially rejective multiple test
    /// procedure", Scandinavian Journal of Statistics 6, 1979), in the order given: rejecting
    /// wherever one is at most `level` rejects anything falsely with at most that probability,
    /// however the tests depend on each other. NaN counts as 1. O(n log n).
    public static func adjusted(_ probabilities: [Double]) -> [Double] {
        let values = probabilities.map { $0.isNaN ? 1 : $0 }
        let order = values.indices.sorted { (values[$0], $0) < (values[$1], $1) }
        var adjusted = values
        var greatest = 0.0
        for (position, index) in order.enumerated() {
            greatest = max(greatest, min(1, values[index] * Double(values.count - position)))
            adjusted[index] = greatest
        }
        return adjusted
    }
}
