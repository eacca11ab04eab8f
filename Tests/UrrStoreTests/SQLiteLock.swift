#if SQLite
import CSQLite

/// Another program's hold on a database file.
final class SQLiteLock {
    private var handle: OpaquePointer?

    struct Failure: Error {
        let code: Int32
    }

    init(path: String) throws {
        let code = sqlite3_open(path, &handle)
        guard code == SQLITE_OK else { throw Failure(code: code) }
        let begun = sqlite3_exec(handle, "BEGIN IMMEDIATE", nil, nil, nil)
        guard begun == SQLITE_OK else { throw Failure(code: begun) }
    }

    deinit { sqlite3_close_v2(handle) }

    func release() { sqlite3_exec(handle, "COMMIT", nil, nil, nil) }
}
#endif
