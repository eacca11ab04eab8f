import UrrDriver
import UrrPlatform
import UrrWorkload

/// A queue of the workload, frozen for a run.
public struct QueuePlan: Sendable {
    /// The queue's name.
    public var name: String
    /// Whether it promises order within message groups.
    public var isFIFO: Bool
    /// Message groups that its producers use: keys from 0.
    public var messageGroups: Int
    /// Which of them are told apart in the result.
    public var classes: MessageGroupClasses
    /// Producer instances of the run that send to it.
    public var senders: [Int]
    /// Index of its dead-letter queue; nil where it has none.
    public var deadLetterQueue: Int?
    /// Deliveries after which a message goes there.
    public var maxReceiveCount: Int?
}

/// The redrives of one dead-letter queue, frozen for a run.
public struct RedrivePlan: Sendable {
    /// Index of the dead-letter queue.
    public var source: Int
    /// Index of the queue that its messages come from and go back to.
    public var destination: Int
    /// What each task is asked for.
    public var order: RedriveOrder
    /// When tasks begin, counted from the start of the measurement, in order.
    public var instants: [Nanoseconds]
}

/// How the workers of a group read a queue, frozen for a run.
public struct ReceivingPlan: Sendable {
    /// Index of the queue.
    public var queue: Int
    /// Most messages of one receive, 1 to 10.
    public var batch: Int
    /// Most messages of one delete, 1 to 10.
    public var deleteBatch: Int
    /// How long a receive that finds nothing waits.
    public var waitTime: Nanoseconds
    /// How long what was received is invisible to others.
    public var visibilityTimeout: Nanoseconds
    /// When a message that could not be handled is visible again; nil leaves it as it is.
    public var retryAfter: Nanoseconds?
    /// What goes wrong at the workers.
    public var faults: WorkerFaultSampler
    /// Until when poison fails, counted from the start of the measurement; nil for ever.
    public var poisonUntil: Nanoseconds?
    /// How long a crashed worker is away.
    public var restart: Nanoseconds
}

extension RunPlan {
    static func queues(of spec: WorkloadSpec, producers: [ProducerPlan]) -> [QueuePlan] {
        spec.queues.enumerated().map { index, queue in
            let feeding = spec.producers.filter { $0.target == .queue(index) }
            let groups = feeding.map { max(1, $0.keys.cardinality) }.max() ?? 1
            return QueuePlan(
                name: queue.name, isFIFO: queue.fifo, messageGroups: groups,
                classes: MessageGroupClasses(hot: hotGroups(feeding, of: groups)),
                senders: producers.filter { $0.queue == index }.flatMap { producer in
                    (0..<producer.instances).map { producer.firstInstance + $0 }
                }, deadLetterQueue: queue.redrive?.deadLetterQueueIndex,
                maxReceiveCount: queue.redrive?.maxReceiveCount)
        }
    }

    /// Message groups that are hotter than others because of their number.
    private static func hotGroups(_ producers: [ProducerSpec], of groups: Int) -> Int {
        let isSkewed = producers.contains {
            if case .zipf = $0.keys { true } else { false }
        }
        return isSkewed || groups <= MessageGroupClasses.hottest ? groups : 0
    }

    static func receiving(
        _ consumer: ConsumerSpec, _ spec: WorkloadSpec, index: Int,
        samplers: WorkloadSamplers
    ) -> ReceivingPlan? {
        consumer.receiving.map { receiving in
            ReceivingPlan(
                queue: receiving.queueIndex, batch: receiving.batch,
                deleteBatch: receiving.deleteBatch, waitTime: receiving.waitTime,
                visibilityTimeout: receiving.visibilityTimeout
                    ?? spec.queues[receiving.queueIndex].visibilityTimeout,
                retryAfter: receiving.retryAfter, faults: samplers.workerFaults[index],
                poisonUntil: receiving.faults.poisonUntil, restart: receiving.faults.restart)
        }
    }

    /// The redrives by dead-letter queue: one task at a time moves its messages.
    static func redrives(of spec: WorkloadSpec) -> [RedrivePlan] {
        spec.redrives.enumerated().map { index, redrive in
            RedrivePlan(
                source: redrive.sourceIndex, destination: redrive.destinationIndex,
                order: RedriveOrder(rate: redrive.rate, limit: redrive.limit),
                instants: redrive.times.instants(
                    seed: spec.seed, index: index, measure: spec.phases.measure))
        }
    }

    static func topologyQueues(
        of spec: WorkloadSpec, producers: [ProducerPlan], workers: Int
    ) -> [Topology.Queue] {
        spec.queues.enumerated().map { index, queue in
            var made = Topology.Queue(
                name: queue.name, kind: queue.fifo ? .fifo : .standard,
                visibilityTimeout: queue.visibilityTimeout, delay: queue.delay,
                retention: queue.retention, deduplicationWindow: queue.deduplicationWindow,
                contentBasedDeduplication: queue.contentBasedDeduplication,
                maximumMessageBytes: queue.maximumMessageSize, inFlightLimit: queue.inFlightLimit,
                capacityMessages: queue.capacity, capacityBytes: queue.capacityBytes,
                rememberedIDs: rememberedIDs(
                    producers.filter { $0.queue == index }, window: queue.deduplicationWindow,
                    spec.phases),
                redrive: queue.redrive.map {
                    Topology.Queue.Redrive(
                        deadLetterQueue: $0.deadLetterQueueIndex,
                        maxReceiveCount: $0.maxReceiveCount)
                },
                producerEndpoints: producers.reduce(0) { sum, producer in
                    guard producer.queue == index else { return sum }
                    let used = (0..<producer.instances).map {
                        (producer.firstInstance + $0) % workers
                    }
                    return sum + Set(used).count
                })
            made.redriveEndpoints = spec.redrives.count { $0.sourceIndex == index }
            return made
        }
    }

    /// Room for the ids of all messages, or of those that the window can hold: twice what is
    /// expected of it.
    private static func rememberedIDs(
        _ producers: [ProducerPlan], window: Nanoseconds, _ phases: PhasesSpec
    ) -> Int {
        var expected = 0.0
        for producer in producers {
            guard producer.closedLoop == nil else { return 1 << 27 }
            let share = 1 + (producer.samplers.repeats?.spec.share ?? 0)
            let schedule = producer.samplers.schedule(.measure)
            let warmup = producer.samplers.schedule(.warmup).expectedCount
            expected += share * (schedule.greatestCount(in: window) + warmup)
        }
        return Int(min(2 * expected + 100_000, Double(1 << 30)))
    }
}
