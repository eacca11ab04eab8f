import UrrPlatform

/// Dead letters.
extension QueueCore {
    /// What a redrive came to.
    public struct RedriveResult: Equatable, Sendable {
        /// Messages moved.
        public var count = 0
        /// Why it could not begin or go on.
        public var error: QueueError?

        /// A result; see the properties.
        public init(count: Int = 0, error: QueueError? = nil) {
            self.count = count
            self.error = error
        }
    }

    /// RedrivePolicy: a message that was delivered `maxReceiveCount` times, 1 to 1,000, goes to
    /// `queue` instead of being delivered again. Both queues are of one kind and used by one
    /// thread; a way that leads back to this queue is refused.
    public func setRedrivePolicy(
        deadLetterQueue queue: QueueCore, maxReceiveCount: Int
    ) -> QueueError? {
        if state.pointee.isShut || queue.state.pointee.isShut { return .queueDoesNotExist }
        guard QueueLimits.maxReceiveCount.contains(maxReceiveCount),
            queue.configuration.kind == configuration.kind
        else { return .invalidParameterValue }
        var step: QueueCore? = queue
        while let reached = step {
            if reached === self { return .invalidParameterValue }
            step = reached.deadLetterQueue
        }
        removeRedrivePolicy()
        queue.sources.append(Unmanaged.passUnretained(self))
        deadLetterQueue = queue
        state.pointee.deadLetters = queue.state
        state.pointee.maxReceiveCount = UInt32(maxReceiveCount)
        return nil
    }

    /// Takes the redrive policy away.
    public func removeRedrivePolicy() {
        let own = Unmanaged.passUnretained(self).toOpaque()
        deadLetterQueue?.sources.removeAll { $0.toOpaque() == own }
        deadLetterQueue = nil
        state.pointee.deadLetters = nil
    }

    /// StartMessageMoveTask: moves up to `maximum` messages from this dead-letter queue to
    /// `destination`, or to its source where it has one only. They are new messages there. What is
    /// delayed, in flight or blocked stays.
    public func redrive(
        to destination: QueueCore? = nil, maximum: Int = .max, now: Nanoseconds
    ) -> RedriveResult {
        if state.pointee.isShut { return RedriveResult(error: .queueDoesNotExist) }
        guard maximum > 0, !sources.isEmpty,
            let target = destination
                ?? (sources.count == 1 ? sources[0].takeUnretainedValue() : nil),
            target !== self, target.configuration.kind == configuration.kind
        else { return RedriveResult(error: .invalidParameterValue) }
        if target.state.pointee.isShut { return RedriveResult(error: .queueDoesNotExist) }
        state.pointee.advance(now)
        target.state.pointee.advance(now)
        let (count, isFull) = state.pointee.redrive(to: target.state, maximum: maximum)
        return RedriveResult(count: count, error: isFull ? .overLimit : nil)
    }
}
