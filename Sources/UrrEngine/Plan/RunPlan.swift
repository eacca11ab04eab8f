import UrrDriver
import UrrEvents
import UrrMeasure
import UrrPlatform
import UrrWorkload

/// A producer entry of the workload, frozen for a run.
public struct ProducerPlan: Sendable {
    /// The entry's name.
    public var name: String
    /// What it sends to.
    public var destination: Destination
    /// How many instances share its stream.
    public var instances: Int
    /// Number of its first instance, counted over all entries.
    public var firstInstance: Int
    /// Number of its first instance, counted over the entries with the same destination queue; to a
    /// topic the same as `firstInstance`.
    public var firstRow: Int
    /// How long the queue that it sends to remembers a deduplication id; 0 to a topic.
    public var deduplicationWindow: Nanoseconds
    /// Repeats that can be outstanding at one time.
    public var repeatCapacity: Int
    /// Number of its first segment; 0 is warm-up for all entries.
    public var segmentBase: Int
    /// What it draws arrivals, keys and sizes from.
    public var samplers: WorkloadSamplers.Producer
    /// How messages are spread over partitions.
    public var partitioning: Partitioning
    /// Messages that one flush covers at the most.
    public var batchMessages: Int
    /// How long a batch waits for more, in nanoseconds.
    public var linger: Nanoseconds
    /// Parameters of a closed loop; nil for open loops.
    public var closedLoop: ClosedLoop?
    /// Messages that may be unacknowledged at a time, for targets that answer later.
    public var maximumInFlight: Int
    /// The executor's name, for the result.
    public var executor: String
    /// Whether the target tells repeats by producer id and sequence.
    public var idempotent = false
    /// Different keys; 1 where messages have none.
    public var keyCount = 1
    /// What becomes of sends that fail; nil gives them up.
    public var fallback: FallbackSpec?
    /// Index of the group whose service publishes as this entry; nil for one with a schedule.
    public var followUpOf: Int?

    /// Index of the topic that it sends to; nil where that is a queue.
    public var topic: Int? { if case .topic(let index) = destination { index } else { nil } }
    /// Index of the queue that it sends to; nil where that is a topic.
    public var queue: Int? { if case .queue(let index) = destination { index } else { nil } }

    /// Whether the target answers each message: a queue always does.
    @usableFromInline
    func answersLater<Driver: MessageDriver>(_: Driver.Type) -> Bool {
        queue != nil || Driver.semantics.acknowledgement == .byCompletion
    }
}

/// A consumer group of the workload, frozen for a run.
public struct GroupPlan: Sendable {
    /// The group's name.
    public var name: String
    /// Its topics, as indices into the topology.
    public var topics: [Int]
    /// How many members it has.
    public var members: Int
    /// Messages that one member handles at a time.
    public var concurrency: Int
    /// How long a message is handled.
    public var serviceTime: ServiceTimeSampler
    /// The declared mean of it, in nanoseconds.
    public var meanServiceTime: Double
    /// Messages that one poll returns at the most.
    public var maxPollRecords: Int
    /// Interval of automatic commits; 0 where the handlers' progress decides.
    public var autoCommitInterval: Nanoseconds
    /// The queue that it reads and how; nil where it reads topics.
    public var receiving: ReceivingPlan?
    /// Whether offsets are committed before anything is handled.
    public var commitsFirst = false
    /// What the group promises about effects.
    public var guarantee = Guarantee.atLeastOnce
    /// Where it remembers what it has handled.
    public var idempotency: IdempotencySpec?
    /// Which keys are told apart in the result: the hottest, where some are hotter than others.
    public var keyClasses = MessageGroupClasses(hot: 0)
    /// Whether messages are also checked in the order of their keys.
    public var checksKeyOrder = false
    /// Silence after which a member is taken for dead.
    public var sessionTimeout = ConsumerSpec.defaultSessionTimeout
    /// Members that join during the run, numbered after the others.
    public var joiners = 0
    /// Whether members come and go.
    public var isManaged = false
    /// What it does against a backlog.
    public var remedies = RemedyPlan(RemedySpec())
    /// Whether anything is planned to go wrong with it, or it is sent to read again.
    public var hasFaults = false
    /// What is done with a message.
    public var handler = HandlerKind.none
    /// How people are activated who wait in its members' memory.
    public var activation: ActivationSpec?

