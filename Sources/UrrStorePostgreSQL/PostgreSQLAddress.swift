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
            throw Self.refusal
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
        let host = value("host") ?? value("hostaddr") ?? "local socket"
        let port = value("port") ?? "5432"
        let database = value("dbname") ?? ""
        // A password with '/' or '@' in it that is not escaped ends up in what is shown.
        let isHost = !host.contains("@") && (host.hasPrefix("/") || !host.contains("/"))
        let isPort = port.utf8.allSatisfy { (48...57).contains($0) || $0 == 44 }
        guard isHost, isPort, !database.contains(where: { "@/:".contains($0) }) else {
            throw Self.refusal
        }
        self.text = text
        place = host + ":" + port + "/" + database
    }

    /// Quotes nothing of the text: it may hold a password.
    private static var refusal: StoreError {
        StoreError(
            store: PostgreSQLStore.name, place: "the address given",
            reason:
                "not an address of PostgreSQL; write postgresql://HOST:PORT/DATABASE, with what "
                + "is no letter or digit in a password as %40 for @, %2F for / and so on")
    }
}
#endif
