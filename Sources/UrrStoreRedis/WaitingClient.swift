#if Redis
import CHiredis
import Glibc
import UrrStore

/// One command at a time, waiting for each answer: for the beginning and the end of a run.
final class WaitingClient {
    private let connection: RedisConnection
    private let place: String
    private let patience: Duration

    /// Connects and introduces itself.
    init(_ address: RedisAddress, patience: Duration) throws(StoreError) {
        place = address.place
        self.patience = patience
        guard let connection = RedisConnection(host: address.host, port: address.port) else {
            throw StoreError(store: RedisStore.name, place: place, reason: "out of memory")
        }
        self.connection = connection
        try wait { connection.connected() }
        for command in address.greeting { _ = try call(command) { _ in } }
    }

    /// The text that a command answers with.
    func text(_ arguments: [String]) throws(StoreError) -> String {
        var answer = ""
        try call(arguments.map { Array($0.utf8) }) { answer = Self.string($0) }
        return answer
    }

    /// A setting of the server; "unknown" where it does not tell.
    func setting(_ name: String) throws(StoreError) -> String {
        var answer = "unknown"
        try call(["CONFIG", "GET", name].map { Array($0.utf8) }, mayFail: true) { reply in
            if reply.pointee.elements == 2, let value = reply.pointee.element[1] {
                answer = Self.string(value)
            }
        }
        return answer
    }

    /// Removes all keys that begin with `prefix`, in steps that do not stop the server.
    func remove(prefix: String) throws(StoreError) {
        var cursor = "0"
        repeat {
            var keys: [[UInt8]] = []
            let scan = ["SCAN", cursor, "MATCH", Self.literal(prefix) + "*", "COUNT", "1000"]
            try call(scan.map { Array($0.utf8) }) { reply in
                guard reply.pointee.elements == 2, let next = reply.pointee.element[0],
                    let found = reply.pointee.element[1]
                else { return }
                cursor = Self.string(next)
                keys = (0..<found.pointee.elements).compactMap { number in
                    found.pointee.element[Int(number)].map { Array($0.text) }
                }
            }
            if !keys.isEmpty { try call([Array("UNLINK".utf8)] + keys) { _ in } }
        } while cursor != "0"
    }

    private func call(
        _ arguments: [[UInt8]], mayFail: Bool = false,
        _ body: (UnsafeMutablePointer<redisReply>) -> Void
    ) throws(StoreError) {
        connection.append(arguments)
        var refusal: String?
        try wait { [connection] in
            if case .failed(let reason) = connection.send() { return .failed(reason) }
            return connection.receive { reply in
                refusal = reply.errorText
                if refusal == nil { body(reply) }
            }
        }
        if let refusal, !mayFail {
            throw StoreError(store: RedisStore.name, place: place, reason: refusal)
        }
    }

    private func wait(_ step: () -> RedisConnection.Step) throws(StoreError) {
        let clock = ContinuousClock()
        let end = clock.now + patience
        while true {
            switch step() {
            case .done: return
            case .failed(let reason):
                throw StoreError(store: RedisStore.name, place: place, reason: reason)
            case .wait:
                guard clock.now < end else {
                    throw StoreError(
                        store: RedisStore.name, place: place,
                        reason: "no answer within \(patience)")
                }
                usleep(200)
            }
        }
    }

    private static func string(_ reply: UnsafeMutablePointer<redisReply>) -> String {
        String(decoding: reply.text, as: UTF8.self)
    }

    /// `text` as a pattern that matches nothing else.
    private static func literal(_ text: String) -> String {
        text.map { "*?[]\\^".contains($0) ? "\\\($0)" : String($0) }.joined()
    }
}

extension RedisAddress {
    /// What is sent first on a connection.
    var greeting: [[[UInt8]]] {
        var commands: [[String]] = []
        if let password { commands.append(["AUTH"] + (user.map { [$0] } ?? []) + [password]) }
        if database != 0 { commands.append(["SELECT", String(database)]) }
        return commands.map { $0.map { Array($0.utf8) } }
    }
}
#endif