    /// Messages that one member has in its hands at the most.
    var pendingCapacity: Int {
        if let activation { return activation.room }
        return isInstant ? 1 : maxPollRecords + concurrency
    }

    /// Whether an idle member has nothing to do before something arrives for it.
    var waitsForArrivalsOnly: Bool {
        handler == .none && activation == nil && !remedies.isActive
    }

    /// Whether handlers take no time at all and nothing can come between: then a batch is polled,
    /// handled and committed in one step.
    public var isInstant: Bool {
        serviceTime.isZero && concurrency == 1 && !commitsFirst && idempotency == nil
            && !hasFaults && !checksKeyOrder && !remedies.isActive
            && (handler == .none || receiving != nil)
    }
}

/// A named part of an arrival pattern; latencies are kept apart by segment.
public struct SegmentPlan: Sendable {
    /// Number in the run, from 1.
    public var index: Int
    /// Its name: baseline, rise, peak, decay, or as the workload says.
    public var name: String
    /// The producer entry whose pattern it is part of.
    public var producer: String
    /// Start and end, counted from the start of the measured part.
    public var start: Nanoseconds
    /// End, counted from the start of the measured part.
    public var end: Nanoseconds
}

/// A time in which all members of a group stand still, counted from the start of the measured
/// part.
public struct FreezePlan: Sendable {
    /// Index of the group.
    public var group: Int
    /// When it begins.
    public var from: Nanoseconds
    /// How long it lasts.
    public var length: Nanoseconds
    /// Whether handlers stand still, too; else its members only receive nothing.
    public var stopsHandlers: Bool

    /// A freeze of group `group`.
    public init(
        group: Int, from: Nanoseconds, length: Nanoseconds, stopsHandlers: Bool = true
    ) {
        self.stopsHandlers = stopsHandlers
        self.group = group
        self.from = from
        self.length = length
    }
}

/// Everything a run needs, decided before the first message: the workload resolved to indices,
/// samplers and numbers of threads.
public struct RunPlan: Sendable {
    /// The workload's name.
    public var name: String
    /// Selects all random streams.
    public var seed: UInt64
    /// Tells this run's messages apart from those of another.
    public var runTag: UInt32
    /// What the target must provide.
    public var topology: Topology
    /// The producer entries.
    public var producers: [ProducerPlan]
    /// The consumer groups.
    public var groups: [GroupPlan]
    /// The queues.
    public var queues: [QueuePlan]
    /// The redrives of dead letters.
    public var redrives: [RedrivePlan] = []
    /// Whether every byte of a message is checked.
    public var verifiesBodies: Bool
    /// The segments; number 0, warm-up, is not among them.
    public var segments: [SegmentPlan]
    /// Length of the warm-up.
    public var warmup: Nanoseconds
    /// Length of the measured schedule.
    public var measure: Nanoseconds
    /// Longest drain.
    public var drain: Nanoseconds
    /// Threads that send.
    public var producerWorkers: Int
    /// Threads that receive.
    public var consumerWorkers: Int
    /// Whether threads are bound to processors.
    public var pin: Bool
    /// What a thread without work does.
    public var idle: IdleStrategy
    /// The word for it, for the result.
    public var idleName: String
    /// Time between two samples of the lag.
    public var lagInterval: Nanoseconds
    /// Times in which groups stand still.
    public var freezes: [FreezePlan] = []
    /// What goes wrong.
    public var faults = FaultPlan()
    /// Whether deliveries are checked at all; without, a run only measures.
    public var verifies = true
    /// How late a worker notices the end of a handler, in a simulation: what was measured where time
    /// was real.
    public var noticing: Nanoseconds = 0
    /// Which part of the load is this process's, and when it begins.
    public var sharding = Sharding()
    /// Keeps the samplers' memory alive.
    public let samplers: WorkloadSamplers

    /// Producer instances of all entries.
    public var producerInstances: Int { producers.reduce(0) { $0 + $1.instances } }

    /// Whether any group tells message groups or keys apart.
    var tellsKeys: Bool { !queues.isEmpty || groups.contains { $0.keyClasses.hot > 0 } }

    /// Number of the first producer instance that publishes what follows from other messages; one
    /// that does not exist where there are none.
    var firstFollowUpInstance: Int {
        producers.first { $0.followUpOf != nil }?.firstInstance ?? Int.max
    }

