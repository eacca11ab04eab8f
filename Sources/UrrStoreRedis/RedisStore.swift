#if Redis
import CHiredis
import Synchronization
import UrrPlatform
import UrrStore

/// Keys in a Redis server, each with an expiry: `SET key claim NX GET PX ...`, in pipelines.
/// Those of this run are removed at its end. Needs Redis 7.0 or newer (NX together with GET).
public final class RedisStore: IdempotencyStore {
    /// The word that selects it in a workload file.
    public static let name = "redis"

    /// How long a server may take to answer before it counts as not reached.
    private static let patience: Duration = .seconds(5)
    private static let oldestMajor = 7

    private let address: RedisAddress
    private let expiryMilliseconds: Int64
    private let known = Mutex<(run: String, facts: [String: String])>(("", [:]))

    /// The store behind `redis://HOST:PORT/DATABASE`; a key is kept for `expiry` nanoseconds
    /// (rounded up to milliseconds). `password` is used where the address has none.
    public init(
        address: String, password: String? = nil, expiry: Nanoseconds
    ) throws(StoreError) {
        var address = try RedisAddress(address)
        address.password = address.password ?? password
        self.address = address
        guard expiry > 0 else {
            throw StoreError(
                store: Self.name, place: self.address.place,
                reason: "expiry must be more than 0, got \(expiry) ns")
        }
        expiryMilliseconds = expiry / 1_000_000 + (expiry % 1_000_000 == 0 ? 0 : 1)
    }

    /// Connects, and looks at the server's version and settings.
    public func provision(run: String) throws(StoreError) {
        let client = try WaitingClient(address, patience: Self.patience)
        let info = try client.text(["INFO", "server"])
        let version =
            info.split(whereSeparator: \.isNewline)
            .first { $0.hasPrefix("redis_version:") }
            .map { String($0.dropFirst("redis_version:".count)) } ?? "unknown"
        guard let major = Int(version.prefix { $0 != "." }), major >= Self.oldestMajor else {
            throw StoreError(
                store: Self.name, place: address.place,
                reason: "Redis \(Self.oldestMajor).0 or newer is needed, this is \(version)")
        }
        // Proves that it can be written to.
        _ = try client.text(["SET", "urrbench:\(run)/", "1", "PX", "1000"])
        let facts = [
            "version": version, "address": address.place,
            "expiryMilliseconds": String(expiryMilliseconds),
            "durability": "appendonly=" + (try client.setting("appendonly"))
                + ", appendfsync=" + (try client.setting("appendfsync")),
        ]
        known.withLock { $0 = (run, facts) }
    }

    /// A session with a connection of its own.
    public func makeSession(scope: String) throws(StoreError) -> StoreSession {
        let run = known.withLock { $0.run }
        return RedisSession(
            address: address, scope: "urrbench:\(run)/\(scope):",
            expiryMilliseconds: expiryMilliseconds)
    }

    /// Version, address, expiry and durability settings of the server.
    public func facts() -> [String: String] { known.withLock { $0.facts } }

    /// Removes the keys of this run; those that are left when the server is away expire.
    public func teardown() {
        let run = known.withLock { $0.run }
        guard let client = try? WaitingClient(address, patience: Self.patience) else { return }
        try? client.remove(prefix: "urrbench:\(run)/")
    }
}
#endif
