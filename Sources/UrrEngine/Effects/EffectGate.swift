import UrrPlatform
import UrrStore
import UrrWorkload

/// What a member asks the store of its group: before handling, which messages were handled already;
/// after it, to remember them. One batch at a time; what comes meanwhile waits its turn.
@usableFromInline
final class EffectGate {
    /// What the session is working on.
    enum Batch {
        case none
        /// The next `count` messages that have not been looked up.
        case lookUp(count: Int)
        /// The first `count` messages of the queue.
        case record(count: Int)
    }

    private let session: StoreSession
    /// Whether the store is more than a table in this process: then what it allocates is its own.
    let isExternal: Bool
    private let keys: UnsafeMutablePointer<EventKey>
    /// The answers of the last batch.
    let known: UnsafeMutablePointer<Bool>
    /// Pending messages whose handler has ended and that are not recorded, by position.
    private let queue: UnsafeMutablePointer<Int>
    private var queueHead = 0
    private var queueCount = 0
    private let queueCapacity: Int
    private(set) var batch = Batch.none
    /// Batches that were answered.
    private(set) var batchesEnded: UInt64 = 0
    private var begun: Nanoseconds = 0
    private var spent: Nanoseconds = 0
    private var lookups: UInt64 = 0
    /// Whether the worker has it on its list of those that wait for an answer.
    var isAwaited = false

    /// A gate of a member with room for `capacity` pending messages.
    init(_ session: StoreSession, isExternal: Bool, capacity: Int) {
        self.session = session
        self.isExternal = isExternal
        queueCapacity = capacity
        keys = .allocate(capacity: session.batchLimit)
        keys.initialize(repeating: EventKey(high: 0, low: 0), count: session.batchLimit)
        known = .allocate(capacity: session.batchLimit)
        known.initialize(repeating: false, count: session.batchLimit)
        queue = .allocate(capacity: capacity)
        queue.initialize(repeating: 0, count: capacity)
    }

    deinit {
        keys.deallocate()
        known.deallocate()
        queue.deallocate()
    }

    /// What the session did, and how long it took.
    var statistics: StoreStatistics {
        var did = session.statistics
        did.nanoseconds = spent
        did.lookups = lookups
        return did
    }

    /// What went wrong last with the session.
    var lastFailure: String? { session.lastFailure }

    /// Whether an answer of the store is outstanding.
    var isAsking: Bool { if case .none = batch { false } else { true } }

    /// Ends the session. A batch that is under way is given up.
    func close() { session.close() }

    /// The key of a message: whose it is, in which partition, and its number there.
    static func key(_ message: UnsafeMutablePointer<PendingMessage>, row: Int) -> EventKey {
        EventKey(
            high: UInt64(row) << 16 | UInt64(message.pointee.producer),
            low: message.pointee.sequence)
    }

    /// Asks about up to `count` messages; returns how many that are. `key` tells their keys.
    func lookUp(_ count: Int, now: Nanoseconds, key: (Int) -> EventKey) -> Int {
        let count = min(count, session.batchLimit)
        for index in 0..<count { keys[index] = key(index) }
        batch = .lookUp(count: count)
        begun = now
        session.begin(.lookUp, UnsafeBufferPointer(start: keys, count: count), now: now)
        return count
    }

    /// Queues the message at `position` of the ring.
    @usableFromInline
    func enqueue(_ position: Int) {
        invariant(queueCount < queueCapacity, "a place for every pending message")
        queue[(queueHead + queueCount) % queueCapacity] = position
        queueCount += 1
    }

    /// Whether messages wait to be recorded.
    var hasQueued: Bool { queueCount > 0 }

    /// Position of message `index` of the queue.
    func queued(_ index: Int) -> Int { queue[(queueHead + index) % queueCapacity] }

    /// Records what is queued, as far as one batch goes. `key` tells the key at a position.
    func record(now: Nanoseconds, key: (Int) -> EventKey) {
        let count = min(queueCount, session.batchLimit)
        for index in 0..<count { keys[index] = key(queued(index)) }
        batch = .record(count: count)
        begun = now
        session.begin(.record, UnsafeBufferPointer(start: keys, count: count), now: now)
    }

    /// Whether the answer to the batch is there.
    func isAnswered(now: Nanoseconds) -> Bool { session.poll(now: now, into: known) == .done }

    /// The answers have come by `now`: the session is free, what was recorded is out of the queue.
    func finishBatch(now: Nanoseconds) {
        spent += now - begun
        batchesEnded += 1
        switch batch {
        case .none: break
        case .lookUp(let count): lookups += UInt64(count)
        case .record(let count):
            queueHead = (queueHead + count) % queueCapacity
            queueCount -= count
        }
        batch = .none
    }

    /// Forgets what is queued: the member is gone. Only where no batch is under way.
    func forget() {
        invariant(!isAsking, "who crashes has the answer to what it asked")
        queueCount = 0
    }
}
