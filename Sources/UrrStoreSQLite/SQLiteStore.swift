#if SQLite
import CSQLite
import Glibc
import Synchronization
import UrrPlatform
import UrrStore

/// Keys in a SQLite file, in a table `processed_events`: durable (write-ahead log, synced at
/// every commit), one transaction a batch. Entries do not expire; those of this run are
/// removed at its end.
public final class SQLiteStore: IdempotencyStore {
    /// The word that selects it in a workload file.
    public static let name = "sqlite"

    /// How long a batch, or the beginning, waits for another connection's lock before the
    /// attempt counts as failed, in milliseconds. A writing transaction of a batch takes
    /// about one.
    private static let busyTimeout: Int32 = 2000

    private static let schema = """
        CREATE TABLE IF NOT EXISTS processed_events (
            scope TEXT NOT NULL,
            event_key TEXT NOT NULL,
            processed_at INTEGER NOT NULL,
            PRIMARY KEY (scope, event_key)
        ) WITHOUT ROWID
        """

    private let path: String
    private let run = Mutex("")

    /// The store in the file at `path`, created where it is missing.
    public init(path: String) {
        self.path = path
    }

    /// Opens the file, checks that it is a sound database that can be written, and creates
    /// the table.
    public func provision(run: String) throws(StoreError) {
        try refuseOtherThanFile()
        let database = try open()
        // A sound file answers "ok"; a locked one nothing at all.
        guard let answer = database.value("PRAGMA quick_check(1)") else {
            throw failure(database)
        }
        guard answer == "ok" else {
            throw StoreError(
                store: Self.name, place: path, reason: "the file is corrupt: \(answer)")
        }
        let statements = [
            "PRAGMA journal_mode = WAL", Self.schema,
            // Proves that the file can be written, now rather than in the run.
            "BEGIN IMMEDIATE; ROLLBACK",
        ]
        for statement in statements where database.run(statement) != SQLITE_OK {
            throw failure(database)
        }
        self.run.withLock { $0 = run }
    }

    /// A session with a connection of its own.
    public func makeSession(scope: String) throws(StoreError) -> StoreSession {
        let database = try open()
        let run = run.withLock { $0 }
        do throws(SQLiteFailure) {
            return try SQLiteSession(database, scope: "\(run)/\(scope)")
        } catch {
            throw StoreError(store: Self.name, place: path, reason: error.message)
        }
    }

    /// Version, name of the file and durability.
    public func facts() -> [String: String] {
        [
            "version": String(cString: sqlite3_libversion()),
            "file": path.split(separator: "/").last.map { String($0) } ?? path,
            "durability": "write-ahead log, synchronous=FULL",
        ]
    }

    /// Removes the rows of this run.
    public func teardown() {
        let run = run.withLock { $0 }
        guard let database = try? open(),
            let statement = try? database.prepare(
                "DELETE FROM processed_events WHERE substr(scope, 1, ?2) = ?1")
        else { return }
        let prefix = Array("\(run)/".utf8)
        statement.bind(prefix, count: prefix.count, at: 1)
        statement.bind(Int64(run.count + 1), at: 2)
        _ = statement.step()
    }

    private func open() throws(StoreError) -> SQLiteDatabase {
        let database = try SQLiteDatabase(path: path)
        database.setBusyTimeout(Self.busyTimeout)
        guard database.run("PRAGMA synchronous = FULL") == SQLITE_OK else {
            throw failure(database)
        }
        return database
    }

    private func failure(_ database: SQLiteDatabase) -> StoreError {
        StoreError(store: Self.name, place: path, reason: database.message)
    }

    /// SQLite would wait for ever on a pipe, and says little about a folder.
    private func refuseOtherThanFile() throws(StoreError) {
        var facts = stat()
        guard stat(path, &facts) == 0 else { return }
        guard facts.st_mode & S_IFMT == S_IFREG else {
            throw StoreError(
                store: Self.name, place: path, reason: "this is not a file")
        }
    }
}
#endif
