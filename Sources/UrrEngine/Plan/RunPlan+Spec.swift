import UrrDriver
import UrrPlatform
import UrrWorkload

/// Why a valid workload cannot be run as it is.
public struct PlanError: Error, CustomStringConvertible {
    /// The rule and what was found.
    public let description: String
}

extension RunPlan {
    /// Segments that one run can tell apart: the number is one byte in each message.
    public static let maximumSegments = WorkloadLimits.segments

    /// The plan of a checked workload on a machine with `processors` usable processors. Pure but
    /// for building the samplers.
    public init(
        _ spec: WorkloadSpec, processors: Int, runTag: UInt32, shard: Shard = .whole
    ) throws(PlanError) {
        let threads = Self.threads(of: spec, processors: processors, shard: shard)
        let (spec, publishers) = Self.withFollowUps(spec, workers: threads.consumers)
        let samplers = WorkloadSamplers(spec)
        self.samplers = samplers
        name = spec.name
        seed = spec.seed
        self.runTag = runTag
        warmup = spec.phases.warmup
        measure = spec.phases.measure
        drain = spec.phases.drain
        pin = spec.workers.pin
        idle = spec.workers.idle.strategy
        idleName = spec.workers.idle.rawValue
        lagInterval = Self.lagInterval(measure: spec.phases.measure)
        faults = FaultPlan(spec)
        freezes = faults.cuts
        groups = Self.groups(of: spec, samplers: samplers, faults: faults)
        verifiesBodies = spec.verification == .full
        verifies = spec.verification != .none
        var (producers, segments) = Self.producers(of: spec, samplers: samplers)
        for (entry, group) in publishers {
            producers[entry].followUpOf = group
            producers[entry].executor = "follow-up"
        }
        self.producers = producers
        self.segments = segments
        queues = Self.queues(of: spec, producers: producers)
        redrives = Self.redrives(of: spec)
        guard segments.count <= Self.maximumSegments else {
            throw PlanError(
                description: "arrivals: all producers together may have at most "
                    + "\(Self.maximumSegments) stages, got \(segments.count)")
        }
        let instances = spec.producers.reduce(0) { $0 + $1.instances }
        guard instances <= Int(UInt16.max) else {
            throw PlanError(
                description: "instances: all producers together may have at most "
                    + "\(UInt16.max), got \(instances)")
        }
        sharding.shard = shard
        try Self.check(shard, spec, instances: instances, publishes: !publishers.isEmpty)
        producerWorkers = threads.producers
        consumerWorkers = threads.consumers
        topology = Self.topology(
            of: spec, producers: producers, groups: groups, threads: threads, shard: shard)
    }

    /// Time between two samples of the lag: some 500 in a short run, every 20 ms in one of minutes,
    /// 50,000 in a long one, so that a run of days needs no more memory than one of an hour.
    private static func lagInterval(measure: Nanoseconds) -> Nanoseconds {
        max(measure / 50_000, min(20_000_000, max(1_000_000, measure / 500)))
    }

    /// A shard without an instance would offer nothing, and neither a closed loop nor a service that
    /// publishes has a schedule that could be divided.
    private static func check(
        _ shard: Shard, _ spec: WorkloadSpec, instances: Int, publishes: Bool
    ) throws(PlanError) {
        guard shard != .whole else { return }
        guard !publishes else {
            throw PlanError(
                description: "shard: a service publishes what follows from what it handles, and so "
                    + "would that of each load generator, under the same numbers")
        }
        guard instances >= shard.count else {
            throw PlanError(
                description: "shard: \(shard.count) load generators need at least as many producer "
                    + "instances, the workload has \(instances); raise producers.N.instances")
        }
        if let service = spec.consumers.first(where: { $0.handler != .none }) {
            throw PlanError(
                description: "shard: \(service.group) is \(service.handler.rawValue), whose books "
                    + "are compared with those of one load generator")
        }
        if let closed = spec.producers.first(where: { $0.arrivals.closedLoop != nil }) {
            throw PlanError(
                description: "shard: producer \(closed.name) is a closed loop, which has no "
                    + "schedule that could be divided")
        }
    }

    /// Threads for each role: as the workload says, else a third of the processors for producers
    /// and the rest for consumers, never more than there is to carry. From four processors on one
    /// is left to the rest of the process.
    static func threads(
        of spec: WorkloadSpec, processors: Int, shard: Shard = .whole
    ) -> (producers: Int, consumers: Int) {
        let usable = processors >= 4 ? processors - 1 : processors
        let instances = spec.producers.reduce(0) { $0 + $1.instances } / shard.count
        let members = spec.consumers.reduce(0) { sum, group in
            if group.receiving != nil { return sum + group.instances }
            let partitions = group.topicIndexes.reduce(0) { $0 + spec.topics[$1].partitions }
            return sum + min(group.instances, partitions)
        }
        let producers = min(
            max(1, instances), spec.workers.producers ?? max(1, usable / 3))
        let consumers = min(
            max(1, members), spec.workers.consumers ?? max(1, usable - producers))
        return (producers, consumers)
    }

