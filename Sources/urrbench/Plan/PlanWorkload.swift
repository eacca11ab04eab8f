import Foundation
import UrrPlatform
import UrrResults
import UrrWorkload

/// The workload of a plan: one group with its producers, in any size and under any load.
struct PlanWorkload {
    /// What is not as planned.
    enum Change: Hashable {
        /// Nothing.
        case none
        /// A consumer crashes for good at this instant of the measured phase.
        case crash(at: Nanoseconds)
        /// One key takes this share of all messages.
        case hotKey(share: Double)
        /// Handling takes this many times as long.
        case slowService(factor: Double)
    }

    /// The file with only the planned group, its producers and no faults; rates are scaled.
    let spec: WorkloadSpec
    private let base: LoadedWorkload
    /// What the producers offer.
    let load: PlanLoadRecord

    /// Bytes of a simulated message. Sizes take no time in a simulation, so what is simulated is
    /// small, and storage is computed from the sizes of the file.
    private static let simulatedBytes = WorkloadLimits.smallestMessageBytes
    /// Room for a record of that size in a log, with what the log writes around it.
    private static let roomPerRecord = 128
    /// The smallest log.
    private static let fewestRecords = 1024

    /// The plan of `group` (an index); `peak` is the rate that all producers together reach.
    init(_ base: LoadedWorkload, group: Int, peak: Double?, longestObjective: Nanoseconds) {
        self.base = base
        var spec = base.spec
        let whole = PlanLoad.peak(spec.producers, spec).rate
        let scale = peak.map { whole > 0 ? $0 / whole : 1 } ?? 1
        let consumer = spec.consumers[group]
        spec.producers = Self.producers(of: consumer, spec).map { producer in
            var producer = producer
            producer.arrivals = producer.arrivals.scaled(by: scale)
            if consumer.receiving == nil { producer.messageSize = .fixed(Self.simulatedBytes) }
            return producer
        }
        spec.consumers = [consumer]
        spec.faults = []
        spec.thresholds = []
        spec.sweep = nil
        for index in spec.topics.indices {
            spec.topics[index].whenFull = .backpressure
            spec.topics[index].retention = nil
            spec.topics[index].retentionBytes = nil
        }
        // Room for what is late: a drain ends as soon as everything was read.
        let least = max(60 * nanosecondsPerSecond, 2 * longestObjective)
        spec.phases.drain = min(WorkloadLimits.phase, max(spec.phases.drain, least))
        let original = Self.producers(of: consumer, base.spec)
        var load = PlanLoad.record(
            spec.producers, of: spec, consumer: consumer, wholePeak: whole * scale, scale: scale)
        load.messageBytes =
            PlanLoad.record(
                original, of: base.spec, consumer: consumer, wholePeak: whole, scale: 1
            ).messageBytes
        self.load = load
        self.spec = spec
    }

    /// The producers that send to what `consumer` reads.
    static func producers(of consumer: ConsumerSpec, _ spec: WorkloadSpec) -> [ProducerSpec] {
        spec.producers.filter { producer in
            switch producer.target {
            case .topic(let index): consumer.topicIndexes.contains(index)
            case .queue(let index): consumer.receiving?.queueIndex == index
            }
        }
    }

    /// Whether keys decide where a message goes, so that a hot one can be in the way.
    var hasKeys: Bool {
        spec.producers.contains { $0.keys != .none && ($0.partitioning == .key || readsQueue) }
    }

    /// Whether the group reads a queue, which has no partitions.
    var readsQueue: Bool { spec.consumers[0].receiving != nil }

    // MARK: Variants

    /// The workload with `size`, its load multiplied by `factor`, and one thing changed. Throws every
    /// rule that the result breaks.
    func variant(
        _ size: PlanSize, factor: Double, _ change: Change
    ) throws(SteadyLoad.Problem) -> LoadedWorkload {
        var spec = self.spec
        spec.consumers[0].instances = size.consumers
        if factor != 1 {
            for index in spec.producers.indices {
                spec.producers[index].arrivals = spec.producers[index].arrivals.scaled(by: factor)
            }
        }
        apply(change, to: &spec)
        setTopics(&spec, partitions: size.partitions)
        let problems = spec.problems(.forSimulation)
        guard problems.isEmpty else {
            throw SteadyLoad.Problem(lines: problems.map { "plan: \($0.text)" })
        }
        var loaded = base
        loaded.spec = spec
        return loaded
    }

