/// In which order the trials of two sides are run, and when is looked at what they say.
///
/// A block is eight trials in the order A B B A B A A B or its opposite: over a block both sides
/// meet a drift that is linear or quadratic alike (Thue-Morse order). Which of the two comes is
/// drawn, so that nothing that repeats itself can fall in step.
public struct TrialSchedule: Sendable, Equatable {
    /// A look at the results so far.
    public struct Look: Sendable, Equatable {
        /// Blocks that have been run.
        public let blocks: Int
        /// Probability of a false alarm that this look may spend.
        public let level: Double
    }

    /// Trials of each side in a block.
    public static let trialsPerBlock = 4
    /// The looks, in order.
    public let looks: [Look]

    /// A schedule of at most `blocks` blocks (2 or more) that spends `falseAlarm` over its looks,
    /// each as much as the share of the blocks that it adds: whatever the looks have to do with
    /// each other, together they raise a false alarm with at most that probability.
    public init(blocks: Int, falseAlarm: Double) {
        let most = max(2, blocks)
        let counts = [2, 3, 4, 6, 8, 12, 16, 24, 32].filter { $0 < most } + [most]
        var before = 0
        looks = counts.map { count in
            defer { before = count }
            return Look(
                blocks: count, level: falseAlarm * Double(count - before) / Double(most))
        }
    }

    /// The order of a block: false is the baseline, true the candidate.
    public static func order(block: Int, seed: UInt64) -> [Bool] {
        var random = SeededRandom(seed: seed &+ UInt64(truncatingIfNeeded: block), stream: "order")
        let order = [false, true, true, false, true, false, false, true]
        return random.below(2) == 0 ? order : order.map { !$0 }
    }
}
