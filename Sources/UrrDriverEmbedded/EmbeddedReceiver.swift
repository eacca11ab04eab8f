import UrrDriver
import UrrPlatform
import UrrQueue

/// What the workers of one group on one thread have in common: the thread's access to the queue.
final class ReceivingThread {
    let client: QueueClient
    let target: UnsafeMutablePointer<ReceivedMessage>

    init(_ client: QueueClient) {
        self.client = client
        target = .allocate(capacity: QueueLimits.batch)
        target.initialize(repeating: ReceivedMessage(), count: QueueLimits.batch)
    }

    deinit { target.deallocate() }
}

/// One worker of a queue of the embedded core. Used by one thread.
public final class EmbeddedReceiver: QueueReceiver {
    /// One batch of settlements of a kind, and the answers that were not polled yet.
    @usableFromInline
    struct SettleBatch {
        let entries: UnsafeMutablePointer<SettleEntry>
        let results: UnsafeMutablePointer<SettleResult>
        let tokens: UnsafeMutablePointer<UInt64>
        var count = 0

        init() {
            entries = .allocate(capacity: QueueLimits.batch)
            results = .allocate(capacity: QueueLimits.batch)
            results.initialize(repeating: .done, count: QueueLimits.batch)
            tokens = .allocate(capacity: QueueLimits.batch)
        }

        mutating func append(_ settlement: QueueSettlement) {
            invariant(count < QueueLimits.batch, "at most ten settlements between two flushes")
            (entries + count).initialize(
                to: SettleEntry(
                    id: UInt64(count), handle: ReceiptHandle(rawValue: settlement.handle),
                    visibilityTimeout: settlement.visibleAfter ?? 0))
            tokens[count] = settlement.token
            count += 1
        }

        func deallocate() {
            entries.deallocate()
            results.deallocate()
            tokens.deallocate()
        }
    }

    /// State behind a `let` pointer: see `EmbeddedProducer`.
    private struct State {
        var deletes = SettleBatch()
        var changes = SettleBatch()
        var answers = UnsafeMutablePointer<QueueSettlement.Answer>.allocate(
            capacity: EmbeddedReceiver.answerCapacity)
        var head = 0
        var tail = 0
    }

    private static let answerCapacity = 32
    /// Keeps the client's and the target's memory.
    private let thread: ReceivingThread
    private let client: Unmanaged<QueueClient>
    private let target: UnsafeMutablePointer<ReceivedMessage>
    private let request: ReceiveRequest
    private let state: UnsafeMutablePointer<State>

    init(_ thread: ReceivingThread, _ receiving: Topology.Receiving) {
        self.thread = thread
        client = .passUnretained(thread.client)
        target = thread.target
        request = ReceiveRequest(
            visibilityTimeout: receiving.visibilityTimeout, waitTime: receiving.waitTime)
        state = .allocate(capacity: 1)
        state.initialize(to: State())
    }

    deinit {
        state.pointee.deletes.deallocate()
        state.pointee.changes.deallocate()
        state.pointee.answers.deallocate()
        state.deallocate()
    }

    /// One ReceiveMessage, answered at once.
    public func receive(
        limit: Int, now: Nanoseconds, _ body: (QueueDelivery) -> Void
    ) -> Int {
        var request = request
        request.maximum = limit
        let result = client._withUnsafeGuaranteedRef {
            $0.receiveMessage(
                request, into: UnsafeMutableBufferPointer(start: target, count: QueueLimits.batch),
                now: now)
        }
        for number in 0..<result.count {
            let message = target + number
            body(
                QueueDelivery(
                    payload: message.pointee.body, handle: message.pointee.handle.rawValue,
                    receiveCount: UInt32(truncatingIfNeeded: message.pointee.receiveCount)))
        }
        return result.count
    }

    /// Puts it into the batch of its kind.
    public func settle(_ settlement: QueueSettlement) {
        if settlement.visibleAfter == nil {
            state.pointee.deletes.append(settlement)
        } else {
            state.pointee.changes.append(settlement)
        }
    }

    /// One DeleteMessageBatch and one ChangeMessageVisibilityBatch, where there is something to do.
    public func flush(now: Nanoseconds) {
        if state.pointee.deletes.count > 0 {
            flush(state.pointee.deletes, isDelete: true, now: now)
            state.pointee.deletes.count = 0
        }
        if state.pointee.changes.count > 0 {
            flush(state.pointee.changes, isDelete: false, now: now)
            state.pointee.changes.count = 0
        }
    }

    private func flush(_ batch: SettleBatch, isDelete: Bool, now: Nanoseconds) {
        let entries = UnsafeBufferPointer(start: batch.entries, count: batch.count)
        let results = UnsafeMutableBufferPointer(start: batch.results, count: QueueLimits.batch)
        let refusal =
            isDelete
            ? thread.client.deleteMessageBatch(entries, results: results, now: now)
            : thread.client.changeMessageVisibilityBatch(entries, results: results, now: now)
        for number in 0..<batch.count {
            let outcome = refusal == nil ? Self.outcome(batch.results[number]) : .failed
            invariant(
                state.pointee.tail - state.pointee.head < Self.answerCapacity,
                "answers are polled after each flush")
            state.pointee.answers[state.pointee.tail % Self.answerCapacity] =
                QueueSettlement.Answer(token: batch.tokens[number], outcome: outcome)
            state.pointee.tail += 1
        }
    }

    private static func outcome(_ result: SettleResult) -> QueueSettlement.Outcome {
        switch result {
        case .done: .done
        // Of a standard queue: the message is gone or somebody else's.
        case .ignored: .stale
        case .failed(.invalidParameterValue), .failed(.messageNotInflight): .stale
        case .failed: .failed
        }
    }

    /// Hands out answers.
    public func poll(limit: Int, _ body: (QueueSettlement.Answer) -> Void) -> Int {
        var polled = 0
        while state.pointee.head != state.pointee.tail, polled < limit {
            let answer = state.pointee.answers[state.pointee.head % Self.answerCapacity]
            state.pointee.head += 1
            polled += 1
            body(answer)
        }
        return polled
    }

    /// The queue's attributes.
    public func depth(now: Nanoseconds) -> QueueDepth {
        QueueDepth(thread.client.attributes(now: now))
    }

    /// Nothing to end: what was not deleted becomes visible again.
    public func close(deadline: Nanoseconds) throws(DriverError) {}
}

extension QueueDepth {
    init(_ attributes: QueueAttributes) {
        self.init()
        retained = Int64(attributes.retained)
        inFlight = Int64(attributes.inFlight)
        oldestAge = attributes.oldestAge
        let totals = attributes.totals
        stored = totals.sent + totals.movedIn
        dropped = totals.expired + totals.outlived + totals.purged
    }
}
