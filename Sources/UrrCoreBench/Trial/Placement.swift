import UrrPlatform

/// Finds out how the two processors stand to each other around a trial.
struct Placement {
    /// Nil where there are fewer than two processors, or where nobody wants to know.
    let pair: (first: Int, second: Int)?
    /// Below this share of its processor a thread was disturbed.
    static let leastShare = 0.975
    /// Bursts of 60 ms that may be spent on pulling the processors together before a trial.
    private static let bursts = 10

    /// The hand-over time, after pulling the processors together where they are not near.
    func before() -> Double? {
        pair.flatMap {
            PlacementProbe.pullTogether(
                first: $0.first, second: $0.second, attempts: Self.bursts)
        }
    }

    /// The hand-over time as it is.
    func after() -> Double? {
        pair.flatMap { PlacementProbe.measure(first: $0.first, second: $0.second) }
    }

    /// The worse of the two edges decides; far is worse than sibling, which is worse than near.
    static func label(_ before: Double?, _ after: Double?, share: Double?) -> TrialLabel {
        guard let before, let after else { return .unplaced }
        let edges = [PlacementProbe.placement(before), PlacementProbe.placement(after)]
        if edges.contains(.far) { return .far }
        if edges.contains(.sibling) { return .sibling }
        if let share, share < leastShare { return .disturbed }
        return .near
    }
}
