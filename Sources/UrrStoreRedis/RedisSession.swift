#if Redis
import CHiredis
import UrrPlatform
import UrrStore

/// One connection, one pipeline a batch. A lost connection is made anew, with back-off, and
/// the whole batch sent again: an entry that carries this batch's claim is its own.
final class RedisSession: StoreSession {
    /// Keys of a pipeline.
    private static let batchLimit = 500

    private enum Stage {
        case away
        case connecting
        case greeting(left: Int)
        case ready
        case waiting(answered: Int)
    }

    private let address: RedisAddress
    private let scope: [UInt8]
    private let expiry: [UInt8]
    private var connection: RedisConnection?
    private var stage = Stage.away
    private var batch = StoreBatch(limit: batchLimit)
    private var claims = ClaimSource()
    private var claim = EventKey(high: 0, low: 0)
    private var answers = [Bool](repeating: false, count: batchLimit)
    private var refusal: String?
    private var failure: String?
    /// Whether the answer came already when the batch was begun.
    private var isAnswered = false

    init(address: RedisAddress, scope: String, expiryMilliseconds: Int64) {
        self.address = address
        self.scope = Array(scope.utf8)
        expiry = Array(String(expiryMilliseconds).utf8)
        super.init(batchLimit: Self.batchLimit)
    }

    override var lastFailure: String? { failure }

    override func close() {
        connection = nil
        stage = .away
    }

    override func begin(
        _ operation: StoreOperation, _ keys: UnsafeBufferPointer<EventKey>, now: Nanoseconds
    ) {
        batch.begin(operation, keys, now: now)
        claim = claims.next()
        isAnswered = advance(now)
    }

    override func poll(
        now: Nanoseconds, into known: UnsafeMutablePointer<Bool>
    ) -> StoreProgress {
        guard isAnswered || advance(now) else { return .pending }
        isAnswered = false
        for place in 0..<batch.count { known[place] = answers[place] }
        batch.finish(known, counting: &statistics)
        return .done
    }

    /// Moves on as far as that goes without waiting; true when the batch is answered.
    private func advance(_ now: Nanoseconds) -> Bool {
        while true {
            let step: RedisConnection.Step
            // A server that does not answer may stand still, or be cut off.
            if batch.isOverdue(now) {
                lose("no answer within \(StoreBatch.patience / 1_000_000_000) s", now)
                return false
            }
            switch stage {
            case .away: step = connect(now)
            case .connecting: step = goOnConnecting()
            case .greeting(let left): step = goOnGreeting(left)
            case .ready: step = send(now)
            case .waiting(let answered):
                if answered == batch.count { return finishPipeline(now) }
                step = receive(answered)
            }
            switch step {
            case .done: continue
            case .wait: return false
            case .failed(let reason):
                lose(reason, now)
                return false
            }
        }
    }

    // MARK: Connecting

    private func connect(_ now: Nanoseconds) -> RedisConnection.Step {
        guard batch.mayTry(now) else { return .wait }
        batch.attempt(now)
        connection = RedisConnection(host: address.host, port: address.port)
        guard connection != nil else { return .failed("out of memory") }
        stage = .connecting
        return .done
    }

    private func goOnConnecting() -> RedisConnection.Step {
        guard let connection else { return .failed("no connection") }
        let step = connection.connected()
        if case .done = step {
            let greeting = address.greeting
            for command in greeting { connection.append(command) }
            stage = .greeting(left: greeting.count)
        }
        return step
    }

    private func goOnGreeting(_ left: Int) -> RedisConnection.Step {
        if left == 0 {
            stage = .ready
            return .done
        }
        let step = exchange { reply in refusal = reply.errorText }
        guard case .done = step else { return step }
        if let refusal { return .failed(refusal) }
        stage = .greeting(left: left - 1)
        return .done
    }

    // MARK: A batch

    private func send(_ now: Nanoseconds) -> RedisConnection.Step {
        guard let connection else { return .failed("no connection") }
        guard batch.count > 0, batch.mayTry(now) else { return .wait }
        for place in 0..<batch.count { connection.append(command(place)) }
        refusal = nil
        batch.attempt(now)
        stage = .waiting(answered: 0)
        return .done
    }

    private func command(_ place: Int) -> [[UInt8]] {
        let name = scope + text(of: batch.key(place))
        switch batch.operation {
        case .lookUp: return [Array("EXISTS".utf8), name]
        case .record:
            return [
                Array("SET".utf8), name, text(of: claim, place), Array("NX".utf8),
                Array("GET".utf8), Array("PX".utf8), expiry,
            ]
        }
    }

    private func receive(_ place: Int) -> RedisConnection.Step {
        let step = exchange { reply in
            if let error = reply.errorText {
                refusal = error
                return
            }
            switch batch.operation {
            case .lookUp: answers[place] = reply.pointee.integer != 0
            case .record: answers[place] = isOfAnother(reply, place)
            }
        }
        if case .done = step { stage = .waiting(answered: place + 1) }
        return step
    }

    /// Whether a key held something before, other than this batch's claim.
    private func isOfAnother(
        _ reply: UnsafeMutablePointer<redisReply>, _ place: Int
    ) -> Bool {
        guard reply.pointee.type != REDIS_REPLY_NIL else { return false }
        return !reply.text.elementsEqual(text(of: claim, place))
    }

    private func exchange(
        _ body: (UnsafeMutablePointer<redisReply>) -> Void
    ) -> RedisConnection.Step {
        guard let connection else { return .failed("no connection") }
        if case .failed(let reason) = connection.send() { return .failed(reason) }
        return connection.receive(body)
    }

    /// All replies are here. Where one was an error (out of memory, read-only), the batch is
    /// sent again later.
    private func finishPipeline(_ now: Nanoseconds) -> Bool {
        stage = .ready
        guard let refusal else { return true }
        failure = refusal
        statistics.retries += 1
        batch.failed(now)
        return false
    }

    private func lose(_ reason: String, _ now: Nanoseconds) {
        failure = reason
        switch stage {
        case .away, .connecting: break
        default: statistics.outages += 1
        }
        statistics.retries += 1
        connection = nil
        stage = .away
        batch.failed(now)
    }

    private func text(of key: EventKey) -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: EventKey.textByteCount) { buffer, count in
            guard let base = buffer.baseAddress else { return }
            key.writeText(to: base)
            count = EventKey.textByteCount
        }
    }

    /// Different for each place, so that a key twice in a batch is new only once.
    private func text(of claim: EventKey, _ place: Int) -> [UInt8] {
        text(of: claim) + Array(":\(place)".utf8)
    }
}
#endif