    private func apply(_ change: Change, to spec: inout WorkloadSpec) {
        switch change {
        case .none: break
        case .crash(let instant):
            spec.faults = [
                FaultSpec(
                    .consumerCrash(group: 0, member: 0, point: .beforeCommit, downtime: nil),
                    .at(instant))
            ]
        case .hotKey(let share): spec.producers = spec.producers.flatMap { split($0, share) }
        case .slowService(let factor):
            spec.consumers[0].serviceTime = spec.consumers[0].serviceTime.scaled(by: factor)
        }
    }

    /// The producer with less, and one beside it that sends the rest under the hottest key.
    private func split(_ producer: ProducerSpec, _ share: Double) -> [ProducerSpec] {
        guard producer.keys != .none, producer.arrivals.closedLoop == nil else {
            return [producer]
        }
        var rest = producer
        rest.arrivals = producer.arrivals.scaled(by: 1 - share)
        var hot = producer
        hot.name = String(producer.name.prefix(230)) + "-hot-key"
        hot.keys = .fixed
        hot.arrivals = producer.arrivals.scaled(by: share)
        return [rest, hot]
    }

    /// Partitions, and logs that push nobody back, because that of a broker is on a disk: simulated
    /// ones are as large as their backlog, whatever is set here, and those of the embedded core hold
    /// everything that is ever sent, where memory allows it.
    private func setTopics(_ spec: inout WorkloadSpec, partitions: Int?) {
        let isPlain = spec.suitsVirtualLogs
        let read = Set(spec.consumers[0].topicIndexes)
        for index in spec.topics.indices {
            let count = read.contains(index) ? partitions ?? 1 : 1
            let records =
                isPlain
                ? Self.fewestRecords
                : records(spec, topic: index, partitions: count, sharedBy: read.count)
            spec.topics[index].partitions = count
            spec.topics[index].records = records
            spec.topics[index].capacityBytes = records * Self.roomPerRecord
            spec.topics[index].maximumMessageSize = min(
                1024, records * Self.roomPerRecord / 4)
        }
    }

    /// As many records as the heaviest partition gets, or as half of the memory allows.
    private func records(
        _ spec: WorkloadSpec, topic: Int, partitions: Int, sharedBy topics: Int
    ) -> Int {
        let memory = MemoryRegion.availableBytes().map { $0 / 2 } ?? 1 << 32
        let producers = spec.producers.filter { $0.target == .topic(topic) }
        let heaviest = PlanLoad.heaviestPartition(producers, of: spec, partitions: partitions)
        let messages = producers.reduce(0.0) { $0 + expectedMessages($1, spec) }
        let least = Double(Self.fewestRecords)
        var records = Self.powerOfTwo(atLeast: 1.2 * heaviest * messages + least)
        let room = Self.roomPerRecord + WorkloadLimits.recordIndexBytes
        while records > Self.fewestRecords, records * room * partitions > memory / max(1, topics) {
            records /= 2
        }
        return records
    }

    private func expectedMessages(_ producer: ProducerSpec, _ spec: WorkloadSpec) -> Double {
        [(ArrivalPhase.warmup, spec.phases.warmup), (.measure, spec.phases.measure)].reduce(0) {
            $0
                + ArrivalSchedule(
                    producer.arrivals, phase: $1.0, length: $1.1, seed: spec.seed,
                    producer: producer.name
                ).expectedCount
        }
    }

    private static func powerOfTwo(atLeast value: Double) -> Int {
        var power = fewestRecords
        while Double(power) < value, power < WorkloadLimits.records { power *= 2 }
        return power
    }
}

extension ServiceTimeSpec {
    /// The same distribution with every time multiplied by `factor`.
    fileprivate func scaled(by factor: Double) -> ServiceTimeSpec {
        switch self {
        case .fixed(let time): .fixed(Nanoseconds((Double(time) * factor).rounded()))
        case .exponential(let mean):
            .exponential(mean: Nanoseconds((Double(mean) * factor).rounded()))
        case .lognormal(let median, let sigma): .lognormal(median: median * factor, sigma: sigma)
        }
    }
}
