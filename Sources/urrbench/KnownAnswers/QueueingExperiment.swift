import UrrAnalysis
import UrrEngine
import UrrMeasure
import UrrPlatform
import UrrWorkload

/// Single queues in equilibrium: many independent ones side by side, one for each partition, so
/// that a short run holds enough of their long memory. Poisson arrivals over uniform keys make the
/// arrivals of each partition Poisson as well.
struct QueueingExperiment {
    /// Which queue.
    enum Model: String, CaseIterable {
        case mm1 = "M/M/1"
        case md1 = "M/D/1"
        case mmc = "M/M/2"

        var servers: Int { self == .mmc ? 2 : 1 }
    }

    /// Long against what a machine takes away at a time, so that stolen milliseconds do not count;
    /// the longer, the shorter the waits are by comparison.
    var meanService: Nanoseconds {
        utilisation < 0.5 ? 16_000_000 : utilisation < 0.7 ? 8_000_000 : 4_000_000
    }

    /// Servers over all partitions. In real time so many that a short run holds much; in virtual
    /// time few, because each step looks at all of them.
    func servers(_ mode: ExperimentMode) -> Int {
        mode.isReal ? Int(meanService / 7_812) : 16
    }

    /// Relaxation at a utilisation of 0.8 takes about 0.4 s; what comes before is not looked at.
    static let settling: Nanoseconds = 3_000_000_000

    let model: Model
    let utilisation: Double

    /// Time in equilibrium: 2.5 million services' worth of server time. At a utilisation of 0.8 the
    /// mean wait then has a standard error of 0.8 % (asymptotic variance of the wait in M/M/1:
    /// Whitt 1989), its 99th percentile one of about 1.5 %. A tenth of that in the short form,
    /// which has no 0.8.
    func length(_ mode: ExperimentMode) -> Nanoseconds {
        let services: Nanoseconds = mode.isShort ? 256_000 : 2_560_000
        return services * meanService / Nanoseconds(servers(mode))
    }

    /// The waits that theory expects; rates in messages a second of one queue.
    var theory: any QueueModel {
        let service = Double(meanService) / 1e9
        let rate = utilisation * Double(model.servers) / service
        return model == .md1
            ? MD1Queue(arrivalRate: rate, serviceTime: service)!
            : MMcQueue(arrivalRate: rate, serviceRate: 1 / service, servers: model.servers)!
    }

    func answers(_ mode: ExperimentMode) throws -> [KnownAnswer] {
        let run = try ExperimentRun.run(spec(mode), mode: mode)
        let waits = run.histogram(.queueing, segment: "steady")
        let theory = theory
        let name = "\(model.rawValue) at \(utilisation)"
        return [
            KnownAnswer(
                experiment: name, quantity: "mean wait, ms", expected: theory.meanWait * 1e3,
                measured: (waits.mean ?? 0) / 1e6, tolerance: 0.05),
            KnownAnswer(
                experiment: name, quantity: "p99 wait, ms",
                expected: theory.waitQuantile(0.99) * 1e3,
                measured: Double(waits.value(atPercentile: 99) ?? 0) / 1e6, tolerance: 0.05),
        ]
    }

    private func spec(_ mode: ExperimentMode) -> WorkloadSpec {
        let partitions = servers(mode) / model.servers
        let rate = utilisation * Double(servers(mode)) / (Double(meanService) / 1e9)
        let arrivals = ArrivalSpec(
            .ramping(
                startRate: rate,
                stages: [
                    RampStage(target: rate, duration: Self.settling, name: "settling"),
                    RampStage(target: rate, duration: length(mode), name: "steady"),
                ]), variance: .poisson)
        return WorkloadSpec(
            name: "known-answer", seed: 20_261_121,
            phases: PhasesSpec(
                warmup: 500_000_000, measure: Self.settling + length(mode),
                drain: 10_000_000_000),
            topics: [
                TopicSpec(
                    name: "queue", partitions: partitions, capacityBytes: 64 << 10,
                    records: 1024, maximumMessageSize: 64)
            ],
            producers: [
                ProducerSpec(
                    name: "arrivals", to: "queue", arrivals: arrivals,
                    keys: .uniform(cardinality: 1 << 20), messageSize: .fixed(64),
                    partitioning: .key)
            ],
            consumers: [
                ConsumerSpec(
                    group: "servers", topics: ["queue"], topicIndexes: [0], instances: partitions,
                    concurrency: model.servers,
                    serviceTime: model == .md1
                        ? .fixed(meanService) : .exponential(mean: meanService),
                    maxPollRecords: 64)
            ])
    }
}
