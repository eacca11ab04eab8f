import UrrPlatform
import UrrQueue

/// The three calls that are measured. Conformances are specialised away: what is called in the end
/// is the queue.
protocol QueueAccess: Sendable {
    /// Whether the whole batch was accepted and nothing of it was a duplicate.
    func send(
        _ entries: UnsafeBufferPointer<SendEntry>,
        _ results: UnsafeMutableBufferPointer<SendResult>, now: Nanoseconds
    ) -> Bool
    func receive(_ places: UnsafeMutableBufferPointer<ReceivedMessage>, now: Nanoseconds) -> Int
    /// Whether all were deleted.
    func delete(
        _ entries: UnsafeBufferPointer<SettleEntry>,
        _ results: UnsafeMutableBufferPointer<SettleResult>, now: Nanoseconds
    ) -> Bool
}

/// The queue itself, used by one thread at a time. Single messages go through the calls for single
/// messages.
struct CoreAccess: QueueAccess, @unchecked Sendable {
    let core: QueueCore

    @inline(__always)
    func send(
        _ entries: UnsafeBufferPointer<SendEntry>,
        _ results: UnsafeMutableBufferPointer<SendResult>, now: Nanoseconds
    ) -> Bool {
        if entries.count == 1 {
            return core.sendMessage(entries[0], now: now).isNew
        }
        guard core.sendMessageBatch(entries, results: results, now: now) == nil else {
            return false
        }
        return results.areAllNew
    }

    @inline(__always)
    func receive(
        _ places: UnsafeMutableBufferPointer<ReceivedMessage>, now: Nanoseconds
    ) -> Int {
        core.receiveMessage(ReceiveRequest(maximum: places.count), into: places, now: now).count
    }

    @inline(__always)
    func delete(
        _ entries: UnsafeBufferPointer<SettleEntry>,
        _ results: UnsafeMutableBufferPointer<SettleResult>, now: Nanoseconds
    ) -> Bool {
        if entries.count == 1 { return core.deleteMessage(entries[0].handle, now: now) == .done }
        guard core.deleteMessageBatch(entries, results: results, now: now) == nil else {
            return false
        }
        return results.areAllDone(entries.count)
    }
}

/// A client of a shared queue.
struct ClientAccess: QueueAccess {
    let client: QueueClient

    @inline(__always)
    func send(
        _ entries: UnsafeBufferPointer<SendEntry>,
        _ results: UnsafeMutableBufferPointer<SendResult>, now: Nanoseconds
    ) -> Bool {
        guard client.sendMessageBatch(entries, results: results, now: now) == nil else {
            return false
        }
        return results.areAllNew
    }

    @inline(__always)
    func receive(
        _ places: UnsafeMutableBufferPointer<ReceivedMessage>, now: Nanoseconds
    ) -> Int {
        client.receiveMessage(ReceiveRequest(maximum: places.count), into: places, now: now).count
    }

    @inline(__always)
    func delete(
        _ entries: UnsafeBufferPointer<SettleEntry>,
        _ results: UnsafeMutableBufferPointer<SettleResult>, now: Nanoseconds
    ) -> Bool {
        guard client.deleteMessageBatch(entries, results: results, now: now) == nil else {
            return false
        }
        return results.areAllDone(entries.count)
    }
}

extension SendResult {
    @inline(__always)
    fileprivate var isNew: Bool { error == nil && !isDuplicate }
}

extension UnsafeMutableBufferPointer<SendResult> {
    @inline(__always)
    fileprivate var areAllNew: Bool {
        for result in self where !result.isNew { return false }
        return true
    }
}

extension UnsafeMutableBufferPointer<SettleResult> {
    @inline(__always)
    fileprivate func areAllDone(_ count: Int) -> Bool {
        for number in 0..<count where self[number] != .done { return false }
        return true
    }
}
