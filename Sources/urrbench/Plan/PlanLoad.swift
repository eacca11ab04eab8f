import UrrPlatform
import UrrResults
import UrrWorkload

/// What the producers of a group offer, as far as it follows from the workload alone.
struct PlanLoad {
    /// The largest sum of the producers' rates, and when it is reached first.
    struct Peak {
        var rate = 0.0
        var at: Nanoseconds = 0
    }

    /// The peak of `producers` over the measured phase. Between the bounds of their segments rates
    /// are constant or linear, so that the largest sum is at a bound. Bursts count with their mean.
    static func peak(_ producers: [ProducerSpec], _ spec: WorkloadSpec) -> Peak {
        let schedules = producers.map { schedule($0, spec, .measure) }
        let bounds = Set(schedules.flatMap { $0.segments.flatMap { [$0.start, $0.end - 1] } })
        var peak = Peak()
        for instant in bounds.sorted() {
            let rate = schedules.reduce(0) { $0 + $1.rate(at: instant) }
            // The end of a rise and the begin of what follows differ by rounding alone.
            if rate > peak.rate * (1 + 1e-6) { peak = Peak(rate: rate, at: instant) }
        }
        return peak
    }

    /// What `producers`, already scaled by `scale`, offer to `consumer`.
    static func record(
        _ producers: [ProducerSpec], of spec: WorkloadSpec, consumer: ConsumerSpec,
        wholePeak: Double, scale: Double
    ) -> PlanLoadRecord {
        let peak = Self.peak(producers, spec)
        let counts = producers.map { schedule($0, spec, .measure).expectedCount }
        let total = counts.reduce(0, +)
        func mean(_ value: (ProducerSpec) -> Double) -> Double {
            guard total > 0 else { return producers.first.map(value) ?? 0 }
            return zip(producers, counts).reduce(0) { $0 + value($1.0) * $1.1 } / total
        }
        return PlanLoadRecord(
            peakPerSecond: wholePeak, groupPeakPerSecond: peak.rate, peakAtNs: peak.at,
            scale: scale, messages: total,
            baselinePerSecond: producers.reduce(0) { $0 + baseline($1.arrivals.executor) },
            serviceNs: consumer.serviceTime.meanNanoseconds, concurrency: consumer.concurrency,
            messageBytes: mean { $0.messageSize.meanBytes },
            hottestKeyShare: mean { $0.keys == .none ? 0 : KeyShares.hottest($0.keys) })
    }

    /// The share of the messages that the heaviest of `partitions` gets.
    static func heaviestPartition(
        _ producers: [ProducerSpec], of spec: WorkloadSpec, partitions: Int
    ) -> Double {
        var sums = [Double](repeating: 0, count: partitions)
        var total = 0.0
        for producer in producers {
            let count = schedule(producer, spec, .measure).expectedCount
            total += count
            let shares = KeyShares.ofPartitions(producer, partitions: partitions)
            for (index, share) in shares.enumerated() { sums[index] += share * count }
        }
        guard total > 0, let most = sums.max() else { return 1 / Double(max(1, partitions)) }
        return most / total
    }

    private static func schedule(
        _ producer: ProducerSpec, _ spec: WorkloadSpec, _ phase: ArrivalPhase
    ) -> ArrivalSchedule {
        ArrivalSchedule(
            producer.arrivals, phase: phase,
            length: phase == .measure ? spec.phases.measure : spec.phases.warmup, seed: spec.seed,
            producer: producer.name)
    }

    /// The rate outside the rush.
    private static func baseline(_ executor: ArrivalSpec.Executor) -> Double {
        switch executor {
        case .constant(let rate): rate
        // After a rush that is there from the start, or before one that grows.
        case .ramping(let start, let stages): min(start, stages.last?.target ?? start)
        case .spike(let shape): shape.baseline
        case .burst(let shape): Double(shape.size) / (Double(shape.every) / 1e9)
        case .closed: 0
        }
    }
}
