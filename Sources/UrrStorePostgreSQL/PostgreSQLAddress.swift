#if PostgreSQL
import CPostgreSQL
import UrrStore

/// A connection string of libpq (a `postgresql://` URL or `key=value` pairs), and how it may
/// be shown.
struct PostgreSQLAddress: Sendable {
    /// As given; may hold a password.
    let text: String
    /// Host, port and database, without credentials.
    let place: String

    init(_ text: String) throws(StoreError) {
        var message: UnsafeMutablePointer<CChar>?
        // The message may quote the text and with it a password: not passed on.
        guard let options = PQconninfoParse(text, &message) else {
            PQfreemem(message)
            throw StoreError(
                store: PostgreSQLStore.name, place: "the address given",
                reason: "not an address of PostgreSQL; write postgresql://HOST:PORT/DATABASE")
        }
        defer { PQconninfoFree(options) }
        func value(_ keyword: String) -> String? {
            var option = options
            while let name = option.pointee.keyword {
                if String(cString: name) == keyword {
                    return option.pointee.val.map { String(cString: $0) }
                }
                option += 1
            }
            return nil
        }
        self.text = text
        place =
            (value("host") ?? value("hostaddr") ?? "local socket")
            + ":" + (value("port") ?? "5432") + "/" + (value("dbname") ?? "")
    }
}
#endif