    /// Producer entries as which consuming worker `worker` publishes.
    func followUpEntries(worker: Int) -> [Int] {
        producers.indices.filter { entry in
            guard let group = producers[entry].followUpOf else { return false }
            return (0..<groups[group].members + groups[group].joiners).contains {
                consumerWorker(group: group, member: $0) == worker
            }
        }
    }

    /// Numbers of the forms of the events that are published as a producer entry.
    func forms(publishedBy entry: Int) -> [Int] {
        let topic = producers[entry].topic.map { topology.topics[$0].name }
        let kinds = HandlerKind.followUpTopics.first { $0.topic == topic }?.kinds ?? []
        return EventForm.all.indices.filter { kinds.contains(EventForm.all[$0].kind) }
    }

    /// Whether what is sent to a topic or queue are events.
    func carriesEvents(_ destination: Destination) -> Bool {
        producers.contains {
            $0.destination == destination && ($0.samplers.events != nil || $0.followUpOf != nil)
        }
    }

    /// Whether a group reads events.
    func readsEvents(group: Int) -> Bool {
        if let receiving = groups[group].receiving { return carriesEvents(.queue(receiving.queue)) }
        return groups[group].topics.contains { carriesEvents(.topic($0)) }
    }

    /// Seconds that messages of the measurement are counted by.
    var secondCount: Int { Int(measure / nanosecondsPerSecond) + 2 }

    /// Segments with warm-up.
    public var segmentCount: Int { segments.count + 1 }

    /// The producing worker that carries an instance, numbered over all entries; nil where another
    /// load generator does.
    public func producerWorker(ofInstance instance: Int) -> Int? {
        let shard = sharding.shard
        return shard.owns(instance: instance) ? instance / shard.count % producerWorkers : nil
    }

    /// Name of what a producer sends to.
    func name(of destination: Destination) -> String {
        switch destination {
        case .topic(let index): topology.topics[index].name
        case .queue(let index): topology.queues[index].name
        }
    }

    /// Names of what a group reads.
    func sources(ofGroup group: Int) -> [String] {
        if let receiving = groups[group].receiving { return [queues[receiving.queue].name] }
        return groups[group].topics.map { topology.topics[$0].name }
    }

    /// Whether a group reads what a producer sends.
    func reads(group: Int, _ producer: ProducerPlan) -> Bool {
        switch producer.destination {
        case .topic(let index): groups[group].topics.contains(index)
        case .queue(let index): groups[group].receiving?.queue == index
        }
    }

    /// The first of the groups that read a queue: what is of the queue is told there.
    func firstGroup(reading queue: Int) -> Int? {
        groups.firstIndex { $0.receiving?.queue == queue }
    }

    /// Whether no worker of a queue ever handles a message, as long as handlers are not mended.
    func isPoison(_ header: TraceHeader, in queue: Int) -> Bool {
        let identity = QueueTask.identity(of: header)
        return groups.contains {
            $0.receiving?.queue == queue && $0.receiving!.faults.isPoison(identity)
        }
    }

    /// The largest message of all topics and queues.
    var largestMessageBytes: Int {
        let sizes =
            topology.topics.map(\.maximumMessageBytes) + topology.queues.map(\.maximumMessageBytes)
        return max(sizes.max() ?? 0, TraceHeader.byteCount)
    }

    /// Whether a producing worker carries an instance of an entry.
    func carries(_ producer: ProducerPlan, worker: Int) -> Bool {
        producer.followUpOf == nil
            && (0..<producer.instances).contains {
                producerWorker(ofInstance: producer.firstInstance + $0) == worker
            }
    }

    /// The consuming worker that carries a member. Members of one group are spread first.
    public func consumerWorker(group: Int, member: Int) -> Int {
        (member + group) % consumerWorkers
    }

    /// A group's row of the sequence tracker for a partition: its topics one after the other.
    public func trackerRow(group: Int, _ partition: TopicPartition) -> Int {
        var row = 0
        for topic in groups[group].topics {
            if topic == partition.topic { return row + partition.partition }
            row += topology.topics[topic].partitions
        }
        invariant(false, "a group only reads its own topics")
        return 0
    }

    /// Partitions that a group reads.
    public func partitions(ofGroup group: Int) -> [TopicPartition] {
        groups[group].topics.flatMap { topic in
            (0..<topology.topics[topic].partitions).map {
                TopicPartition(topic: topic, partition: $0)
            }
        }
    }
}
