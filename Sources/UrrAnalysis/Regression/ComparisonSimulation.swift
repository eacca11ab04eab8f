import Glibc
import UrrResults

/// Comparisons whose truth is known, carried out exactly as `ab` does, to count how often they are
/// wrong.
public struct ComparisonSimulation: Sendable {
    /// What was counted over all comparisons of one kind.
    public struct Tally: Sendable, Equatable {
        /// Comparisons.
        public var comparisons = 0
        /// Comparisons that called something regressed.
        public var regressed = 0
        /// Comparisons that called everything not regressed.
        public var cleared = 0
        /// Metrics of which it was said that the slow-down is above the minimum detectable effect.
        public var detectable = 0
        /// Those of them that were called regressed.
        public var detected = 0
        /// Metrics that were called regressed, detectable or not.
        public var found = 0
        /// Metrics with the slow-down that were called not regressed.
        public var missed = 0
        /// Metrics.
        public var metrics = 0
        /// Trials of both sides.
        public var trials = 0
    }

    /// What the noise is like.
    public var noise: NoiseModel
    /// Slow-down of the candidate, as a share; 0 compares a build with itself.
    public var slowdown: Double
    /// Metrics of a comparison.
    public var metrics = 3
    /// Most blocks of a comparison.
    public var blocks = 6
    /// Seed of all of it.
    public var seed: UInt64 = 1

    /// A simulation of comparisons in `noise` of a candidate that is slower by `slowdown`.
    public init(noise: NoiseModel, slowdown: Double) {
        self.noise = noise
        self.slowdown = slowdown
    }

    /// The tally of `count` comparisons.
    public func run(_ count: Int) -> Tally {
        var tally = Tally()
        for number in 0..<max(0, count) { add(UInt64(number), to: &tally) }
        return tally
    }

    private func add(_ number: UInt64, to tally: inout Tally) {
        let result = comparison(number)
        let outcome = Comparison.outcome(of: result.results)
        tally.comparisons += 1
        tally.regressed += outcome == .regressed ? 1 : 0
        tally.cleared += outcome == .notRegressed ? 1 : 0
        tally.trials += result.baseline.count + result.candidate.count
        tally.metrics += result.results.count
        guard slowdown > 0 else { return }
        for metric in result.results {
            tally.missed += metric.outcome == .notRegressed ? 1 : 0
            tally.found += metric.outcome == .regressed ? 1 : 0
            guard let least = metric.minimumDetectableEffect, least <= slowdown else { continue }
            tally.detectable += 1
            tally.detected += metric.outcome == .regressed ? 1 : 0
        }
    }

    /// One comparison, from its first trial to its decision.
    private func comparison(_ number: UInt64) -> SequentialComparison {
        let names = (0..<metrics).map { "metric-\($0)" }
        var comparison = SequentialComparison(
            metrics: names, rules: ComparisonRules(), blocks: blocks)
        let orders = (0..<blocks).map {
            TrialSchedule.order(block: $0, seed: seed &+ number &* 1000)
        }
        var random = SeededRandom(seed: seed &+ number, stream: noise.name)
        let effect = log(1 + slowdown)
        let order = Array(orders.joined())
        let trials = noise.trials(
            slower: order.map { $0 ? effect : 0 }, metrics: names, random: &random)
        var done = 0
        for look in comparison.schedule.looks {
            while done < look.blocks {
                let range = done * orders[done].count..<(done + 1) * orders[done].count
                var block: [[TrialRecord]] = [[], []]
                for index in range {
                    var trial = trials[index]
                    trial.block = done
                    block[order[index] ? 1 : 0].append(trial)
                }
                comparison.add(baseline: block[0], candidate: block[1])
                done += 1
            }
            let isLast = look == comparison.schedule.looks.last
            comparison.evaluate(look, detectable: slowdown > 0 && isLast)
            // A slow-down that is found at once would leave no word on what is detectable.
            if comparison.isDecided && slowdown == 0 { break }
        }
        return comparison
    }
}
