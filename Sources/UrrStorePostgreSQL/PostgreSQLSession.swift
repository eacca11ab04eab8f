#if PostgreSQL
import CPostgreSQL
import Glibc
import UrrPlatform
import UrrStore

/// One connection, driven without waiting: connect, prepare, send, receive are stages that
/// `poll` moves on. A lost connection is made anew, with back-off, and the batch sent again.
final class PostgreSQLSession: StoreSession {
    /// Keys of a statement.
    private static let batchLimit = 500

    private enum Stage {
        case away
        case connecting
        case preparing(Int)
        case ready
        case waiting
    }

    private let address: String
    private let scope: [CChar]
    private var connection: OpaquePointer?
    private var stage = Stage.away
    private var batch = StoreBatch(limit: batchLimit)
    private var index = KeyIndex(limit: batchLimit)
    private var claims = ClaimSource()
    private var claim = EventKey(high: 0, low: 0)
    /// Whether the batch may have been recorded by an attempt that was not answered.
    private var isRepeat = false
    private var keysText = [CChar](
        repeating: 0, count: 3 + batchLimit * (EventKey.textByteCount + 1))
    private var claimText = [CChar](repeating: 0, count: EventKey.textByteCount + 1)
    private var returned = [Bool](repeating: false, count: batchLimit)
    private var failure: String?
    /// Whether the answer came already when the batch was begun.
    private var hasAnswer = false

    init(address: String, scope: String) {
        self.address = address
        self.scope = Array(scope.utf8CString)
        super.init(batchLimit: Self.batchLimit)
    }

    deinit { PQfinish(connection) }

    override var lastFailure: String? { failure }

    override func close() {
        PQfinish(connection)
        connection = nil
        stage = .away
    }

    override func begin(
        _ operation: StoreOperation, _ keys: UnsafeBufferPointer<EventKey>, now: Nanoseconds
    ) {
        batch.begin(operation, keys, now: now)
        index.fill(batch)
        claim = claims.next()
        isRepeat = false
        writeParameters()
        hasAnswer = advance(now)
    }

    override func poll(
        now: Nanoseconds, into known: UnsafeMutablePointer<Bool>
    ) -> StoreProgress {
        guard hasAnswer || advance(now) else { return .pending }
        hasAnswer = false
        for place in 0..<batch.count {
            let first = index.first(batch.key(place), in: batch) ?? place
            switch batch.operation {
            case .lookUp: known[place] = returned[first]
            case .record: known[place] = first != place || !returned[place]
            }
        }
        batch.finish(known, counting: &statistics)
        return .done
    }

    /// Moves on as far as that goes without waiting; true when the batch is answered.
    private func advance(_ now: Nanoseconds) -> Bool {
        while true {
            let moved: Bool
            if isOverdue(now) { return false }
            switch stage {
            case .away: moved = batch.mayTry(now) && connect(now)
            case .connecting: moved = goOnConnecting(now)
            case .preparing(let number): moved = goOnPreparing(number, now)
            case .ready: moved = send(now)
            case .waiting:
                guard let succeeded = receive(now) else { return false }
                if succeeded { return true }
                moved = false
            }
            if !moved { return false }
        }
    }

    /// Gives up on a server that does not answer: it may stand still, or be cut off.
    private func isOverdue(_ now: Nanoseconds) -> Bool {
        guard batch.isOverdue(now) else { return false }
        _ = lose(now, because: "no answer within \(StoreBatch.patience / 1_000_000_000) s")
        return true
    }

    // MARK: Connecting

    private func connect(_ now: Nanoseconds) -> Bool {
        batch.attempt(now)
        connection = PQconnectStart(address)
        guard connection != nil, PQstatus(connection) != CONNECTION_BAD else {
            return lose(now)
        }
        stage = .connecting
        return true
    }

    private func goOnConnecting(_ now: Nanoseconds) -> Bool {
        guard socketIsReady() else { return false }
        switch PQconnectPoll(connection) {
        case PGRES_POLLING_OK:
            PQsetnonblocking(connection, 1)
            return prepare(0, now)
        case PGRES_POLLING_FAILED: return lose(now)
        default: return false
        }
    }

    private func socketIsReady() -> Bool {
        var request = pollfd(
            fd: PQsocket(connection), events: Int16(POLLIN | POLLOUT), revents: 0)
        return Glibc.poll(&request, 1, 0) != 0
    }

    private func prepare(_ number: Int, _ now: Nanoseconds) -> Bool {
        let statement = PostgreSQLStatements.all[number]
        guard PQsendPrepare(connection, statement.name, statement.text, 0, nil) == 1 else {
            return lose(now)
        }
        stage = .preparing(number)
        return true
    }