    private static func groups(
        of spec: WorkloadSpec, samplers: WorkloadSamplers, faults: FaultPlan
    ) -> [GroupPlan] {
        spec.consumers.enumerated().map { index, consumer in
            var interval: Nanoseconds = 0
            if case .automatic(let given) = consumer.commit { interval = given }
            var plan = GroupPlan(
                name: consumer.group, topics: consumer.topicIndexes, members: consumer.instances,
                concurrency: consumer.concurrency, serviceTime: samplers.serviceTimes[index],
                meanServiceTime: consumer.serviceTime.meanNanoseconds,
                maxPollRecords: consumer.maxPollRecords, autoCommitInterval: interval,
                receiving: receiving(consumer, spec, index: index, samplers: samplers))
            let own = spec.faults.filter { $0.kind.group == index }
            plan.commitsFirst = consumer.commit == .beforeProcessing
            plan.guarantee = consumer.guarantee
            plan.idempotency = consumer.idempotency
            plan.keyClasses = keyClasses(consumer, spec)
            plan.checksKeyOrder = consumer.order == .key
            plan.sessionTimeout = consumer.sessionTimeout
            plan.joiners = faults.joiners[index]
            plan.isManaged = own.contains { $0.kind.changesMembership }
            plan.hasFaults = !own.isEmpty || faults.cuts.contains { $0.group == index }
            plan.handler = consumer.handler
            plan.activation = consumer.activation
            plan.remedies = RemedyPlan(consumer.remedies)
            return plan
        }
    }

    private static func producers(
        of spec: WorkloadSpec, samplers: WorkloadSamplers
    ) -> ([ProducerPlan], [SegmentPlan]) {
        var segments: [SegmentPlan] = []
        var firstInstance = 0
        var rows = [Int](repeating: 0, count: spec.queues.count)
        let producers = spec.producers.enumerated().map { index, entry in
            let schedule = samplers.producers[index].schedule(.measure)
            let base = segments.count + 1
            var parts = schedule.segments.map { ($0.name, $0.start, $0.end) }
            if parts.isEmpty { parts = [(entry.arrivals.executor.name, 0, spec.phases.measure)] }
            for part in parts {
                segments.append(
                    SegmentPlan(
                        index: segments.count + 1, name: part.0, producer: entry.name,
                        start: part.1, end: part.2))
            }
            let loop = entry.arrivals.closedLoop
            var destination = Destination.topic(0)
            var firstRow = firstInstance
            var window: Nanoseconds = 0
            switch entry.target {
            case .topic(let index): destination = .topic(index)
            case .queue(let index):
                destination = .queue(index)
                firstRow = rows[index]
                rows[index] += entry.instances
                window = spec.queues[index].deduplicationWindow
            }
            var plan = ProducerPlan(
                name: entry.name, destination: destination, instances: entry.instances,
                firstInstance: firstInstance, firstRow: firstRow, deduplicationWindow: window,
                repeatCapacity: repeatCapacity(samplers.producers[index]), segmentBase: base,
                samplers: samplers.producers[index], partitioning: entry.partitioning,
                batchMessages: entry.batch.messages, linger: entry.batch.linger, closedLoop: loop,
                maximumInFlight: max(65536, (loop?.inFlight ?? 0) * entry.instances),
                executor: entry.arrivals.executor.name)
            plan.idempotent = entry.idempotent
            plan.fallback = entry.fallback
            plan.keyCount = max(1, entry.keys.cardinality)
            firstInstance += entry.instances
            return plan
        }
        return (producers, segments)
    }

    /// Room for the repeats that wait for their time: half more than are expected, because arrivals
    /// scatter.
    private static func repeatCapacity(_ samplers: WorkloadSamplers.Producer) -> Int {
        guard let repeats = samplers.repeats?.spec else { return 0 }
        let schedule = samplers.schedule(.measure)
        let expected = repeats.share * schedule.greatestCount(in: repeats.after.longest)
        return Int(1.5 * expected) + 1000
    }

