import UrrDriver
import UrrMeasure
import UrrPlatform
import UrrWorkload

/// One producer entry of the workload, as one worker carries it: the entry's stream of arrivals,
/// the instances that are this worker's, and the endpoint that they share.
///
/// Every worker walks the whole stream and sends the messages of its own instances: message `m`
/// belongs to instance `m % instances`. So the stream does not depend on how many workers there
/// are. A worker that cannot send waits at that message, and everything behind it is late; the
/// lateness is charged to the messages, never forgotten.
@usableFromInline
struct ProducerSource<Driver: MessageDriver>: ~Copyable {
    // What it is; never changes.
    @usableFromInline let entry: Int
    @usableFromInline let endpoint: Unmanaged<Driver.Producer>
    /// Whether the target acknowledges by completion instead of on flush.
    @usableFromInline let answersLater: Bool
    @usableFromInline let runTag: UInt32
    @usableFromInline let instances: Int
    /// The number of the entry's first instance in the whole run.
    @usableFromInline let firstInstance: Int
    /// Row of that instance in `sequences`.
    @usableFromInline let firstRow: Int
    /// Whether it sends to a queue, whose message groups take the place of partitions.
    @usableFromInline let isQueue: Bool
    @usableFromInline let classes: MessageGroupClasses
    @usableFromInline let owned: UnsafeMutablePointer<Bool>
    @usableFromInline let ownsAll: Bool
    @usableFromInline let segmentBase: Int
    @usableFromInline let keyTable: KeyTable
    @usableFromInline let partitioning: Partitioning
    @usableFromInline let partitions: Int
    @usableFromInline let hasKeys: Bool
    @usableFromInline let sequences: UnsafeMutablePointer<UInt64>
    @usableFromInline let sequenceStride: Int
    /// What every message holds after its header: bytes that do not compress. The session's.
    @usableFromInline let body: UnsafeRawPointer
    @usableFromInline let batchMessages: Int
    @usableFromInline let linger: Nanoseconds
    /// Messages by the second of the phase in which they were intended.
    @usableFromInline let offeredBySecond: UnsafeMutablePointer<UInt64>
    @usableFromInline let seconds: Int

    // Where it stands.
    @usableFromInline var schedule: ArrivalCursor
    @usableFromInline var keys: KeySampler
    @usableFromInline var sizes: SizeSampler
    /// What the deduplication ids of this phase begin with.
    @usableFromInline var deduplicationBase: UInt64 = 0
    @usableFromInline var phaseLength: Nanoseconds = 0
    /// Far away until the first phase begins, so that nothing is due before.
    @usableFromInline var phaseStart: Nanoseconds = .max / 2
    @usableFromInline var measured = false
    @usableFromInline var instance = 0
    @usableFromInline var second = 0
    @usableFromInline var secondEnd: Nanoseconds = nanosecondsPerSecond
    /// Whether the next message was refused because the target was full, and since when.
    @usableFromInline var waiting = false
    @usableFromInline var waitingSince: Nanoseconds = 0
    @usableFromInline var inFlight: InFlightTable
    /// Messages that were accepted, in all phases.
    @usableFromInline var accepted: UInt64 = 0
    /// Messages that were accepted and then refused.
    @usableFromInline var refusedMessages: RefusedMessages
    /// Messages accepted since the last flush.
    @usableFromInline var batch: OpenBatch
    /// Messages that are to be sent again.
    @usableFromInline var repeats: Repeats
    @usableFromInline var closed = false
    /// Whether anybody checks what is sent.
    @usableFromInline let isVerified: Bool
    /// Whether the target tells its repeats.
    @usableFromInline let idempotent: Bool
    /// When messages are sent again.
    @usableFromInline var storms: ChanceWindows
    /// When sends fail.
    @usableFromInline var failures: ChanceWindows
    /// Sends that failed and wait to be sent again.
    @usableFromInline var fallback: Fallback
    /// Writes what messages say; nil where they say nothing.
    @usableFromInline let events: EventWriter?
    /// Copies that the target has stored, in all phases.
    @usableFromInline var copiesStored: UInt64 = 0

