#if SQLite
import CSQLite
import UrrPlatform
import UrrStore

/// One connection. A batch is one transaction in this thread: SQLite has no other way, and
/// the time that it takes is what the store costs.
final class SQLiteSession: StoreSession {
    /// Keys of a transaction: enough to pay for its sync, few enough to hold the lock shortly.
    private static let batchLimit = 1000
    /// How long the lock of another transaction may be waited for before it counts as an outage: a
    /// transaction of a batch takes milliseconds.
    private static let longestLock: Nanoseconds = 2_000_000_000

    private let database: SQLiteDatabase
    private let insert: SQLiteStatement
    private let select: SQLiteStatement
    private let scope: [UInt8]
    private var batch = StoreBatch(limit: batchLimit)
    private var text = [UInt8](repeating: 0, count: EventKey.textByteCount)
    private var failure: String?
    /// What the last attempt failed of.
    private var problem: (code: Int32, message: String) = (SQLITE_OK, "")
    /// Whether the batch under way has been counted as an outage.
    private var isAway = false

    init(_ database: SQLiteDatabase, scope: String) throws(SQLiteFailure) {
        self.database = database
        self.scope = Array(scope.utf8)
        insert = try database.prepare(
            "INSERT OR IGNORE INTO processed_events VALUES (?1, ?2, ?3)")
        select = try database.prepare(
            "SELECT 1 FROM processed_events WHERE scope = ?1 AND event_key = ?2")
        // A busy database is told at once during a run: the session tries again by itself.
        database.setBusyTimeout(0)
        super.init(batchLimit: Self.batchLimit)
    }

    override var lastFailure: String? { failure }

    override func begin(
        _ operation: StoreOperation, _ keys: UnsafeBufferPointer<EventKey>, now: Nanoseconds
    ) {
        batch.begin(operation, keys, now: now)
        isAway = false
    }

    override func poll(
        now: Nanoseconds, into known: UnsafeMutablePointer<Bool>
    ) -> StoreProgress {
        guard batch.mayTry(now) else { return .pending }
        let succeeded: Bool
        switch batch.operation {
        case .lookUp: succeeded = lookUp(known)
        case .record: succeeded = record(known, now: now)
        }
        guard succeeded else {
            note(now)
            batch.failed(now)
            return .pending
        }
        batch.finish(known, counting: &statistics)
        return .done
    }

    /// A lock of another connection is ordinary for as long as its transaction takes. One that is
    /// held longer, a full disk or a damaged file is a store that is away.
    private func note(_ now: Nanoseconds) {
        failure = problem.message
        statistics.retries += 1
        let isLock = [SQLITE_BUSY, SQLITE_LOCKED].contains(problem.code & 0xff)
        guard !isAway, !isLock || batch.age(now) > Self.longestLock else { return }
        isAway = true
        statistics.outages += 1
    }

    private func lookUp(_ known: UnsafeMutablePointer<Bool>) -> Bool {
        for index in 0..<batch.count {
            let code = step(select, batch.key(index))
            guard code == SQLITE_ROW || code == SQLITE_DONE else {
                problem = (code, database.message)
                return false
            }
            known[index] = code == SQLITE_ROW
        }
        return true
    }

    /// All or nothing: what a failed attempt inserted is rolled back, so that the next one
    /// finds its own keys new.
    private func record(_ known: UnsafeMutablePointer<Bool>, now: Nanoseconds) -> Bool {
        guard database.run("BEGIN IMMEDIATE") == SQLITE_OK else {
            problem = (database.code, database.message)
            return false
        }
        insert.bind(now, at: 3)
        for index in 0..<batch.count {
            guard step(insert, batch.key(index)) == SQLITE_DONE else { return undo() }
            known[index] = database.changes == 0
        }
        return database.run("COMMIT") == SQLITE_OK || undo()
    }

    /// Takes the transaction back; what went wrong is asked before that, for it hides it. False.
    private func undo() -> Bool {
        problem = (database.code, database.message)
        _ = database.run("ROLLBACK")
        return false
    }

    private func step(_ statement: SQLiteStatement, _ key: EventKey) -> Int32 {
        text.withUnsafeMutableBufferPointer { text in
            guard let base = text.baseAddress else { return SQLITE_MISUSE }
            key.writeText(to: base)
            return scope.withUnsafeBufferPointer { scope in
                guard let scopeBase = scope.baseAddress else { return SQLITE_MISUSE }
                statement.bind(scopeBase, count: scope.count, at: 1)
                statement.bind(base, count: text.count, at: 2)
                let code = statement.step()
                statement.reset()
                return code
            }
        }
    }
}
#endif
