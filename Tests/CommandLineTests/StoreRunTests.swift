import Foundation
import Synchronization
import Testing
import UrrResults
import UrrTestSupport

/// Workloads whose groups remember in a store, as a user meets them: real servers, crashes, servers
/// that go away, and messages for everything that is not as it should be.
@Suite(.serialized)
struct StoreRunTests {
    /// Two and a half seconds, with crashes at both points.
    static func workload(_ store: String, drain: String = "20s") -> String {
        """
        {"name": "stores", "phases": {"measure": "2500ms", "drain": "\(drain)"},
         "topics": {"orders": {"partitions": 4, "capacity": "1MiB"}},
         "producers": [{"name": "shop", "to": "orders", "messageSize": 64,
           "arrivals": {"executor": "constant", "rate": 400}}],
         "consumers": [
           {"group": "once", "from": ["orders"], "instances": 2, "serviceTime": "100us",
             "sessionTimeout": "100ms", "guarantee": "exactly-once-effects",
             "idempotency": \(store)}],
         "faults": [
           {"type": "consumer-crash", "group": "once", "member": 0, "at": "300ms", "for": "200ms",
             "point": "before-commit"},
           {"type": "consumer-crash", "group": "once", "member": 1, "at": "700ms", "for": "200ms"}],
         "thresholds": ["violations == 0", "once.lost == 0", "once.repeated == 0",
           "once.skipped > 0", "once.redelivered > 0", "store.perMessage > 0"]}
        """
    }

    struct Outcome {
        var run: ProgramRun
        var record: RunRecord?
    }

    private static func run(
        _ text: String, environment: [String: String] = [:]
    ) throws -> Outcome {
        let directory = try TemporaryDirectory()
        let file = directory.url.appendingPathComponent("w.json")
        try Data(text.utf8).write(to: file)
        let target = directory.url.appendingPathComponent("out").path
        let run = try BuiltProgram.run(
            ["workload", file.path, "--allow-debug", "--results", target],
            environment: ["URRBENCH_POSTGRES": "", "URRBENCH_REDIS": ""].merging(environment) { $1 }
        )
        let names = (try? FileManager.default.contentsOfDirectory(atPath: target)) ?? []
        let json = names.first { $0.hasSuffix(".json") }
        let record = try json.map { try ResultStore.load(path: target + "/" + $0) }
        return Outcome(run: run, record: record)
    }

    /// Fails where the books do not close, or an effect was lost or repeated.
    private static func expectExactlyOnce(
        _ outcome: Outcome, sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        let run = outcome.run
        // A debug build makes every run INVALID; a broken guarantee would be 4.
        #expect(run.status == 5, "\(run.output)\(run.errors)", sourceLocation: sourceLocation)
        let record = try #require(outcome.record, sourceLocation: sourceLocation)
        let failed = record.thresholds.filter { !$0.passed }.map(\.expression)
        #expect(failed == [], "\(run.output)", sourceLocation: sourceLocation)
        let books = record.groups[0].accounting
        #expect(books.handled == record.accounting.sent, sourceLocation: sourceLocation)
        #expect(books.unhandledAtEnd == 0, sourceLocation: sourceLocation)
        let store = try #require(record.groups[0].store, sourceLocation: sourceLocation)
        #expect(store.keys >= 2 * books.handled, sourceLocation: sourceLocation)
        #expect(run.output.contains(" a message"), sourceLocation: sourceLocation)
    }

