import UrrPlatform

/// Where a group can remember what it has handled.
public enum StoreKind: String, Sendable, CaseIterable {
    /// A table in the program's own memory.
    case memory
    /// A SQLite file.
    case sqlite
    /// A PostgreSQL server.
    case postgres
    /// A Redis server.
    case redis
}

/// The memory of the keys that a group has handled.
public struct IdempotencySpec: Sendable, Equatable {
    /// The kind of store.
    public var store: StoreKind
    /// Path of the file of `sqlite`, or address of a server, without password; nil where the
    /// environment names it.
    public var place: String?
    /// Keys that `memory` holds at the most.
    public var capacity: Int
    /// Time after which `memory` and `redis` forget a key; nil is as long as `memory` has room, and
    /// `redisExpiry`.
    public var expiry: Nanoseconds?

    /// What `redis` keeps a key for where nothing is said: a day.
    public static let redisExpiry: Nanoseconds = 24 * 3600 * nanosecondsPerSecond

    /// `capacity` of at least 1.
    public init(
        store: StoreKind = .memory, place: String? = nil, capacity: Int = 1 << 20,
        expiry: Nanoseconds? = nil
    ) {
        self.store = store
        self.place = place
        self.capacity = capacity
        self.expiry = expiry
    }
}
