import Glibc
import UrrAnalysis
import UrrPlatform
import UrrWorkload

/// Arrivals against their declared distribution: seen through the expected count, the distances of
/// a Poisson process of any rate are exponential with mean 1.
enum ArrivalExperiment {
    /// Significance at which the test rejects.
    static let significance = 0.01

    static func answers() -> [KnownAnswer] {
        let shapes: [(String, ArrivalSpec.Executor)] = [
            ("constant", .constant(rate: 5000)),
            (
                "spike",
                .spike(
                    SpikeShape(
                        baseline: 1000, peak: 20_000, at: 3_000_000_000, rise: 1_000_000_000,
                        hold: 3_000_000_000, decay: 3_000_000_000))
            ),
            (
                "ramping",
                .ramping(
                    startRate: 100,
                    stages: [RampStage(target: 10_000, duration: 15_000_000_000, name: "up")])
            ),
        ]
        return shapes.map { name, executor in
            KnownAnswer(
                experiment: "Poisson arrivals", quantity: "\(name): Kolmogorov-Smirnov p-value",
                expected: significance, measured: probability(executor), tolerance: 0)
        }
    }

    private static func probability(_ executor: ArrivalSpec.Executor) -> Double {
        let schedule = ArrivalSchedule(
            ArrivalSpec(executor, variance: .poisson), phase: .measure, length: 20_000_000_000,
            seed: 20_261_121, producer: "arrivals")
        var distances: [Double] = []
        var last = 0.0
        var cursor = schedule.makeCursor()
        while !cursor.isFinished {
            let count = schedule.expectedCount(before: cursor.intended)
            distances.append(count - last)
            last = count
            cursor.advance()
        }
        let test = KolmogorovSmirnov(distances) { 1 - exp(-$0) }
        return test?.probability ?? 0
    }
}
