import Foundation
import Testing
import UrrStore
import UrrTestSupport

/// What stores behind a server have to do when that goes away.
enum ServerContract {
    typealias Make = (_ address: String) throws -> any IdempotencyStore

    /// The answer to a batch is lost on its way, and the batch is sent again: its own keys are
    /// new, because nobody was told so; the keys of others are not.
    static func checkLostAnswer(_ server: RealServer, _ make: Make) throws {
        let address = try server.address()
        let url = try #require(URLComponents(string: address))
        let proxy = try LossyProxy(server: UInt16(try #require(url.port)))
        defer { proxy.close() }
        var indirect = url
        indirect.port = Int(proxy.port)
        let direct = try make(address)
        try direct.provision(run: "lost")
        defer { direct.teardown() }
        let other = try direct.makeSession(scope: "group")
        #expect(StoreContract.run(other, .record, StoreContract.keys([3])) == [false])

        let store = try make(try #require(indirect.string))
        try store.provision(run: "lost")
        let session = try store.makeSession(scope: "group")
        #expect(StoreContract.run(session, .lookUp, StoreContract.keys([1])) == [false])
        proxy.loseNextAnswer()
        #expect(
            StoreContract.run(session, .record, StoreContract.keys([1, 2, 3, 2]))
                == [false, false, true, true])
        #expect(proxy.lostAnswers == 1)
        #expect(session.statistics.outages == 1)
        #expect(session.statistics.retries >= 1)
        #expect(session.lastFailure != nil)
        #expect(StoreContract.run(other, .record, StoreContract.keys([1])) == [true])
    }

    /// The server is stopped in the middle: nothing hangs, it is tried again, and the work goes
    /// on when the server is back.
    static func checkOutage(_ server: RealServer, _ make: Make) throws {
        let store = try make(try server.address())
        try store.provision(run: "outage")
        let session = try store.makeSession(scope: "group")
        #expect(StoreContract.run(session, .record, StoreContract.keys([1])) == [false])
        try server.stop()

        var known = [Bool](repeating: true, count: 1)
        let clock = ContinuousClock()
        StoreContract.keys([2]).withUnsafeBufferPointer { session.begin(.record, $0, now: 0) }
        var now: Int64 = 0
        while session.statistics.retries < 5 {
            now += 100_000_000
            let start = clock.now
            #expect(session.poll(now: now, into: &known) == .pending)
            #expect(clock.now - start < .seconds(1), "a poll never waits for the network")
        }
        #expect(session.statistics.outages == 1)

        try server.start()
        try store.provision(run: "outage")
        var isDone = false
        for _ in 0..<10_000 where !isDone {
            now += 10_000_000
            isDone = session.poll(now: now, into: &known) == .done
            usleep(1000)
        }
        #expect(isDone)
        #expect(known == [false])
        session.close()
        store.teardown()
    }
}

#if Redis
import UrrStoreRedis

@Suite(
    "Redis store", .serialized,
    .enabled(if: RealServer.isInstalled("redis"), "redis-server is not installed"))
struct RedisStoreTests {
    private let server: RealServer

    init() throws { server = try RealServer("redis") }

    private func make(_ address: String) throws -> any IdempotencyStore {
        try RedisStore(address: address, expiry: 600_000_000_000)
    }

    @Test("keeps the contract of all stores")
    func contract() throws { try StoreContract.check(make(server.address())) }

    @Test("a lost answer repeats nothing and forgets nothing")
    func lostAnswer() throws { try ServerContract.checkLostAnswer(server, make) }

    @Test("a server that goes away and comes back")
    func outage() throws { try ServerContract.checkOutage(server, make) }

    @Test("tells what it is, never the password")
    func facts() throws {
        let store = try make(server.address())
        try store.provision(run: "facts")
        #expect(store.facts()["version"]?.first == "7" || store.facts()["version"] != nil)
        #expect(store.facts()["durability"] == "appendonly=no, appendfsync=everysec")
        let address = try server.address().replacingOccurrences(
            of: "redis://", with: "redis://:secret-word@")
        // No password is set on the server, so one is refused.
        let error = try #require(throws: StoreError.self) {
            try make(address).provision(run: "facts")
        }
        #expect(!error.description.contains("secret-word"))
    }
}

@Suite("Redis store without a server")
struct RedisAddressTests {
    @Test(
        "refuses what is no address, without repeating it",
        arguments: [
            "", "127.0.0.1", "http://h", "redis://", "redis://:secret@h:0", "redis://h/x",
            "redis://:secret@h:99999",
        ])
    func refused(address: String) throws {
        let error = try #require(throws: StoreError.self) {
            try RedisStore(address: address, expiry: 1)
        }
        #expect(!error.description.contains("secret"))
    }

    @Test("a server that is not there is told, with its place")
    func unreachable() throws {
        let store = try RedisStore(address: "redis://:secret@127.0.0.1:1/0", expiry: 1)
        let error = try #require(throws: StoreError.self) { try store.provision(run: "none") }
        #expect(error.description.contains("127.0.0.1:1/0: Connection refused"))
        #expect(!error.description.contains("secret"))
    }
}
#endif

#if PostgreSQL
import UrrStorePostgreSQL

@Suite(
    "PostgreSQL store", .serialized,
    .enabled(if: RealServer.isInstalled("postgres"), "PostgreSQL's server is not installed"))
