import UrrPlatform

/// All that a run draws from, built once before it: schedules, keys, sizes, service times.
///
/// Keep it alive as long as any cursor, sampler or key table that came out of it is used; those are
/// plain values that point into its memory.
public final class WorkloadSamplers: Sendable {
    /// What one producer entry draws from.
    public struct Producer: Sendable {
        /// Keys of the entry; entries with equal keys share one.
        public let keys: KeyDistribution
        /// Sizes of the entry.
        public let sizes: SizeDistribution
        /// What it sends again; nil where it sends each message once.
        public let repeats: RepeatDistribution?
        /// What its messages say; nil where they have no meaning.
        public let events: EventDistribution?
        /// Number of the entry.
        fileprivate let entry: Int
        fileprivate let warmup: ArrivalSchedule
        fileprivate let measure: ArrivalSchedule
        fileprivate let name: String
        fileprivate let seed: UInt64

        /// When messages are due in `phase`; has no messages for a closed loop.
        public func schedule(_ phase: ArrivalPhase) -> ArrivalSchedule {
            switch phase {
            case .warmup: warmup
            case .measure: measure
            }
        }

        /// The key of message `m` of `phase`.
        public func keySampler(_ phase: ArrivalPhase) -> KeySampler {
            keys.sampler(seed: seed, stream: "keys/\(phase.rawValue)/\(name)")
        }

        /// What message `m` of `phase` says; nil where messages have no meaning.
        public func eventSampler(_ phase: ArrivalPhase) -> EventSampler? {
            let stream = UInt64(entry * 2 + (phase == .measure ? 1 : 0))
            return events?.sampler(
                seed: seed, stream: "events/\(phase.rawValue)/\(name)",
                base: stream << EventSampler.indexBits)
        }

        /// The size of message `m` of `phase`.
        public func sizeSampler(_ phase: ArrivalPhase) -> SizeSampler {
            sizes.sampler(seed: seed, stream: "sizes/\(phase.rawValue)/\(name)")
        }
    }

    /// One for each entry of `WorkloadSpec.producers`, in that order.
    public let producers: [Producer]
    /// One for each entry of `WorkloadSpec.consumers`, in that order.
    public let serviceTimes: [ServiceTimeSampler]
    /// How the workers of each such entry fail; those of topics never do.
    public let workerFaults: [WorkerFaultSampler]

    /// Builds the tables of a checked spec. Cold: up to a second for ten million zipf keys.
    public init(_ spec: WorkloadSpec) {
        var shared: [KeyDistribution] = []
        producers = spec.producers.enumerated().map { number, entry in
            let known = shared.first { $0.spec == entry.keys }
            let keys = known ?? KeyDistribution(entry.keys)
            if known == nil { shared.append(keys) }
            let maximum = spec.maximumMessageSize(of: entry.target)
            return Producer(
                keys: keys,
                sizes: SizeDistribution(entry.messageSize, maximumMessageSize: maximum),
                repeats: entry.duplicates.map {
                    RepeatDistribution($0, seed: spec.seed, stream: "repeats/\(entry.name)")
                },
                events: entry.events.map {
                    if case .queue = entry.target {
                        EventDistribution($0, toQueue: true)
                    } else {
                        EventDistribution($0, toQueue: false)
                    }
                }, entry: number,
                warmup: ArrivalSchedule(
                    entry.arrivals, phase: .warmup, length: spec.phases.warmup, seed: spec.seed,
                    producer: entry.name),
                measure: ArrivalSchedule(
                    entry.arrivals, phase: .measure, length: spec.phases.measure, seed: spec.seed,
                    producer: entry.name),
                name: entry.name, seed: spec.seed)
        }
        serviceTimes = spec.consumers.map { consumer in
            ServiceTimeSampler(
                consumer.serviceTime, seed: spec.seed, stream: "service/\(consumer.group)")
        }
        workerFaults = spec.consumers.map { consumer in
            WorkerFaultSampler(
                consumer.receiving?.faults ?? WorkerFaultSpec(), seed: spec.seed,
                stream: "faults/\(consumer.group)")
        }
    }
}
