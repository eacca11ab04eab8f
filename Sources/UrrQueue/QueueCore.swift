import UrrPlatform

/// A queue with the semantics of Amazon SQS, FIFO or standard, in memory. See `Queue.md`.
///
/// For one thread at a time; `SharedQueue` is for several. Every call names the present instant, so
/// that a simulated clock drives it as well as a real one; an instant before that of an earlier
/// call counts as that one. All calls but `purge` and the cold ones are O(1) amortised in what is
/// retained, in flight, delayed and remembered, and allocate nothing.
public final class QueueCore {
    let state: UnsafeMutablePointer<QueueState>
    /// What the queue was made with.
    public let configuration: QueueConfiguration
    /// Where messages go after too many deliveries.
    public internal(set) var deadLetterQueue: QueueCore?
    /// The queues that have this one as their dead-letter queue; they remove themselves.
    var sources: [Unmanaged<QueueCore>] = []

    /// An empty queue. Reserves address space for the whole capacity, touches little of it.
    public init(_ configuration: QueueConfiguration) throws(QueueSetupError) {
        let problems = configuration.problems()
        guard problems.isEmpty else { throw .configuration(problems) }
        self.configuration = configuration
        do throws(MemoryError) {
            let made = try QueueState(configuration)
            state = .allocate(capacity: 1)
            state.initialize(to: made)
        } catch {
            throw .memory(error)
        }
    }

    deinit {
        removeRedrivePolicy()
        state.deinitialize(count: 1)
        state.deallocate()
    }

    // MARK: Messages

    /// SendMessage. The bytes of the entry are copied.
    public func sendMessage(_ entry: SendEntry, now: Nanoseconds) -> SendResult {
        if state.pointee.isShut { return SendResult(error: .queueDoesNotExist) }
        state.pointee.advance(now)
        return withUnsafePointer(to: entry) { state.pointee.send($0) }
    }

    /// SendMessageBatch: 1 to 10 entries, each with its own result. An error that is returned
    /// concerns the whole batch, of which nothing was sent.
    public func sendMessageBatch(
        _ entries: UnsafeBufferPointer<SendEntry>,
        results: UnsafeMutableBufferPointer<SendResult>, now: Nanoseconds
    ) -> QueueError? {
        if state.pointee.isShut { return .queueDoesNotExist }
        if let error = BatchRules.problem(entries) { return error }
        invariant(results.count >= entries.count, "too few places for results")
        state.pointee.advance(now)
        state.pointee.send(entries, results)
        return nil
    }

    /// The same for entries that passed `BatchRules` and were prepared by the queue's rules.
    func sendPrepared(
        _ entries: UnsafeBufferPointer<SendEntry>, _ known: UnsafeMutablePointer<PreparedEntry>,
        results: UnsafeMutableBufferPointer<SendResult>, now: Nanoseconds
    ) -> QueueError? {
        if state.pointee.isShut { return .queueDoesNotExist }
        state.pointee.advance(now)
        state.pointee.send(
            entries.baseAddress.unsafelyUnwrapped, known, results.baseAddress.unsafelyUnwrapped,
            entries.count)
        return nil
    }

    /// ReceiveMessage, without waiting. `target` has room for the maximum asked for; the bytes that
    /// are delivered stay until the next call on this queue.
    public func receiveMessage(
        _ request: ReceiveRequest, into target: UnsafeMutableBufferPointer<ReceivedMessage>,
        now: Nanoseconds
    ) -> ReceiveResult {
        if state.pointee.isShut { return ReceiveResult(error: .queueDoesNotExist) }
        invariant(
            target.count >= min(request.maximum, QueueLimits.batch), "too few places for messages")
        state.pointee.advance(now)
        return state.pointee.receive(request, into: target)
    }

    /// DeleteMessage.
    public func deleteMessage(_ handle: ReceiptHandle, now: Nanoseconds) -> SettleResult {
        if state.pointee.isShut { return .failed(.queueDoesNotExist) }
        state.pointee.advance(now)
        return state.pointee.delete(handle)
    }

    /// DeleteMessageBatch: 1 to 10 entries, each with its own result.
    public func deleteMessageBatch(
        _ entries: UnsafeBufferPointer<SettleEntry>,
        results: UnsafeMutableBufferPointer<SettleResult>, now: Nanoseconds
    ) -> QueueError? {
        if let error = problem(entries) { return error }
        invariant(results.count >= entries.count, "too few places for results")
        state.pointee.advance(now)
        state.pointee.delete(entries, results)
        return nil
    }

    /// ChangeMessageVisibility: the message is in flight until `timeout` from now, 0 to 12 hours,
    /// and no more than 12 hours after it was received.
    public func changeMessageVisibility(
        _ handle: ReceiptHandle, timeout: Nanoseconds, now: Nanoseconds
    ) -> SettleResult {
        if state.pointee.isShut { return .failed(.queueDoesNotExist) }
        state.pointee.advance(now)
        return state.pointee.changeVisibility(handle, timeout)
    }

    /// ChangeMessageVisibilityBatch: 1 to 10 entries, each with its own result.
    public func changeMessageVisibilityBatch(
        _ entries: UnsafeBufferPointer<SettleEntry>,
        results: UnsafeMutableBufferPointer<SettleResult>, now: Nanoseconds
    ) -> QueueError? {
        if let error = problem(entries) { return error }
        invariant(results.count >= entries.count, "too few places for results")
        state.pointee.advance(now)
        for number in 0..<entries.count {
            let entry = entries[number]
            results[number] = state.pointee.changeVisibility(entry.handle, entry.visibilityTimeout)
        }
        return nil
    }

    @inline(__always)
    private func problem(_ entries: UnsafeBufferPointer<SettleEntry>) -> QueueError? {
        if state.pointee.isShut { return .queueDoesNotExist }
        return BatchRules.problem(entries.count) { entries[$0].id }
    }

    // MARK: The queue as a whole

    /// PurgeQueue: drops all messages, in flight or not; what is remembered for deduplication
    /// stays. O(retained).
    public func purge(now: Nanoseconds) -> QueueError? {
        if state.pointee.isShut { return .queueDoesNotExist }
        state.pointee.advance(now)
        return state.pointee.purge()
    }

    /// GetQueueAttributes, as of `now`.
    public func attributes(now: Nanoseconds) -> QueueAttributes {
        state.pointee.advance(now)
        return state.pointee.attributes
    }

    /// What the queue's tables take.
    public var memory: QueueMemory { state.pointee.memory }

    /// An instant before which no delay and no visibility timeout ends; nil where none runs. For a
    /// simulation that jumps to the next event.
    public var nextTimer: Nanoseconds? {
        state.pointee.wheel.nextTick.map { state.pointee.instant(ofTick: $0) }
    }

    /// DeleteQueue: every later call is answered with `queueDoesNotExist`.
    public func shut() { state.pointee.isShut = true }
}
