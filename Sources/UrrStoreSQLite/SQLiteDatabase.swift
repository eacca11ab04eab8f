#if SQLite
import CSQLite
import UrrStore

/// One connection to a database file. Used by one thread.
final class SQLiteDatabase {
    private let handle: OpaquePointer

    /// Opens or creates the file at `path` for writing.
    init(path: String) throws(StoreError) {
        var handle: OpaquePointer?
        let flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX
        let code = sqlite3_open_v2(path, &handle, flags, nil)
        guard code == SQLITE_OK, let handle else {
            let reason = handle.map { String(cString: sqlite3_errmsg($0)) }
            sqlite3_close_v2(handle)
            throw StoreError(
                store: SQLiteStore.name, place: path,
                reason: reason ?? String(cString: sqlite3_errstr(code)))
        }
        self.handle = handle
        sqlite3_extended_result_codes(handle, 1)
    }

    deinit { sqlite3_close_v2(handle) }

    /// The last call's extended result code.
    var code: Int32 { sqlite3_extended_errcode(handle) }

    var message: String { String(cString: sqlite3_errmsg(handle)) }

    /// Rows that the last statement inserted.
    var changes: Int { Int(sqlite3_changes(handle)) }

    /// How long a statement waits for a lock of another connection, in milliseconds.
    func setBusyTimeout(_ milliseconds: Int32) { sqlite3_busy_timeout(handle, milliseconds) }

    /// Runs a text of statements; the result code.
    func run(_ text: String) -> Int32 { sqlite3_exec(handle, text, nil, nil, nil) }

    /// The first column of the first row, as text.
    func value(_ text: String) -> String? {
        guard let statement = try? prepare(text) else { return nil }
        guard statement.step() == SQLITE_ROW else { return nil }
        return statement.text(column: 0)
    }

    func prepare(_ text: String) throws(SQLiteFailure) -> SQLiteStatement {
        var statement: OpaquePointer?
        let code = sqlite3_prepare_v2(handle, text, -1, &statement, nil)
        guard code == SQLITE_OK, let statement else {
            throw SQLiteFailure(code: code, message: message)
        }
        return SQLiteStatement(statement)
    }
}

/// What a call to SQLite answered instead of success.
struct SQLiteFailure: Error {
    let code: Int32
    let message: String
}

/// A prepared statement.
final class SQLiteStatement {
    private let handle: OpaquePointer

    init(_ handle: OpaquePointer) {
        self.handle = handle
    }

    deinit { sqlite3_finalize(handle) }

    /// Binds bytes of UTF-8 that stay where they are until the statement has been stepped.
    func bind(_ text: UnsafePointer<UInt8>, count: Int, at index: Int32) {
        text.withMemoryRebound(to: CChar.self, capacity: count) { text in
            _ = sqlite3_bind_text(handle, index, text, Int32(count), nil)
        }
    }

    func bind(_ value: Int64, at index: Int32) {
        _ = sqlite3_bind_int64(handle, index, value)
    }

    func step() -> Int32 { sqlite3_step(handle) }

    /// Makes the statement ready to be stepped again.
    func reset() { sqlite3_reset(handle) }

    func text(column: Int32) -> String? {
        sqlite3_column_text(handle, column).map { String(cString: $0) }
    }
}
#endif
