import UrrPlatform

/// The batch that a session works on, kept until it is answered so that it can be tried again,
/// and when the next attempt is due.
public struct StoreBatch: ~Copyable {
    /// What is asked.
    public private(set) var operation = StoreOperation.lookUp
    /// Keys in the batch; 0 where none is pending.
    public private(set) var count = 0
    private let keys: UnsafeMutablePointer<EventKey>
    private let limit: Int
    private var backOff = BackOff()
    private var begun: Nanoseconds = 0
    private var attempted: Nanoseconds = .max

    /// How long an attempt may go without an answer: longer than any server that works takes for
    /// one batch, shorter than a run.
    public static let patience: Nanoseconds = 5_000_000_000

    /// Room for `limit` keys.
    public init(limit: Int) {
        self.limit = limit
        keys = .allocate(capacity: limit)
        keys.initialize(repeating: EventKey(high: 0, low: 0), count: limit)
    }

    deinit { keys.deallocate() }

    /// Takes a copy of the keys.
    public mutating func begin(
        _ operation: StoreOperation, _ keys: UnsafeBufferPointer<EventKey>, now: Nanoseconds
    ) {
        invariant(count == 0, "a session works on one batch at a time")
        invariant(keys.count > 0 && keys.count <= limit, "a batch has 1 to its limit of keys")
        self.operation = operation
        begun = now
        attempted = .max
        count = keys.count
        for index in 0..<keys.count { self.keys[index] = keys[index] }
    }

    /// Key number `index`.
    public func key(_ index: Int) -> EventKey {
        invariant(index >= 0 && index < count, "key within the batch")
        return keys[index]
    }

    /// Whether the time for the next attempt has come.
    public func mayTry(_ now: Nanoseconds) -> Bool { backOff.mayTry(now) }

    /// An attempt failed: the next one is put off.
    public mutating func failed(_ now: Nanoseconds) {
        backOff.failed(now)
        attempted = .max
    }

    /// Something was asked of the server at `now`, whose answer is awaited from then on.
    public mutating func attempt(_ now: Nanoseconds) { attempted = now }

    /// Whether the server has taken longer to answer than one that works.
    public func isOverdue(_ now: Nanoseconds) -> Bool {
        attempted != .max && now - attempted > Self.patience
    }

    /// How long the batch has been waiting for its answer, over all attempts.
    public func age(_ now: Nanoseconds) -> Nanoseconds { now - begun }

    /// The batch is answered, with `known`.
    public mutating func finish(
        _ known: UnsafePointer<Bool>, counting statistics: inout StoreStatistics
    ) {
        statistics.batches += 1
        statistics.keys += UInt64(count)
        for index in 0..<count where known[index] { statistics.known += 1 }
        backOff = BackOff()
        count = 0
    }
}

/// When to try again: after 1 ms, then twice as long each time, up to half a second. Short, since
/// a run is; growing, so that a server that comes back is not stormed.
public struct BackOff: Sendable {
    private static let shortest: Nanoseconds = 1_000_000
    private static let longest: Nanoseconds = 500_000_000
    private var pause: Nanoseconds = 0
    private var next: Nanoseconds = .min

    /// The first attempt may be made at once.
    public init() {}

    /// Whether the time for the next attempt has come.
    public func mayTry(_ now: Nanoseconds) -> Bool { now >= next }

    /// An attempt failed at `now`.
    public mutating func failed(_ now: Nanoseconds) {
        pause = min(max(pause * 2, Self.shortest), Self.longest)
        next = now + pause
    }
}
