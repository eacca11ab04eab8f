import UrrDriver
import UrrPlatform
import UrrWorkload

/// One member of a consumer group, multiplexed with others on one worker: its endpoint, its
/// partitions, and the handler slots that model how long work takes.
@usableFromInline
struct Member<Driver: MessageDriver>: ~Copyable {
    // What it is; never changes.
    @usableFromInline let group: Int
    /// Its number in the group.
    @usableFromInline let number: Int
    @usableFromInline let consumer: Unmanaged<Driver.Consumer>
    @usableFromInline let tracker: Unmanaged<SequenceTracker>
    private let book: GroupBook
    @usableFromInline let producers: Int
    @usableFromInline let pollLimit: Int
    @usableFromInline let concurrency: Int
    @usableFromInline let serviceTime: ServiceTimeSampler
    /// Whether handlers take no time: then polling, handling and committing are one step.
    @usableFromInline let isInstant: Bool
    /// 0 where the handlers' progress decides.
    @usableFromInline let autoCommitInterval: Nanoseconds
    /// Whether offsets are committed before anything is handled.
    @usableFromInline let commitsFirst: Bool
    /// Whether members of its group come and go.
    @usableFromInline let isManaged: Bool
    /// Whether its deliveries are checked.
    @usableFromInline let isVerified: Bool
    /// Where it remembers what it has handled.
    @usableFromInline let effects: Unmanaged<EffectGate>?
    /// Which keys are told apart.
    @usableFromInline let keyClasses: MessageGroupClasses
    /// What checks the order of its keys.
    @usableFromInline let keyOrder: Unmanaged<KeyOrder>?
    /// How its messages are read.
    @usableFromInline let reader: MessageReader
    /// What its service does with them.
    @usableFromInline let desk: Unmanaged<ServiceDesk>?
    /// How people are activated who wait in its memory.
    let activation: ActivationSpec?
    /// Whether it keeps in its memory whatever there is.
    @usableFromInline let holds: Bool
    /// Number of the first producer instance that publishes what follows from other messages.
    @usableFromInline let firstFollowUp: Int

    // Where it stands.
    @usableFromInline var remedies: MemberRemedies
    /// When it is to look again at what waits for its circuit breaker.
    var wakeUpAt: Nanoseconds = .min
    @usableFromInline var life = MemberLife()
    /// The state of each lane's partition.
    @usableFromInline var lanes: UnsafeMutablePointer<UnsafeMutablePointer<LaneState>>
    @usableFromInline var laneCount = 0
    @usableFromInline var pending: PendingMessages
    @usableFromInline var busySlots = 0
    /// When each slot's last handler ended, or `.min` where the slot found nothing to do since.
    @usableFromInline let freeAt: UnsafeMutablePointer<Nanoseconds>
    /// The pending message that each slot handles; -1 for a free slot.
    @usableFromInline let handling: UnsafeMutablePointer<Int>
    @usableFromInline var nextAutoCommit: Nanoseconds = 0
    /// When its scheduler activates somebody again.
    var nextTick: Nanoseconds = .max
    /// Place in the worker's list of members that want to poll; -1 where it is not in it.
    @usableFromInline var pollingIndex: Int32 = -1

    init(
        _ endpoint: ConsumerEndpoint<Driver.Consumer>, _ run: RunPlan, tracker: SequenceTracker,
        book: GroupBook, reader: MessageReader, desk: ServiceDesk?
    ) {
        let plan = run.groups[endpoint.group]
        remedies = MemberRemedies(plan.remedies, topics: plan.topics)
        self.reader = reader
        self.desk = desk.map { .passUnretained($0) }
        firstFollowUp = run.firstFollowUpInstance
        activation = plan.activation
        holds = plan.activation != nil
        isVerified = run.verifies
        group = endpoint.group
        number = endpoint.member
        consumer = .passUnretained(endpoint.consumer)
        self.tracker = .passUnretained(tracker)
        self.book = book
        producers = run.producerInstances
        effects = endpoint.effects.map { .passUnretained($0) }
        keyOrder = endpoint.keyOrder.map { .passUnretained($0) }
        keyClasses = plan.keyClasses
        pollLimit = plan.maxPollRecords
        concurrency = plan.concurrency
        serviceTime = plan.serviceTime
        isInstant = plan.isInstant
        autoCommitInterval = plan.autoCommitInterval
        commitsFirst = plan.commitsFirst
        isManaged = plan.isManaged
        pending = PendingMessages(capacity: plan.pendingCapacity)
        freeAt = .allocate(capacity: concurrency)
        freeAt.initialize(repeating: .min, count: concurrency)
        handling = .allocate(capacity: concurrency)
        handling.initialize(repeating: -1, count: concurrency)
        lanes = .allocate(capacity: 1)
        takeLanes()
    }

