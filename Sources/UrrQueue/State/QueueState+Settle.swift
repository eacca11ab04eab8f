import UrrPlatform

/// DeleteMessage, ChangeMessageVisibility, PurgeQueue.
extension QueueState {
    /// What a receipt handle stands for.
    enum Meaning {
        /// The latest delivery of a message that is retained.
        case current(UInt32)
        /// An earlier delivery of a message that is retained.
        case stale
        /// A delivery of a message that is not retained any more.
        case gone
        /// Nothing that this queue ever gave out.
        case unknown
    }

    @inline(__always)
    func meaning(_ handle: ReceiptHandle) -> Meaning { meaning(handles.decode(handle)) }

    @inline(__always)
    private func meaning(_ handle: (index: UInt32, generation: UInt32)) -> Meaning {
        let (index, generation) = handle
        guard index != 0, index < messages.end else { return .unknown }
        let message = messages.at(index).pointee
        guard generation != 0, generation <= message.generation else { return .unknown }
        if message.state == .free { return .gone }
        // The deliveries of this message are the last ones of the record.
        if generation <= message.generation &- message.receiveCount { return .gone }
        return generation == message.generation ? .current(index) : .stale
    }

    mutating func delete(_ handle: ReceiptHandle) -> SettleResult {
        delete(handles.decode(handle))
    }

    @inline(__always)
    private mutating func delete(_ handle: (index: UInt32, generation: UInt32)) -> SettleResult {
        switch meaning(handle) {
        case .unknown: return .failed(.receiptHandleIsInvalid)
        case .gone: return .ignored
        case .stale: return isFIFO ? .failed(.invalidParameterValue) : .ignored
        case .current(let index):
            // FIFO: after the timeout the handle has expired, delivered again or not.
            if isFIFO, messages.at(index).pointee.state != .inFlight {
                return .failed(.invalidParameterValue)
            }
            totals.deleted &+= 1
            remove(index)
            return .done
        }
    }

    /// Deletes up to ten messages. What they touch is asked for first: the misses overlap.
    mutating func delete(
        _ entries: UnsafeBufferPointer<SettleEntry>,
        _ results: UnsafeMutableBufferPointer<SettleResult>
    ) {
        let first = entries.baseAddress.unsafelyUnwrapped
        let answers = results.baseAddress.unsafelyUnwrapped
        for number in 0..<entries.count {
            let handle = handles.decode(first[number].handle)
            decoded[number] = handle
            if handle.index < messages.end { prefetchAround(handle.index) }
        }
        for number in 0..<entries.count { answers[number] = delete(decoded[number]) }
    }

    @inline(__always)
    mutating func changeVisibility(
        _ handle: ReceiptHandle, _ timeout: Nanoseconds
    ) -> SettleResult {
        guard timeout >= 0, timeout <= QueueLimits.visibilityTimeout else {
            return .failed(.invalidParameterValue)
        }
        switch meaning(handle) {
        case .unknown: return .failed(.receiptHandleIsInvalid)
        case .gone, .stale: return .failed(.invalidParameterValue)
        case .current(let index):
            let message = messages.at(index)
            guard message.pointee.state == .inFlight else { return .failed(.messageNotInflight) }
            let start = timers.at(message.pointee.link).pointee.startTime
            guard time &- start &+ timeout <= QueueLimits.visibilityTimeout else {
                return .failed(.invalidParameterValue)
            }
            message.pointee.isChanged = true
            if timeout == 0 {
                wheel.cancel(message.pointee.link, timers)
                makeReady(index)
            } else {
                restartTimer(index, duration: timeout)
            }
            return .done
        }
    }

    /// Lets the running timer of a message end `duration` from now.
    @inline(__always)
    mutating func restartTimer(_ index: UInt32, duration: Nanoseconds) {
        let timer = messages.at(index).pointee.link
        wheel.cancel(timer, timers)
        timers.at(timer).pointee.deadline = deadline(after: duration)
        wheel.add(timer, timers)
    }

    /// Drops all messages, in flight or not. Costs as much as deleting them.
    mutating func purge() -> QueueError? {
        if let lastPurge, time &- lastPurge < configuration.purgeInterval {
            return .purgeQueueInProgress
        }
        lastPurge = time
        while oldest != 0 {
            totals.purged &+= 1
            remove(oldest)
        }
        return nil
    }
}
