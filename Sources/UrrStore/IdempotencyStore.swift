import UrrPlatform

/// Where consumers remember which events they have handled: the `processed_events` table of the
/// domain. The control side: cold, may allocate, throw and block.
public protocol IdempotencyStore: AnyObject, Sendable {
    /// The word that selects it in a workload file.
    static var name: String { get }

    /// Connects, creates what is missing, and proves that it works. The run's own entries are
    /// told apart by `run`, so that a store shared with others, or used before, starts empty.
    func provision(run: String) throws(StoreError)

    /// A session of one worker for the consumer group `scope`. Keys of one group are the same for
    /// all its sessions, keys of different groups never meet.
    func makeSession(scope: String) throws(StoreError) -> StoreSession

    /// Version, durability settings and whatever else a reader of the result must know.
    func facts() -> [String: String]

    /// Removes the entries of this run, as far as the store can be reached.
    func teardown()
}

/// What a batch of keys is asked.
public enum StoreOperation: Sendable {
    /// Which keys are known? Changes nothing.
    case lookUp
    /// Remember all keys; which of them were known already? A key twice in one batch is new the
    /// first time and known after it. For each key exactly one record over all sessions, crashes
    /// and repeated attempts answers "new": that one may apply the effect.
    case record
}

/// How far a batch is.
public enum StoreProgress: Sendable {
    /// Not answered yet; ask again. Covers a store that is away: it is tried again with back-off,
    /// for as long as it is asked.
    case pending
    /// The answers have been written, the session is free.
    case done
}

/// What a session did, for the result.
public struct StoreStatistics: Sendable, Equatable {
    /// Batches answered.
    public var batches: UInt64 = 0
    /// Keys answered.
    public var keys: UInt64 = 0
    /// Of those, keys that were looked up: one for each message, but for those whose consumer crashed.
    /// Kept by whoever asks; a session leaves it at 0.
    public var lookups: UInt64 = 0
    /// Keys that were known.
    public var known: UInt64 = 0
    /// Attempts that had to be repeated: the store was locked, away, or refused.
    public var retries: UInt64 = 0
    /// Times that the store went away (a connection lost or refused).
    public var outages: UInt64 = 0
    /// Nanoseconds from the beginning of a batch to its answer, summed. Kept by whoever asks, who
    /// has the clock; a session leaves it at 0.
    public var nanoseconds: Int64 = 0
    /// Entries given up for room before they expired: a repeat of one would count as new.
    public var evictions: UInt64 = 0

    /// Nothing done yet.
    public init() {}

    /// Adds what another session did.
    public mutating func add(_ other: StoreStatistics) {
        batches += other.batches
        keys += other.keys
        lookups += other.lookups
        known += other.known
        retries += other.retries
        outages += other.outages
        nanoseconds += other.nanoseconds
        evictions += other.evictions
    }
}

/// One worker's way to a store: one batch at a time, begun and then polled, because a worker has
/// other members to serve while a server answers. Used by one thread; never throws, and never
/// waits for the network.
///
/// A class to be inherited from, not a protocol: one virtual call a batch, no existential.
open class StoreSession {
    /// Most keys in a batch.
    public let batchLimit: Int
    /// What was done so far.
    public var statistics = StoreStatistics()

    /// A session for batches of up to `batchLimit` keys.
    public init(batchLimit: Int) {
        self.batchLimit = batchLimit
    }

    /// Begins a batch of 1 to `batchLimit` keys, which are copied. Only when no batch is pending.
    open func begin(
        _ operation: StoreOperation, _ keys: UnsafeBufferPointer<EventKey>, now: Nanoseconds
    ) {
        invariant(false, "a session of a store must override begin")
    }

    /// Looks whether the batch is answered; if so, `known[i]` tells whether key `i` was known.
    /// `known` has room for the batch. Only while a batch is pending.
    open func poll(now: Nanoseconds, into known: UnsafeMutablePointer<Bool>) -> StoreProgress {
        invariant(false, "a session of a store must override poll")
        return .done
    }

    /// What went wrong last, for the result; nil where nothing did. Never with credentials.
    open var lastFailure: String? { nil }

    /// Ends the session. A pending batch is given up: it may or may not have been recorded.
    open func close() {}
}
