import UrrPlatform

/// Finds out how the two processors stand to each other around a trial.
struct Placement {
    /// Nil where there are fewer than two processors, or where nobody wants to know.
    let pair: (first: Int, second: Int)?
    /// Below this share of its processor a thread was disturbed.
    static let leastShare = 0.975
    /// Bursts of 60 ms that may be spent on pulling the processors together before a trial: most
    /// that can be done is done by then. Fewer after that did not help, until it helps again.
    private static let bursts = (most: 10, afterFailure: 2)
    private var hasFailed = false

    init(pair: (first: Int, second: Int)?) { self.pair = pair }

    /// The hand-over time, after pulling the processors together where they are not near.
    mutating func before() -> Double? {
        guard let pair else { return nil }
        let time = PlacementProbe.pullTogether(
            first: pair.first, second: pair.second,
            attempts: hasFailed ? Self.bursts.afterFailure : Self.bursts.most)
        hasFailed = time.map { PlacementProbe.placement($0) != .near } ?? true
        return time
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
