#if PostgreSQL
import CPostgreSQL
import Synchronization
import UrrPlatform
import UrrStore

/// Keys in a table `processed_events` of a PostgreSQL server: one statement a batch, which
/// answers with the keys that were new. Entries do not expire; those of this run are removed
/// at its end.
public final class PostgreSQLStore: IdempotencyStore {
    /// The word that selects it in a workload file.
    public static let name = "postgres"

    /// Seconds until a server that does not answer counts as not reached.
    private static let connectTimeout = "5"
    /// How long provisioning and removing wait for what others hold locked.
    private static let lockTimeout = "SET lock_timeout = '5s'"

    private let address: PostgreSQLAddress
    private let known = Mutex<(run: String, facts: [String: String])>(("", [:]))

    /// The store behind a connection string of libpq, such as
    /// `postgresql://user@127.0.0.1:5432/database`.
    public init(address: String) throws(StoreError) {
        self.address = try PostgreSQLAddress(address)
    }

    /// Connects, creates the table, and has the server prepare the statements.
    public func provision(run: String) throws(StoreError) {
        let connection = try connect()
        defer { PQfinish(connection) }
        // Several runs may create the table at once: the second waits, then finds it.
        try execute(
            connection,
            "SET client_min_messages = warning; SELECT pg_advisory_lock(852467213);"
                + PostgreSQLStatements.schema + "; SELECT pg_advisory_unlock(852467213)")
        for statement in PostgreSQLStatements.all {
            let result = PQprepare(connection, statement.name, statement.text, 0, nil)
            defer { PQclear(result) }
            guard PQresultStatus(result) == PGRES_COMMAND_OK else { throw failure(connection) }
        }
        let facts = [
            "version": setting(connection, "server_version"),
            "address": address.place,
            "durability": "synchronous_commit=" + setting(connection, "synchronous_commit")
                + ", fsync=" + setting(connection, "fsync"),
        ]
        known.withLock { $0 = (run, facts) }
    }

    /// A session with a connection of its own.
    public func makeSession(scope: String) throws(StoreError) -> StoreSession {
        let run = known.withLock { $0.run }
        return PostgreSQLSession(address: address.text, scope: "\(run)/\(scope)")
    }

    /// Version, address and durability settings of the server.
    public func facts() -> [String: String] { known.withLock { $0.facts } }

    /// Removes the rows of this run.
    public func teardown() {
        guard let connection = try? connect() else { return }
        defer { PQfinish(connection) }
        let run = known.withLock { $0.run }
        "\(run)/".withCString { prefix in
            var values: [UnsafePointer<CChar>?] = [prefix]
            PQclear(
                PQexecParams(
                    connection, PostgreSQLStatements.forget, 1, nil, &values, nil, nil, 0))
        }
    }

    private func connect() throws(StoreError) -> OpaquePointer {
        let connection = address.text.withCString { text in
            Self.connectTimeout.withCString { timeout in
                "dbname".withCString { name in
                    "connect_timeout".withCString { timeoutName in
                        var keywords: [UnsafePointer<CChar>?] = [timeoutName, name, nil]
                        var values: [UnsafePointer<CChar>?] = [timeout, text, nil]
                        // 1: the "database name" is a whole connection string.
                        return PQconnectdbParams(&keywords, &values, 1)
                    }
                }
            }
        }
        guard let connection else {
            throw StoreError(
                store: Self.name, place: address.place, reason: "out of memory")
        }
        guard PQstatus(connection) == CONNECTION_OK else {
            let error = failure(connection)
            PQfinish(connection)
            throw error
        }
        do throws(StoreError) { try execute(connection, Self.lockTimeout) } catch {
            PQfinish(connection)
            throw error
        }
        return connection
    }

    private func execute(_ connection: OpaquePointer, _ text: String) throws(StoreError) {
        let result = PQexec(connection, text)
        defer { PQclear(result) }
        let status = PQresultStatus(result)
        guard status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK else {
            throw failure(connection)
        }
    }

    private func setting(_ connection: OpaquePointer, _ name: String) -> String {
        let result = PQexec(connection, "SHOW " + name)
        defer { PQclear(result) }
        guard PQresultStatus(result) == PGRES_TUPLES_OK, PQntuples(result) == 1 else {
            return "unknown"
        }
        return String(cString: PQgetvalue(result, 0, 0))
    }

    private func failure(_ connection: OpaquePointer) -> StoreError {
        StoreError(
            store: Self.name, place: address.place,
            reason: postgreSQLMessage(of: connection))
    }
}

/// The last error of a connection, in one line. libpq puts no password into it.
func postgreSQLMessage(of connection: OpaquePointer?) -> String {
    guard let text = PQerrorMessage(connection) else { return "no connection" }
    return String(cString: text).split(whereSeparator: \.isWhitespace).joined(separator: " ")
}
#endif
