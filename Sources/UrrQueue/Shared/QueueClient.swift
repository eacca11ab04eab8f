import UrrPlatform

/// One thread's access to a shared queue. Each call hands one batch to the core and returns with
/// the answer; see `QueueCore` for what the calls mean.
public final class QueueClient: @unchecked Sendable {
    /// The queue that this is a client of.
    public let queue: SharedQueue
    private let number: Int
    private let arena: MemoryRegion
    private let rules: SendRules
    private let prepared: UnsafeMutablePointer<PreparedEntry>

    init(_ queue: SharedQueue, _ number: Int, core: QueueCore) throws(MemoryError) {
        let message =
            core.configuration.maximumMessageSize + QueueLimits.identifier.upperBound
        arena = try MemoryRegion(byteCount: QueueLimits.batch * message)
        self.queue = queue
        self.number = number
        rules = SendRules(core.configuration)
        prepared = .allocate(capacity: QueueLimits.batch)
        prepared.initialize(repeating: PreparedEntry(), count: QueueLimits.batch)
        call.pointee.core = .passUnretained(core)
    }

    deinit { prepared.deallocate() }

    @inline(__always)
    private var call: UnsafeMutablePointer<QueueCall> { queue.mailbox(number).call }

    @inline(__always)
    private func perform(_ kind: QueueCall.Kind, _ now: Nanoseconds) -> QueueError? {
        call.pointee.kind = kind
        call.pointee.now = now
        queue.perform(number)
        return call.pointee.error
    }

    /// SendMessageBatch. What does not need the queue is done by the calling thread.
    public func sendMessageBatch(
        _ entries: UnsafeBufferPointer<SendEntry>,
        results: UnsafeMutableBufferPointer<SendResult>, now: Nanoseconds
    ) -> QueueError? {
        if let error = BatchRules.problem(entries) { return error }
        invariant(results.count >= entries.count, "too few places for results")
        let first = entries.baseAddress.unsafelyUnwrapped
        for number in 0..<entries.count { rules.prepare(first + number, prepared + number) }
        call.pointee.prepared = prepared
        call.pointee.sends = entries
        call.pointee.sendResults = results
        return perform(.send, now)
    }

    /// ReceiveMessage, without waiting. The bytes delivered stay until the next receive of this
    /// client.
    public func receiveMessage(
        _ request: ReceiveRequest, into target: UnsafeMutableBufferPointer<ReceivedMessage>,
        now: Nanoseconds
    ) -> ReceiveResult {
        call.pointee.request = request
        call.pointee.target = target
        call.pointee.arena = arena.base
        let error = perform(.receive, now)
        return ReceiveResult(count: call.pointee.count, error: error)
    }

    /// ReceiveMessage as a long poll: asks until there is a message or the request's wait time is
    /// over, and does what `idle` says between two questions.
    @inlinable
    public func receiveMessage<Clock: MonotonicClock>(
        _ request: ReceiveRequest, into target: UnsafeMutableBufferPointer<ReceivedMessage>,
        clock: Clock, idle: inout IdleStrategy
    ) -> ReceiveResult {
        var now = clock.now()
        let end = now &+ request.waitTime
        while true {
            let result = receiveMessage(request, into: target, now: now)
            if result.count > 0 || result.error != nil || now >= end {
                idle.reset()
                return result
            }
            idle.idle()
            now = clock.now()
        }
    }

    /// DeleteMessageBatch.
    public func deleteMessageBatch(
        _ entries: UnsafeBufferPointer<SettleEntry>,
        results: UnsafeMutableBufferPointer<SettleResult>, now: Nanoseconds
    ) -> QueueError? {
        call.pointee.settles = entries
        call.pointee.settleResults = results
        return perform(.delete, now)
    }

    /// ChangeMessageVisibilityBatch.
    public func changeMessageVisibilityBatch(
        _ entries: UnsafeBufferPointer<SettleEntry>,
        results: UnsafeMutableBufferPointer<SettleResult>, now: Nanoseconds
    ) -> QueueError? {
        call.pointee.settles = entries
        call.pointee.settleResults = results
        return perform(.changeVisibility, now)
    }

    /// StartMessageMoveTask, one step of it: moves up to `maximum` messages from this dead-letter
    /// queue to core number `destination`, or to its source where it has one only.
    public func redrive(
        to destination: Int? = nil, maximum: Int, now: Nanoseconds
    ) -> QueueCore.RedriveResult {
        call.pointee.destination = destination.map { .passUnretained(queue.cores[$0]) }
        call.pointee.maximum = maximum
        let error = perform(.redrive, now)
        return QueueCore.RedriveResult(count: call.pointee.count, error: error)
    }

    /// PurgeQueue.
    public func purge(now: Nanoseconds) -> QueueError? { perform(.purge, now) }

    /// GetQueueAttributes.
    public func attributes(now: Nanoseconds) -> QueueAttributes {
        _ = perform(.attributes, now)
        return call.pointee.attributes
    }
}
