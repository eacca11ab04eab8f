#if Redis
import Foundation
import UrrStore

/// `redis://[USER][:PASSWORD@]HOST[:PORT][/DATABASE]`, taken apart, and how it may be shown.
struct RedisAddress: Sendable {
    let host: String
    let port: Int32
    let user: String?
    var password: String?
    let database: Int

    /// Host, port and database, without credentials.
    var place: String { "\(host):\(port)/\(database)" }

    init(_ text: String) throws(StoreError) {
        guard let parts = URLComponents(string: text), parts.scheme == "redis",
            let host = parts.host, !host.isEmpty, parts.query == nil, parts.fragment == nil
        else { throw Self.refusal }
        let port = parts.port ?? 6379
        let path = parts.path.drop { $0 == "/" }
        guard (1...65535).contains(port), let database = path.isEmpty ? 0 : Int(path),
            database >= 0
        else { throw Self.refusal }
        // Brackets belong to the address's text form only.
        self.host = host.trimmingCharacters(in: CharacterSet(charactersIn: "[]"))
        self.port = Int32(port)
        self.database = database
        user = parts.user.flatMap { $0.isEmpty ? nil : $0 }
        password = parts.password
    }

    /// Quotes nothing of the text: it may hold a password.
    private static var refusal: StoreError {
        StoreError(
            store: RedisStore.name, place: "the address given",
            reason: "not an address of Redis; write redis://HOST:PORT/DATABASE")
    }
}
#endif
