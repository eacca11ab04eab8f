import UrrPlatform
import UrrWorkload

/// A workload turned into one whose rate can be set: every producer sends steadily, with the share
/// of the whole that it has at the height of its own arrival curve.
struct SteadyLoad {
    /// Why a workload has no rate to look for.
    struct Problem: Error, CustomStringConvertible {
        let lines: [String]
        var description: String { lines.joined(separator: "\n") }
    }

    /// The greatest rates of the producers, in messages a second.
    private let peaks: [Double]
    private let variances: [ArrivalVariance]
    /// All of them together.
    let total: Double
    /// Whether anything was left out that the file has.
    let isReshaped: Bool

    /// Throws where a producer waits for the system instead of following a schedule.
    init(_ spec: WorkloadSpec) throws(Problem) {
        var peaks: [Double] = []
        var lines: [String] = []
        var isReshaped = false
        for producer in spec.producers {
            guard let peak = Self.peak(producer.arrivals.executor) else {
                lines.append(
                    "knee: producer \(producer.name) is a closed loop: it sends as fast as the "
                        + "system lets it, so it has no rate that could be searched")
                continue
            }
            if case .constant = producer.arrivals.executor {} else { isReshaped = true }
            peaks.append(peak)
        }
        guard lines.isEmpty else { throw Problem(lines: lines) }
        self.peaks = peaks
        self.isReshaped = isReshaped
        variances = spec.producers.map(\.arrivals.variance)
        total = peaks.reduce(0, +)
    }

    /// The greatest rate of an arrival curve; nil for a closed loop.
    private static func peak(_ executor: ArrivalSpec.Executor) -> Double? {
        switch executor {
        case .constant(let rate): rate
        case .ramping(let start, let stages): max(start, stages.map(\.target).max() ?? 0)
        case .spike(let shape): max(shape.baseline, shape.peak)
        case .burst(let shape):
            Double(shape.size) / (Double(shape.every) / Double(nanosecondsPerSecond))
        case .closed: nil
        }
    }

    private func share(_ index: Int) -> Double {
        total > 0 ? peaks[index] / total : 1 / Double(peaks.count)
    }

    /// What is changed for every step: nothing but the load matters, and what the file expects of
    /// its own curve is not asked for.
    private static func common(measure: Nanoseconds, warmup: Nanoseconds, drain: Nanoseconds)
        -> [String]
    {
        [
            "thresholds=[]", "sweep=null", "faults=null", "phases.warmup=\(warmup)ns",
            "phases.measure=\(measure)ns", "phases.drain=\(drain)ns",
        ]
    }

    /// Overrides for a steady run at `rate` messages a second, held for `hold`.
    func steady(
        rate: Double, hold: Nanoseconds, warmup: Nanoseconds, drain: Nanoseconds
    ) -> [String] {
        let arrivals = peaks.indices.map { index in
            "producers.\(index).arrivals={\"executor\": \"constant\", \"rate\": "
                + "\(rate * share(index)), \"variance\": \"\(variances[index].rawValue)\"}"
        }
        return Self.common(measure: hold, warmup: warmup, drain: drain) + arrivals
    }

    /// Name of the part of the run up and down that holds plateau `index`.
    static func plateau(_ index: Int) -> String { "plateau-\(index)" }

    /// Overrides for a run over plateaus of `rates`, each held for `hold`.
    func plateaus(
        rates: [Double], hold: Nanoseconds, warmup: Nanoseconds, drain: Nanoseconds
    ) -> [String] {
        // A step cannot be written; a ramp of a millisecond nearly is one.
        let ramp: Nanoseconds = 1_000_000
        let arrivals = peaks.indices.map { index -> String in
            let stages = rates.enumerated().map { number, rate in
                let target = rate * share(index)
                let name = Self.plateau(number)
                return
                    "{\"target\": \(target), \"duration\": \"\(ramp)ns\", \"name\": \"to-\(name)\"}"
                    + ", {\"target\": \(target), \"duration\": \"\(hold)ns\", \"name\": \"\(name)\"}"
            }
            return "producers.\(index).arrivals={\"executor\": \"ramping\", \"startRate\": "
                + "\((rates.first ?? 0) * share(index)), \"variance\": "
                + "\"\(variances[index].rawValue)\", \"stages\": [\(stages.joined(separator: ", "))]}"
        }
        let measure = Nanoseconds(rates.count) * (hold + ramp)
        return Self.common(measure: measure, warmup: warmup, drain: drain) + arrivals
    }
}
