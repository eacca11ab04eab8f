import UrrPlatform

/// Everything that one queue is made of. Used by one thread at a time.
///
/// A message's way: `send` puts it into the slab, into the order of age and into its group (or, in
/// a standard queue, into the ready list); `receive` takes groups from the list of those that can
/// be received from, and starts a timer for each message; `settle` or the timer ends that.
struct QueueState: ~Copyable {
    let configuration: QueueConfiguration
    let isFIFO: Bool
    let deduplicates: Bool
    private let tickShift: UInt64
    let handles: HandleCode
    let rules: SendRules

    var messages: Slab<MessageRecord>
    var timers: Slab<TimerRecord>
    var wheel: TimingWheel
    var groups: GroupTable
    var bodies: BodyStore
    var window: WindowTable
    var attempts: WindowTable
    var ready: ReadyLists
    /// Room for the entries of one batch.
    let prepared: UnsafeMutablePointer<PreparedEntry>
    let decoded: UnsafeMutablePointer<(index: UInt32, generation: UInt32)>

    /// The latest instant that any call named: time does not go back.
    var time = Nanoseconds.min
    /// Ends of the order of age.
    var oldest: UInt32 = 0
    var youngest: UInt32 = 0
    /// Sequence of the next message where the window does not count.
    var nextSequence: UInt64 = 1
    var visible = 0
    var inFlight = 0
    var delayed = 0
    var totals = QueueTotals()
    var lastPurge: Nanoseconds?
    var isShut = false

    /// Where messages go after `maxReceiveCount` deliveries.
    var deadLetters: UnsafeMutablePointer<QueueState>?
    var maxReceiveCount: UInt32 = 0

    init(_ configuration: QueueConfiguration) throws(MemoryError) {
        let capacity = configuration.capacity
        let rules = SendRules(configuration)
        let (isFIFO, deduplicates) = (rules.isFIFO, rules.deduplicates)
        // Locals first: a value of this type cannot be left half made.
        let messages = try Slab<MessageRecord>(capacity: capacity.messages)
        let timers = try Slab<TimerRecord>(capacity: capacity.messages)
        let groups = try GroupTable(capacity: isFIFO ? capacity.messages : 1)
        let bodies = try BodyStore(byteCount: capacity.bodyBytes)
        let window = try WindowTable(
            capacity: deduplicates ? capacity.deduplicationIDs : 1,
            window: configuration.deduplicationWindow)
        let attempts = try WindowTable(
            capacity: isFIFO ? capacity.receiveAttempts : 1,
            window: configuration.receiveAttemptWindow, extraWords: AttemptWords.count)
        self.configuration = configuration
        self.isFIFO = isFIFO
        self.deduplicates = deduplicates
        tickShift = UInt64(configuration.timerResolution.trailingZeroBitCount)
        handles = HandleCode(seed: configuration.hashSeed)
        self.rules = rules
        self.messages = messages
        self.timers = timers
        wheel = TimingWheel(tick: 0)
        self.groups = groups
        self.bodies = bodies
        self.window = window
        self.attempts = attempts
        ready = ReadyLists()
        prepared = .allocate(capacity: QueueLimits.batch)
        prepared.initialize(repeating: PreparedEntry(), count: QueueLimits.batch)
        decoded = .allocate(capacity: QueueLimits.batch)
        decoded.initialize(repeating: (0, 0), count: QueueLimits.batch)
    }

    deinit {
        prepared.deallocate()
        decoded.deallocate()
    }

    /// Instants as unsigned numbers in the same order.
    @inline(__always)
    private func biased(_ instant: Nanoseconds) -> UInt64 {
        UInt64(bitPattern: instant) ^ 1 &<< 63
    }

    /// The tick at whose beginning `duration` from now is over.
    @inline(__always)
    func deadline(after duration: Nanoseconds) -> UInt64 {
        let end = biased(time) &+ UInt64(bitPattern: duration)
        return (end &+ (1 &<< tickShift &- 1)) &>> tickShift
    }

    /// The first instant of a tick.
    func instant(ofTick tick: UInt64) -> Nanoseconds {
        Nanoseconds(bitPattern: tick &<< tickShift ^ 1 &<< 63)
    }

    /// Does everything that is due at `instant`: timers in the order of their ticks and starts,
    /// then the end of retention in the order of age, then the window.
    @inline(__always)
    mutating func advance(_ instant: Nanoseconds) {
        if instant > time { time = instant }
        let tick = biased(time) &>> tickShift
        if tick > wheel.tick { fireTimers(tick) }
        if oldest != 0, isExpired(oldest) { expireOldest() }
        if deduplicates { window.expire(time) }
    }

    @inline(__always)
    private func isExpired(_ message: UInt32) -> Bool {
        time &- messages.at(message).pointee.sentTime >= configuration.retention
    }

    @inline(never)
    private mutating func expireOldest() {
        while oldest != 0, isExpired(oldest) {
            totals.expired &+= 1
            remove(oldest)
        }
    }

    @inline(never)
    private mutating func fireTimers(_ tick: UInt64) {
        while true {
            let timer = wheel.next(dueAt: tick, timers)
            if timer == 0 { return }
            let message = timers.at(timer).pointee.message
            if messages.at(message).pointee.state == .inFlight { totals.timedOut &+= 1 }
            makeReady(message)
        }
    }

    /// Cold: the counts at this moment.
    var attributes: QueueAttributes {
        var found = QueueAttributes()
        found.visible = visible
        found.inFlight = inFlight
        found.delayed = delayed
        found.groups = groups.count
        found.totals = totals
        if oldest != 0 { found.oldestAge = max(0, time - messages.at(oldest).pointee.sentTime) }
        return found
    }

    /// Cold: the books of all tables.
    var memory: QueueMemory {
        var found = QueueMemory()
        found.messageIndexBytes = messages.usedBytes + timers.usedBytes
        found.groupBytes = groups.usedBytes
        found.bodyBytes = bodies.usedBytes
        found.deduplicationBytes = window.usedBytes
        found.attemptBytes = attempts.usedBytes
        found.deduplicationIDs = window.count
        found.touchedBytes =
            messages.touchedBytes + timers.touchedBytes + groups.touchedBytes
            + bodies.touchedBytes + window.touchedBytes + attempts.touchedBytes
        return found
    }
}

/// The user's words of an attempt's entry: the number of messages, and their handles.
enum AttemptWords {
    static let count = 1 + 2 * QueueLimits.batch
}

/// Ends of the lists of what can be received, one for each priority.
struct ReadyLists: ~Copyable {
    static let levels = 8
    let ends: UnsafeMutablePointer<(first: UInt32, last: UInt32)>
    /// One bit for each list that is not empty.
    var occupied: UInt32 = 0

    init() {
        ends = .allocate(capacity: Self.levels)
        ends.initialize(repeating: (0, 0), count: Self.levels)
    }

    deinit { ends.deallocate() }

    /// What is to be received next, or 0.
    @inline(__always)
    var first: UInt32 {
        if occupied == 0 { return 0 }
        return ends[31 &- occupied.leadingZeroBitCount].first
    }
}