struct PostgreSQLStoreTests {
    private let server: RealServer

    init() throws { server = try RealServer("postgres") }

    private func make(_ address: String) throws -> any IdempotencyStore {
        try PostgreSQLStore(address: address)
    }

    @Test("keeps the contract of all stores")
    func contract() throws { try StoreContract.check(make(server.address())) }

    @Test("a lost answer repeats nothing and forgets nothing")
    func lostAnswer() throws { try ServerContract.checkLostAnswer(server, make) }

    @Test("a server that goes away and comes back")
    func outage() throws { try ServerContract.checkOutage(server, make) }

    @Test("tells what it is, never the password")
    func facts() throws {
        let address = try server.address().replacingOccurrences(
            of: "urrbench@", with: "urrbench:secret-word@")
        let store = try make(address)
        try store.provision(run: "facts")
        #expect(store.facts()["durability"] == "synchronous_commit=on, fsync=on")
        #expect(!store.facts().description.contains("secret-word"))
        let wrong = address.replacingOccurrences(of: "/postgres", with: "/no-such-database")
        let error = try #require(throws: StoreError.self) {
            try make(wrong).provision(run: "facts")
        }
        #expect(error.description.contains("no-such-database"))
        #expect(!error.description.contains("secret-word"))
    }
}

@Suite("PostgreSQL store without a server")
struct PostgreSQLAddressTests {
    /// A password that is not escaped must not be taken for a host or a database and shown.
    @Test(
        "refuses what is no address, without repeating it",
        arguments: [
            "postgresql://u:secret@[::1/db?x", "postgresql://u:secret/x@127.0.0.1:1/db",
            "postgresql://u:x@secret@127.0.0.1:1/db", "postgresql://u:1/secret@127.0.0.1:1/db",
            "postgresql://u:s%zzecret@127.0.0.1/db", "postgresql://127.0.0.1:secret/db", "secret",
        ])
    func refused(_ address: String) throws {
        let error = try #require(throws: StoreError.self) {
            try PostgreSQLStore(address: address)
        }
        #expect(!error.description.contains("secret"))
    }

    @Test("a server that is not there is told, with its place")
    func unreachable() throws {
        let store = try PostgreSQLStore(address: "postgresql://u:secret@127.0.0.1:1/db")
        let error = try #require(throws: StoreError.self) { try store.provision(run: "none") }
        #expect(error.description.contains("127.0.0.1:1/db"))
        #expect(!error.description.contains("secret"))
    }
}
#endif

#if SQLite
import UrrStoreSQLite

@Suite("SQLite store")
struct SQLiteStoreTests {
    private let folder: TemporaryDirectory
    private var path: String { folder.url.appendingPathComponent("events.db").path }

    init() throws { folder = try TemporaryDirectory() }

    @Test("keeps the contract of all stores")
    func contract() throws { try StoreContract.check(SQLiteStore(path: path)) }

    @Test("a file that is no database is refused")
    func corrupt() throws {
        try Data("this is not a database, whatever its name says".utf8).write(
            to: URL(fileURLWithPath: path))
        let error = try #require(throws: StoreError.self) {
            try SQLiteStore(path: path).provision(run: "corrupt")
        }
        #expect(error.description.contains("not a database"))
    }

    @Test("a damaged file is refused")
    func damaged() throws {
        try fill()
        var bytes = try Data(contentsOf: URL(fileURLWithPath: path))
        try #require(bytes.count > 100_000)
        for index in 8192..<(bytes.count - 4096) { bytes[index] = 0x5a }
        try bytes.write(to: URL(fileURLWithPath: path))
        #expect(throws: StoreError.self) { try SQLiteStore(path: path).provision(run: "x") }
    }

    private func fill() throws {
        let store = SQLiteStore(path: path)
        try store.provision(run: "first")
        let session = try store.makeSession(scope: "group")
        for start in stride(from: 0, to: 5000, by: 500) {
            let keys = StoreContract.keys((start..<start + 500).map { UInt64($0) })
            #expect(StoreContract.run(session, .record, keys) != nil)
        }
        session.close()
    }

    @Test("a folder, and a file in a missing folder, are refused")
    func unusable() throws {
        #expect(throws: StoreError.self) {
            try SQLiteStore(path: folder.url.path).provision(run: "x")
        }
        #expect(throws: StoreError.self) {
            try SQLiteStore(path: path + "/missing/events.db").provision(run: "x")
        }
    }

    @Test("a file that another program has locked: told at the beginning, waited for in a run")
    func locked() throws {
        let store = SQLiteStore(path: path)
        try store.provision(run: "locked")
        let session = try store.makeSession(scope: "group")
        let holder = try SQLiteLock(path: path)
        #expect(throws: StoreError.self) { try store.provision(run: "locked") }

        var known = [true]
        StoreContract.keys([1]).withUnsafeBufferPointer { session.begin(.record, $0, now: 0) }
        var now: Int64 = 0
        while session.statistics.retries < 5 {
            now += 100_000_000
            #expect(session.poll(now: now, into: &known) == .pending)
        }
        #expect(session.lastFailure == "database is locked")
        holder.release()
        #expect(session.poll(now: now + 1_000_000_000, into: &known) == .done)
        #expect(known == [false])
        session.close()
        store.teardown()
    }
}
#endif
