import UrrEngine
import UrrPlatform
import UrrWorkload

/// One millisecond and one microsecond, in nanoseconds.
let millisecond: Nanoseconds = 1_000_000
let microsecond: Nanoseconds = 1_000

/// A small workload to start from: one topic, one producer, one group, one thread of each kind.
/// Tests change what they are about.
struct Scenario {
    var seed: UInt64 = 42
    var phases = PhasesSpec(measure: nanosecondsPerSecond, drain: 10 * nanosecondsPerSecond)
    var topics = [Scenario.topic("events")]
    var queues: [QueueSpec] = []
    var verification = VerificationMode.header
    var producers = [Scenario.producer("source", rate: 1000)]
    var consumers = [Scenario.group("group")]
    var redrives: [RedriveScheduleSpec] = []
    var faults: [FaultSpec] = []
    var workers = WorkersSpec(producers: 1, consumers: 1, pin: false)
    var runTag: UInt32 = 7

    static func topic(
        _ name: String, partitions: Int = 1, capacityBytes: Int = 1 << 18, records: Int? = nil,
        whenFull: FullPolicy = .backpressure
    ) -> TopicSpec {
        TopicSpec(
            name: name, partitions: partitions, capacityBytes: capacityBytes, records: records,
            maximumMessageSize: 1024, whenFull: whenFull)
    }

    static func producer(_ name: String, topic: Int = 0, rate: Double) -> ProducerSpec {
        producer(name, topic: topic, .constant(rate: rate))
    }

    static func producer(
        _ name: String, topic: Int = 0, _ executor: ArrivalSpec.Executor
    ) -> ProducerSpec {
        ProducerSpec(
            name: name, to: "topic", target: .topic(topic), arrivals: ArrivalSpec(executor),
            messageSize: .fixed(64))
    }

    static func group(
        _ name: String, topics: [Int] = [0], service: ServiceTimeSpec = .fixed(0)
    ) -> ConsumerSpec {
        ConsumerSpec(group: name, topics: [], topicIndexes: topics, serviceTime: service)
    }

    /// `count` crashes of members of the only group, at random over nearly two seconds.
    static func crashes(
        _ count: Int, _ point: CrashPoint, downtime: Nanoseconds
    ) -> FaultSpec {
        FaultSpec(
            .consumerCrash(group: 0, member: nil, point: point, downtime: downtime),
            .random(count: count, from: 100 * millisecond, until: 1900 * millisecond))
    }

    var spec: WorkloadSpec {
        WorkloadSpec(
            name: "scenario", seed: seed, phases: phases, topics: topics, queues: queues,
            producers: producers, consumers: consumers, redrives: redrives, faults: faults,
            workers: workers, verification: verification)
    }

    func plan() throws -> RunPlan {
        try RunPlan(spec, processors: 2, runTag: runTag)
    }
}