    @inlinable
    deinit {
        lanes.deallocate()
        freeAt.deallocate()
        handling.deallocate()
    }

    /// Takes up the lanes of the endpoint's assignment.
    mutating func takeLanes() {
        let assignment = consumer.takeUnretainedValue().assignment
        lanes.deallocate()
        laneCount = assignment.count
        lanes = .allocate(capacity: max(1, laneCount))
        if remedies.isActive { remedies.takeLanes(assignment) }
        for (lane, partition) in assignment.enumerated() {
            (lanes + lane).initialize(to: book.lane(partition))
        }
    }

    /// Whether it would poll now: a slot is free and nothing that was polled waits; of one that keeps
    /// all in its memory, whether there is room.
    @inlinable
    var wantsToPoll: Bool {
        holds ? pending.room > 0 : busySlots < concurrency && pending.next == pending.tail
    }

    /// Whether everything that was polled is settled.
    @inlinable
    var isIdle: Bool { pending.head == pending.tail }
}

// MARK: - Committing

extension Member {
    /// Commits what was delivered, lane by lane: for handlers that have handled it already, and for
    /// groups that commit first.
    @inlinable
    mutating func commitDelivered() {
        var lane = 0
        while lane < laneCount {
            let state = lanes[lane]
            if state.pointee.delivered != state.pointee.committed {
                commit(Int32(truncatingIfNeeded: lane), state.pointee.delivered)
            }
            lane &+= 1
        }
    }

    @inlinable
    @inline(__always)
    func commit(_ lane: Int32, _ offset: Int64) {
        lanes[Int(lane)].pointee.committed = offset
        consumer._withUnsafeGuaranteedRef { $0.commit(lane: lane, offset: offset) }
    }

    /// Commits what was handled, lane by lane: up to the first message that is not. O(pending);
    /// allocates nothing.
    @inline(never)
    @usableFromInline
    mutating func commitHandled() {
        for lane in 0..<laneCount { lanes[lane].pointee.handled = lanes[lane].pointee.delivered }
        var index = pending.tail
        while index > pending.head {
            index -= 1
            let message = pending[index]
            if !message.pointee.isDone {
                lanes[Int(message.pointee.lane)].pointee.handled = message.pointee.offset
            }
        }
        for lane in 0..<laneCount {
            let state = lanes[lane]
            if state.pointee.handled > state.pointee.committed {
                commit(Int32(lane), state.pointee.handled)
            }
        }
    }

    /// Commits automatically where the interval is over, or where the member is about to close. As
    /// with Kafka's client this happens at a poll. It covers what earlier polls returned and has
    /// been handled; with one message at a time that is all of it.
    @inlinable
    @inline(__always)
    mutating func commitIfDue(now: Nanoseconds, closing: Bool) {
        guard autoCommitInterval > 0, closing || now >= nextAutoCommit else { return }
        if isInstant { commitDelivered() } else { commitHandled() }
        nextAutoCommit = now &+ autoCommitInterval
    }

    /// Settles pending messages that are done, in order of delivery; returns how many.
    @inlinable
    @discardableResult
    mutating func settleHandled() -> Int {
        let before = pending.head
        while pending.head != pending.next, pending[pending.head].pointee.isDone {
            let message = pending[pending.head]
            pending.head &+= 1
            guard autoCommitInterval == 0, !commitsFirst else { continue }
            commit(message.pointee.lane, message.pointee.offset &+ 1)
        }
        return pending.head &- before
    }
}