    private static func refuses(
        _ store: String, environment: [String: String] = [:], with words: [String],
        sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        let outcome = try run(workload(store), environment: environment)
        #expect(outcome.run.status == 3, "\(outcome.run.errors)", sourceLocation: sourceLocation)
        #expect(outcome.record == nil, sourceLocation: sourceLocation)
        for word in words {
            #expect(
                outcome.run.errors.contains(word), "\(outcome.run.errors)",
                sourceLocation: sourceLocation)
        }
        #expect(!outcome.run.errors.contains("secret"), sourceLocation: sourceLocation)
    }

    @Test func theVerbListsAllStores() throws {
        let run = try BuiltProgram.run(["stores"])
        #expect(run.status == 0)
        for name in ["memory", "sqlite", "postgres", "redis"] {
            #expect(run.output.contains("\(name) "))
        }
    }

    /// A password must not get into a file, nor be repeated where somebody put it there.
    @Test func aPasswordInAWorkloadIsRefusedAndNotShown() throws {
        let outcome = try Self.run(
            Self.workload(
                #"{"store": "postgres", "address": "postgresql://shop:secret@127.0.0.1/events"}"#))
        #expect(outcome.run.status == 2)
        #expect(outcome.run.errors.contains("consumers[0].idempotency.address: must be"))
        #expect(!outcome.run.errors.contains("secret"))
    }

    #if SQLite
    @Test func aFileKeepsEffectsExactlyOnce() throws {
        let folder = try TemporaryDirectory()
        let path = folder.url.appendingPathComponent("events.db").path
        // Twice: the keys of an earlier run are not those of this one.
        for _ in 1...2 {
            let outcome = try Self.run(
                Self.workload(#"{"store": "sqlite", "file": "\#(path)"}"#))
            try Self.expectExactlyOnce(outcome)
            let store = try #require(outcome.record?.groups[0].store)
            #expect(store.facts?["file"] == "events.db")
            #expect(store.outages == 0)
        }
    }

    @Test func aCorruptFileIsThree() throws {
        let folder = try TemporaryDirectory()
        let file = folder.url.appendingPathComponent("events.db")
        try Data("no database at all, but quite a long text".utf8).write(to: file)
        try Self.refuses(
            #"{"store": "sqlite", "file": "\#(file.path)"}"#,
            with: ["idempotency store sqlite at \(file.path)", "not a database"])
    }

    /// Another process holds the file for the whole time of the run: told soon, never waited out.
    @Test func aFileThatAnotherProcessHoldsIsThree() throws {
        let folder = try TemporaryDirectory()
        let path = folder.url.appendingPathComponent("events.db").path
        let store = #"{"store": "sqlite", "file": "\#(path)"}"#
        // Not a database yet, and one that earlier runs left.
        for _ in 1...2 {
            let lock = try SQLiteFileLock(path, .exclusive)
            let begun = Date()
            try Self.refuses(
                store, with: ["idempotency store sqlite at \(path)", "database is locked"])
            #expect(Date().timeIntervalSince(begun) < 60, "the run of seconds must not wait")
            lock.release()
            try Self.expectExactlyOnce(try Self.run(Self.workload(store)))
        }
    }

    /// The lock comes when the run is under way, and stays: counted, said, and ended by the drain.
    @Test func aFileThatAnotherProcessTakesInTheRunMakesItSuspect() throws {
        let folder = try TemporaryDirectory()
        let path = folder.url.appendingPathComponent("events.db").path
        let lock = Mutex<SQLiteFileLock?>(nil)
        let outcome = try Self.during(
            1.2, { lock.withLock { $0 = try? SQLiteFileLock(path + "-shm", .writing) } }
        ) {
            try Self.run(
                Self.workload(#"{"store": "sqlite", "file": "\#(path)"}"#, drain: "3s"))
        }
        #expect(lock.withLock { $0 != nil })
        lock.withLock { $0?.release() }
        #expect(outcome.run.status == 5, "\(outcome.run.output)\(outcome.run.errors)")
        try Self.expectSuspect(outcome)
        let record = try #require(outcome.record)
        let books = record.groups[0].accounting
        #expect(books.violations == 0 && books.lost == 0)
        #expect(books.unhandledAtEnd > 0)
        #expect(record.groups[0].store?.lastFailure?.contains("locked") == true)
        #expect(record.durationNs < 20_000_000_000)
    }

    @Test func aFileThatCannotBeMadeIsThree() throws {
        try Self.refuses(
            #"{"store": "sqlite", "file": "/nowhere/at/all/events.db"}"#,
            with: ["idempotency store sqlite at /nowhere/at/all/events.db", "unable to open"])
    }
    #else
    @Test func aBuildWithoutSQLiteSaysHowToGetIt() throws {
        try Self.refuses(
            #"{"store": "sqlite", "file": "events.db"}"#,
            with: ["--traits SQLite", "libsqlite3-dev"])
    }
    #endif

    #if PostgreSQL
    @Test(.enabled(if: RealServer.isInstalled("postgres"), "PostgreSQL is not installed"))
    func aPostgreSQLServerKeepsEffectsExactlyOnce() throws {
        let server = try RealServer("postgres")
        let address = try server.address().trimmingCharacters(in: .whitespacesAndNewlines)
        try Self.expectExactlyOnce(
            Self.run(Self.workload(#"{"store": "postgres", "address": "\#(address)"}"#)))
        // The address may come from the environment, with a password.
        let secret = address.replacingOccurrences(of: "urrbench@", with: "urrbench:secret@")
        let outcome = try Self.run(
            Self.workload(#"{"store": "postgres"}"#), environment: ["URRBENCH_POSTGRES": secret])
        try Self.expectExactlyOnce(outcome)
        #expect(!outcome.run.output.contains("secret"))
        #expect(
            try !(outcome.record?.json()).map { String(decoding: $0, as: UTF8.self) }!
                .contains("secret"))
        try Self.goesAway(server, #"{"store": "postgres", "address": "\#(address)"}"#)
    }

    @Test func aPostgreSQLServerThatIsNotThereIsThree() throws {
        try Self.refuses(
            #"{"store": "postgres", "address": "postgresql://127.0.0.1:1/events"}"#,
            environment: ["PGPASSWORD": "secret"],
            with: ["idempotency store postgres at 127.0.0.1:1/events", "refused"])
        try Self.refuses(#"{"store": "postgres"}"#, with: ["URRBENCH_POSTGRES"])
    }
    #else
    @Test func aBuildWithoutPostgreSQLSaysHowToGetIt() throws {
        try Self.refuses(#"{"store": "postgres"}"#, with: ["--traits PostgreSQL", "libpq-dev"])
    }
    #endif

    #if Redis
    @Test(.enabled(if: RealServer.isInstalled("redis"), "redis-server is not installed"))
    func aRedisServerKeepsEffectsExactlyOnce() throws {
        let server = try RealServer("redis")
        let address = try server.address().trimmingCharacters(in: .whitespacesAndNewlines)
        try Self.expectExactlyOnce(
            Self.run(Self.workload(#"{"store": "redis", "address": "\#(address)"}"#)))
        try Self.goesAway(server, #"{"store": "redis", "address": "\#(address)"}"#)
    }

    @Test func aRedisServerThatIsNotThereIsThree() throws {
        try Self.refuses(
            #"{"store": "redis", "address": "redis://127.0.0.1:1/0"}"#,
            environment: ["REDISCLI_AUTH": "secret"],
            with: ["idempotency store redis at 127.0.0.1:1/0", "refused"])
    }
    #else
    @Test func aBuildWithoutRedisSaysHowToGetIt() throws {
        try Self.refuses(#"{"store": "redis"}"#, with: ["--traits Redis", "libhiredis-dev"])
    }
    #endif

    /// The server is stopped in the middle, first to come back with what it stored, then for good.
    private static func goesAway(_ server: RealServer, _ store: String) throws {
        let back = try during(1.2, { try server.restart(seconds: 0.5) }) {
            try run(workload(store))
        }
        try expectExactlyOnce(back)
        try expectSuspect(back)

        let gone = try during(1.2, { try server.stop() }) { try run(workload(store, drain: "1s")) }
        #expect(gone.run.status == 5, "\(gone.run.output)\(gone.run.errors)")
        try expectSuspect(gone)
        let record = try #require(gone.record)
        let books = record.groups[0].accounting
        #expect(books.violations == 0 && books.lost == 0)
        #expect(books.unhandledAtEnd > 0)
        // Ended by its drain, at the latest a little after that.
        #expect(record.durationNs < 20_000_000_000)
    }

    private static func expectSuspect(
        _ outcome: Outcome, sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        let record = try #require(outcome.record, sourceLocation: sourceLocation)
        let store = try #require(record.groups[0].store, sourceLocation: sourceLocation)
        #expect(store.outages > 0, sourceLocation: sourceLocation)
        #expect(store.retries > 0, sourceLocation: sourceLocation)
        #expect(store.lastFailure != nil, sourceLocation: sourceLocation)
        #expect(
            record.verdict.reasons.contains { $0.code == "store-away" },
            sourceLocation: sourceLocation)
    }

    /// Does `event` on another thread `seconds` after `body` has begun.
    private static func during(
        _ seconds: Double, _ event: @escaping @Sendable () throws -> Void,
        _ body: () throws -> Outcome
    ) throws -> Outcome {
        let thread = Thread {
            Thread.sleep(forTimeInterval: seconds)
            try? event()
        }
        thread.start()
        defer { while !thread.isFinished { usleep(10_000) } }
        return try body()
    }
}