    private static func topology(
        of spec: WorkloadSpec, producers: [ProducerPlan], groups plans: [GroupPlan],
        threads: (producers: Int, consumers: Int), shard: Shard
    ) -> Topology {
        let instances = producers.reduce(0) { $0 + $1.instances }
        let topics = spec.topics.enumerated().map { index, topic in
            var made = Topology.Topic(
                name: topic.name, partitions: topic.partitions,
                capacityBytes: topic.capacityBytes, capacityRecords: topic.records,
                maximumMessageBytes: topic.maximumMessageSize,
                whenFull: topic.whenFull == .backpressure ? .backpressure : .overwrite,
                retention: topic.retention, retentionBytes: topic.retentionBytes,
                producerEndpoints: max(
                    1,
                    endpoints(
                        of: producers, topic: index, workers: threads.producers, shard: shard)
                        + publishers(plans, producers, topic: index, workers: threads.consumers)))
            if producers.contains(where: { $0.topic == index && $0.idempotent }) {
                made.producerIds = instances
            }
            return made
        }
        let groups = zip(spec.consumers, plans).map { consumer, plan in
            var group = Topology.Group(
                name: consumer.group, topics: consumer.topicIndexes, members: consumer.instances,
                offsetReset: consumer.autoOffsetReset == .earliest ? .earliest : .latest,
                receiving: consumer.receiving.map {
                    Topology.Receiving(
                        queue: $0.queueIndex,
                        visibilityTimeout: $0.visibilityTimeout
                            ?? spec.queues[$0.queueIndex].visibilityTimeout,
                        waitTime: $0.waitTime,
                        threads: min(consumer.instances, threads.consumers))
                })
            if plan.isManaged {
                group.membership = .managed(cooperative: consumer.rebalance == .cooperative)
            }
            group.division = division(consumer.assignment)
            return group
        }
        return Topology(
            topics: topics,
            queues: topologyQueues(of: spec, producers: producers, workers: threads.producers),
            groups: groups)
    }

    /// The hottest keys of what a group reads from topics. Of a zipf distribution those with the
    /// lowest numbers are the hottest, the same in all producers.
    private static func keyClasses(
        _ consumer: ConsumerSpec, _ spec: WorkloadSpec
    ) -> MessageGroupClasses {
        let counts = spec.producers.compactMap { producer -> Int? in
            guard case .topic(let index) = producer.target,
                consumer.topicIndexes.contains(index), case .zipf(let count, _) = producer.keys
            else { return nil }
            return count - 1
        }
        return MessageGroupClasses(hot: counts.max() ?? 0)
    }

    private static func division(_ assignment: PartitionAssignment) -> PartitionDivision {
        switch assignment {
        case .range: .range
        case .roundRobin: .roundRobin
        case .sticky: .sticky
        }
    }

    /// The spec with an entry for each topic that a service publishes to, which has a producer
    /// instance on each consuming worker and no schedule; and whose entries those are.
    static func withFollowUps(
        _ spec: WorkloadSpec, workers: Int
    ) -> (WorkloadSpec, [(entry: Int, group: Int)]) {
        var spec = spec
        var publishers: [(entry: Int, group: Int)] = []
        for (group, consumer) in spec.consumers.enumerated()
        where consumer.handler == .ticketService {
            for (name, _) in HandlerKind.followUpTopics {
                guard let topic = spec.topics.firstIndex(where: { $0.name == name }) else {
                    continue
                }
                publishers.append((spec.producers.count, group))
                let stage = RampStage(
                    target: 0, duration: spec.phases.measure, name: "follow-ups")
                spec.producers.append(
                    ProducerSpec(
                        name: "\(consumer.group).\(name)", to: name, target: .topic(topic),
                        instances: workers,
                        arrivals: ArrivalSpec(.ramping(startRate: 0, stages: [stage])),
                        messageSize: .fixed(WorkloadLimits.smallestMessageBytes)))
            }
        }
        return (spec, publishers)
    }

    /// Endpoints of services that publish to a topic.
    private static func publishers(
        _ groups: [GroupPlan], _ producers: [ProducerPlan], topic: Int, workers: Int
    ) -> Int {
        producers.reduce(0) { sum, producer in
            guard producer.topic == topic, let group = producer.followUpOf else { return sum }
            return sum + min(workers, groups[group].members + groups[group].joiners)
        }
    }

    /// Workers that will send to a topic.
    private static func endpoints(
        of producers: [ProducerPlan], topic: Int, workers: Int, shard: Shard
    ) -> Int {
        var used = Set<Int>()
        for producer in producers where producer.topic == topic && producer.followUpOf == nil {
            for instance in 0..<producer.instances {
                let number = producer.firstInstance + instance
                if shard.owns(instance: number) { used.insert(number / shard.count % workers) }
            }
        }
        return used.count
    }
}
