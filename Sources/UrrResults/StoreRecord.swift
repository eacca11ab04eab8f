/// What a group asked of its idempotency store, and how that went.
public struct StoreRecord: Codable, Sendable, Equatable {
    /// The kind of store, in the word of the workload file.
    public var name: String
    /// Batches answered.
    public var batches: UInt64
    /// Keys answered, looked up and recorded.
    public var keys: UInt64
    /// Of those, keys looked up: one a delivered message, warm-up included. Nil in older results.
    public var lookups: UInt64?
    /// Keys that were known.
    public var known: UInt64
    /// Attempts that had to be repeated.
    public var retries: UInt64
    /// Times that the store went away.
    public var outages: UInt64
    /// Keys given up for room before they expired.
    public var evictions: UInt64
    /// Time from the beginning of a batch to its answer, summed.
    public var nanoseconds: Int64
    /// Version, place, durability and whatever else the store says of itself; never credentials.
    /// Nil in older results.
    public var facts: [String: String]?
    /// What went wrong last; nil where nothing did.
    public var lastFailure: String?

    /// A record of the given values; see the properties.
    public init(
        name: String, batches: UInt64, keys: UInt64, lookups: UInt64? = nil, known: UInt64,
        retries: UInt64,
        outages: UInt64, evictions: UInt64, nanoseconds: Int64,
        facts: [String: String]? = nil, lastFailure: String? = nil
    ) {
        self.name = name
        self.batches = batches
        self.keys = keys
        self.lookups = lookups
        self.known = known
        self.retries = retries
        self.outages = outages
        self.evictions = evictions
        self.nanoseconds = nanoseconds
        self.facts = facts
        self.lastFailure = lastFailure
    }
}