    private func goOnPreparing(_ number: Int, _ now: Nanoseconds) -> Bool {
        guard isAnswered(now) else { return false }
        guard takeResults({ PQresultStatus($0) == PGRES_COMMAND_OK }) else { return lose(now) }
        if number + 1 < PostgreSQLStatements.all.count { return prepare(number + 1, now) }
        stage = .ready
        return true
    }

    // MARK: A batch

    private func send(_ now: Nanoseconds) -> Bool {
        guard batch.count > 0, batch.mayTry(now) else { return false }
        let statement =
            switch batch.operation {
            case .lookUp: PostgreSQLStatements.lookUp
            case .record:
                isRepeat ? PostgreSQLStatements.recordAgain : PostgreSQLStatements.record
            }
        let isSent = scope.withUnsafeBufferPointer { scope in
            keysText.withUnsafeBufferPointer { keys in
                claimText.withUnsafeBufferPointer { claim in
                    var values = [scope.baseAddress, keys.baseAddress, claim.baseAddress]
                    return PQsendQueryPrepared(
                        connection, statement.name, statement.parameters, &values, nil, nil, 0)
                }
            }
        }
        // From here on the server may have the batch, whatever is heard of it.
        defer { isRepeat = true }
        guard isSent == 1 else { return lose(now) }
        batch.attempt(now)
        stage = .waiting
        return true
    }

    /// Nil while there is no answer; whether it was a good one.
    private func receive(_ now: Nanoseconds) -> Bool? {
        guard isAnswered(now) else { return nil }
        for place in 0..<batch.count { returned[place] = false }
        guard takeResults({ note($0) }) else { return refused(now) }
        stage = .ready
        return true
    }

    /// The server answered with an error (a deadlock with another session, a full disk): the
    /// batch is sent again later, over the same connection where that still stands.
    private func refused(_ now: Nanoseconds) -> Bool? {
        guard PQstatus(connection) == CONNECTION_OK else { return lose(now) }
        failure = postgreSQLMessage(of: connection)
        statistics.retries += 1
        stage = .ready
        batch.failed(now)
        return nil
    }

    /// Marks the keys of an answer.
    private func note(_ result: OpaquePointer) -> Bool {
        guard PQresultStatus(result) == PGRES_TUPLES_OK else { return false }
        for row in 0..<PQntuples(result) {
            guard PQgetlength(result, row, 0) == EventKey.textByteCount,
                let text = PQgetvalue(result, row, 0),
                let key = text.withMemoryRebound(
                    to: UInt8.self, capacity: EventKey.textByteCount, { EventKey(text: $0) }),
                let place = index.first(key, in: batch)
            else { return false }
            returned[place] = true
        }
        return true
    }

    /// Whether everything is sent and a whole answer is here.
    private func isAnswered(_ now: Nanoseconds) -> Bool {
        guard PQflush(connection) >= 0, PQconsumeInput(connection) == 1 else {
            return lose(now)
        }
        return PQisBusy(connection) == 0
    }

    /// Takes all results of one command; whether `isGood` held for each.
    private func takeResults(_ isGood: (OpaquePointer) -> Bool) -> Bool {
        var allGood = true
        while let result = PQgetResult(connection) {
            allGood = isGood(result) && allGood
            PQclear(result)
        }
        return allGood
    }

    /// Gives the connection up, for a later attempt with a new one. Always false.
    private func lose(_ now: Nanoseconds, because reason: String? = nil) -> Bool {
        failure = reason ?? postgreSQLMessage(of: connection)
        if case .connecting = stage {} else { statistics.outages += 1 }
        statistics.retries += 1
        PQfinish(connection)
        connection = nil
        stage = .away
        batch.failed(now)
        return false
    }

    /// The keys as an array in PostgreSQL's text form, and the claim.
    private func writeParameters() {
        keysText.withUnsafeMutableBytes { bytes in
            guard let base = bytes.baseAddress?.assumingMemoryBound(to: UInt8.self) else {
                return
            }
            var end = 0
            for place in 0..<batch.count {
                base[end] = UInt8(ascii: place == 0 ? "{" : ",")
                batch.key(place).writeText(to: base + end + 1)
                end += 1 + EventKey.textByteCount
            }
            base[end] = UInt8(ascii: "}")
            base[end + 1] = 0
        }
        claimText.withUnsafeMutableBytes { bytes in
            guard let base = bytes.baseAddress?.assumingMemoryBound(to: UInt8.self) else {
                return
            }
            claim.writeText(to: base)
        }
    }
}
#endif