    init(
        _ plan: ProducerPlan, entry: Int, worker: Int, of workers: Int, run: RunPlan,
        endpoint: Driver.Producer, sequences: SequenceCounters, filler: Filler
    ) {
        self.entry = entry
        self.endpoint = .passUnretained(endpoint)
        self.sequences = sequences.cells
        sequenceStride = sequences.stride
        runTag = run.runTag
        instances = plan.instances
        firstInstance = plan.firstInstance
        firstRow = plan.firstRow
        isQueue = plan.queue != nil
        classes = plan.queue.map { run.queues[$0].classes } ?? MessageGroupClasses(hot: 0)
        let ownedInstances = UnsafeMutablePointer<Bool>.allocate(capacity: plan.instances)
        for index in 0..<plan.instances {
            (ownedInstances + index).initialize(
                to: run.producerWorker(ofInstance: plan.firstInstance + index) == worker)
        }
        owned = ownedInstances
        ownsAll = (0..<plan.instances).allSatisfy { ownedInstances[$0] }
        segmentBase = plan.segmentBase
        keys = plan.samplers.keySampler(.warmup)
        keyTable = plan.samplers.keys.keys
        sizes = plan.samplers.sizeSampler(.warmup)
        partitioning = plan.partitioning
        let partitions = plan.topic.map { run.topology.topics[$0].partitions } ?? 0
        self.partitions = partitions
        batchMessages = plan.batchMessages
        linger = plan.linger
        hasKeys = keys.hasKeys
        body = filler.bytes
        seconds = run.secondCount
        offeredBySecond = .allocate(capacity: seconds)
        offeredBySecond.initialize(repeating: 0, count: seconds)
        schedule = plan.samplers.schedule(.warmup).makeCursor()
        batch = OpenBatch(capacity: plan.batchMessages)
        isVerified = run.verifies || plan.queue != nil
        idempotent = plan.idempotent
        storms = ChanceWindows()
        failures = ChanceWindows()
        // The local `partitions`: where a closure (here `??`'s) reads a property of a non-copyable
        // struct in its initializer, a release build of Swift 6.3.1 destroys fields that hold
        // nothing yet.
        fallback = Fallback(
            plan.fallback, instances: plan.instances,
            streams: plan.queue.map { run.queues[$0].messageGroups } ?? partitions)
        answersLater = plan.answersLater(Driver.self)
        inFlight = InFlightTable(capacity: answersLater ? plan.maximumInFlight : 0)
        refusedMessages = RefusedMessages(
            capacity: answersLater ? RefusedMessages.capacity : 0)
        events = EventWriter(plan.samplers)
        repeats = Repeats(
            plan.samplers.repeats, window: plan.deduplicationWindow,
            capacity: plan.repeatCapacity)
    }

    @inlinable
    deinit {
        owned.deallocate()
        offeredBySecond.deallocate()
        if let events { events.deallocate() }
    }

    /// Starts over with the schedule, keys and sizes of a phase.
    mutating func begin(
        _ phase: ArrivalPhase, of samplers: WorkloadSamplers.Producer, at start: Nanoseconds,
        length: Nanoseconds
    ) {
        // Entry and phase in the upper bits, the message's number below: 2^51 of them, because the
        // numbers of a closed loop begin with its worker's at bit 40.
        deduplicationBase = UInt64(entry &* 2 &+ (phase == .measure ? 1 : 0)) &<< 51
        phaseLength = length
        schedule = samplers.schedule(phase).makeCursor()
        keys = samplers.keySampler(phase)
        sizes = samplers.sizeSampler(phase)
        measured = phase == .measure
        phaseStart = start
        instance = 0
        second = 0
        secondEnd = nanosecondsPerSecond
        waiting = false
        fallback.begin(at: start)
    }

    /// When the next message is due, in the clock of the run; `.max` where none is left.
    @inlinable
    @inline(__always)
    var nextDue: Nanoseconds {
        schedule.intended == .max ? .max : phaseStart &+ schedule.intended
    }

    /// Whether anything is still to be sent, flushed or acknowledged.
    @inlinable
    var isFinished: Bool {
        (schedule.intended == .max || closed) && batch.messages == 0 && inFlight.count == 0
            && (repeats.count == 0 || closed) && (fallback.count == 0 || closed)
    }

    /// When this source next has something to do: send, or flush a batch that lingers.
    @inlinable
    var nextAction: Nanoseconds {
        let due = min(nextDue, repeats.waiting.nextDue, fallback.nextRun)
        return batch.messages > 0 && linger > 0 ? min(due, batch.opened + linger) : due
    }

    /// Messages by the second in which they were intended.
    var offered: [UInt64] { (0..<seconds).map { offeredBySecond[$0] } }

    /// Messages of this worker's instances that the schedule still holds up to `end`, and repeats, by
    /// the second in which they were intended. Walks there.
    func remaining(until end: Nanoseconds) -> [UInt64] {
        var rest = schedule
        var next = instance
        var counts = [UInt64](repeating: 0, count: seconds)
        while rest.intended != .max, phaseStart &+ rest.intended < end {
            if owned[next] {
                counts[min(Int(rest.intended / nanosecondsPerSecond), seconds - 1)] += 1
            }
            rest.advance()
            next = next + 1 == instances ? 0 : next + 1
        }
        for place in 0..<repeats.waiting.count where repeats.waiting.entries[place].due < end {
            let due = repeats.waiting.entries[place].due - phaseStart
            counts[min(Int(due / nanosecondsPerSecond), seconds - 1)] += 1
        }
        return counts
    }
}
