/// Why an idempotency store cannot be used. Told before a run begins: exit status 3. What goes
/// wrong during a run is retried and counted instead (`StoreStatistics`).
public struct StoreError: Error, CustomStringConvertible {
    /// The store's word: `sqlite`, `postgres`, `redis`, `memory`.
    public let store: String
    /// Where it was looked for: a path or an address, never with credentials.
    public let place: String
    /// What happened, in one sentence without a full stop.
    public let reason: String

    /// An error of `store` at `place`.
    public init(store: String, place: String, reason: String) {
        self.store = store
        self.place = place
        self.reason = reason
    }

    /// Store, place and reason in one line.
    public var description: String { "idempotency store \(store) at \(place): \(reason)" }
}
