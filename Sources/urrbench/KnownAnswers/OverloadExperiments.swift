import UrrAnalysis
import UrrEngine
import UrrMeasure
import UrrPlatform
import UrrWorkload

/// One queue with a server of constant speed.
private func singleServer(
    _ arrivals: ArrivalSpec, service: Nanoseconds, measure: Nanoseconds
) -> WorkloadSpec {
    WorkloadSpec(
        name: "known-answer", seed: 1,
        phases: PhasesSpec(warmup: 500_000_000, measure: measure, drain: 10_000_000_000),
        topics: [
            TopicSpec(
                name: "queue", partitions: 1, capacityBytes: 1 << 20, records: 16384,
                maximumMessageSize: 64)
        ],
        producers: [
            ProducerSpec(
                name: "arrivals", to: "queue", arrivals: arrivals, messageSize: .fixed(64))
        ],
        consumers: [
            ConsumerSpec(
                group: "server", topics: ["queue"], topicIndexes: [0], serviceTime: .fixed(service))
        ])
}

/// A burst at twice the server's speed: how far the lag rises and when it is worked off is plain
/// arithmetic.
enum OverloadExperiment {
    static let service: Nanoseconds = 1_000_000
    static let shape = SpikeShape(
        baseline: 500, peak: 2000, at: 2_000_000_000, rise: 0, hold: 5_000_000_000, decay: 0)

    static func answers(_ mode: ExperimentMode) throws -> [KnownAnswer] {
        let spec = singleServer(
            ArrivalSpec(.spike(shape)), service: service, measure: 20_000_000_000)
        let run = try ExperimentRun.run(spec, mode: mode)
        let fluid = FluidOverload(
            points: [
                .init(time: 0, rate: shape.baseline), .init(time: 2, rate: shape.baseline),
                .init(time: 2, rate: shape.peak), .init(time: 7, rate: shape.peak),
                .init(time: 7, rate: shape.baseline),
            ], serviceRate: 1e9 / Double(service))!
        // The record calls the lag recovered at 1 % of its peak.
        let spare = 1e9 / Double(service) - shape.baseline
        let lag = run.record.groups[0].lag
        return [
            KnownAnswer(
                experiment: "overload", quantity: "lag peak, messages", expected: fluid.peak,
                measured: Double(lag.peak), tolerance: 0.02),
            KnownAnswer(
                experiment: "overload", quantity: "recovery to 1 % of it, s",
                expected: fluid.peak * 0.99 / spare,
                measured: Double(lag.recoveryNs ?? 0) / 1e9, tolerance: 0.02),
        ]
    }
}

/// A consumer that stands still for a second under a constant rate: the messages of that second
/// must be charged with their waits (no coordinated omission), and the handler's own time must not
/// change.
enum FrozenExperiment {
    static let rate = 500.0
    static let service: Nanoseconds = 500_000
    static let window: Nanoseconds = 20_000_000_000

    static func answers(_ mode: ExperimentMode) throws -> [KnownAnswer] {
        let spec = singleServer(
            ArrivalSpec(.constant(rate: rate)), service: service, measure: window)
        let run = try ExperimentRun.run(spec, mode: mode) { plan in
            plan.freezes = [FreezePlan(group: 0, from: 5_000_000_000, length: 1_000_000_000)]
        }
        let theory = FrozenServer(
            arrivalRate: rate, serviceTime: Double(service) / 1e9, freeze: 1,
            window: Double(window) / 1e9)!
        let response = run.histogram(.response, segment: "constant")
        let served = run.histogram(.service, segment: "constant")
        let name = "frozen for 1 s"
        var answers = [95.0, 97, 99, 99.5].map { percentile in
            KnownAnswer(
                experiment: name, quantity: "p\(percentile) response, ms",
                expected: theory.responseQuantile(percentile / 100) * 1e3,
                measured: Double(response.value(atPercentile: percentile) ?? 0) / 1e6,
                tolerance: 0.02)
        }
        answers += [50.0, 99].map { percentile in
            KnownAnswer(
                experiment: name, quantity: "p\(percentile) service, ms",
                expected: Double(service) / 1e6,
                measured: Double(served.value(atPercentile: percentile) ?? 0) / 1e6,
                tolerance: mode.isReal && percentile > 50 ? 0.05 : 0.02)
        }
        return answers
    }
}
