import UrrEngine
import UrrStore
import UrrStorePostgreSQL
import UrrStoreRedis
import UrrStoreSQLite
import UrrWorkload

/// An idempotency store as the command line knows it.
struct StoreDescription: Sendable {
    /// The word of a workload's `idempotency`.
    let kind: StoreKind
    /// Where it keeps its keys.
    let summary: String
    /// What it needs beside the plain program.
    var needs: Needs?
    /// Makes it; nil where this program was built without it.
    var make: (@Sendable (IdempotencySpec) throws(StoreError) -> any IdempotencyStore)?

    /// What a build has to have for a store.
    struct Needs: Sendable {
        /// Trait of the package.
        let trait: String
        /// Debian's package of the library.
        let package: String
    }
}

/// The stores that there are, and how this program makes them. The only place that knows concrete
/// stores by name.
enum StoreTable {
    static let all: [StoreDescription] = [
        StoreDescription(
            kind: .memory, summary: "a table in this process, bounded; ends with the run",
            make: StoreFactory.memory.make),
        StoreDescription(
            kind: .sqlite, summary: "a file, a transaction a batch",
            needs: .init(trait: "SQLite", package: "libsqlite3-dev"), make: makeSQLite),
        StoreDescription(
            kind: .postgres, summary: "a PostgreSQL server, a statement a batch",
            needs: .init(trait: "PostgreSQL", package: "libpq-dev"), make: makePostgreSQL),
        StoreDescription(
            kind: .redis, summary: "a Redis server, a pipeline a batch, keys expire",
            needs: .init(trait: "Redis", package: "libhiredis-dev"), make: makeRedis),
    ]

    /// Makes what a workload names.
    static let factory = StoreFactory { (spec) throws(StoreError) in
        guard let store = all.first(where: { $0.kind == spec.store }), let make = store.make else {
            throw StoreError(
                store: spec.store.rawValue, place: spec.place ?? "the environment's address",
                reason: missing(spec.store))
        }
        return try make(spec)
    }

    /// Why this program does not have a store, and how to get one that does.
    static func missing(_ kind: StoreKind) -> String {
        guard let needs = all.first(where: { $0.kind == kind })?.needs else { return "unknown" }
        return "this program was built without it; install \(needs.package) and build with "
            + "--traits \(needs.trait)"
    }

    // MARK: - Making

    private typealias Make = @Sendable (IdempotencySpec) throws(StoreError) -> any IdempotencyStore

    #if SQLite
    private static let makeSQLite: Make? = { (spec) throws(StoreError) in
        SQLiteStore(path: spec.place ?? "")
    }
    #else
    private static let makeSQLite: Make? = nil
    #endif

    #if PostgreSQL
    /// User and password come from libpq's own variables where the address has none.
    private static let makePostgreSQL: Make? = { (spec) throws(StoreError) in
        try PostgreSQLStore(address: try address(spec, variable: "URRBENCH_POSTGRES"))
    }
    #else
    private static let makePostgreSQL: Make? = nil
    #endif

    #if Redis
    private static let makeRedis: Make? = { (spec) throws(StoreError) in
        try RedisStore(
            address: try address(spec, variable: "URRBENCH_REDIS"),
            password: Console.environment("REDISCLI_AUTH"),
            expiry: spec.expiry ?? IdempotencySpec.redisExpiry)
    }
    #else
    private static let makeRedis: Make? = nil
    #endif

    /// The address that the workload gives, or the environment.
    private static func address(
        _ spec: IdempotencySpec, variable: String
    ) throws(StoreError) -> String {
        if let place = spec.place ?? Console.environment(variable), !place.isEmpty { return place }
        throw StoreError(
            store: spec.store.rawValue, place: "no address",
            reason: "give one as \"address\" in the workload or in \(variable)")
    }
}
