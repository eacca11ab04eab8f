import UrrPlatform
import UrrQueue

/// Batches of a queue with arrays instead of pointers, whoever carries them out.
enum ArrayCalls {
    /// The results; none where the whole batch was refused.
    static func send(
        _ batch: [ReferenceSend],
        by call: (UnsafeBufferPointer<SendEntry>, UnsafeMutableBufferPointer<SendResult>) ->
            QueueError?
    ) -> (error: QueueError?, results: [SendResult]) {
        let bytes = PinnedBytes()
        let entries = batch.map { QueueUnderTest.entry($0, bytes) }
        var results = [SendResult](repeating: SendResult(), count: batch.count)
        let error = results.withUnsafeMutableBufferPointer { results in
            entries.withUnsafeBufferPointer { call($0, results) }
        }
        return withExtendedLifetime(bytes) { (error, error == nil ? results : []) }
    }

    /// The results; none where the whole batch was refused.
    static func settle(
        _ batch: [SettleEntry],
        by call: (UnsafeBufferPointer<SettleEntry>, UnsafeMutableBufferPointer<SettleResult>) ->
            QueueError?
    ) -> (error: QueueError?, results: [SettleResult]) {
        var results = [SettleResult](repeating: .ignored, count: batch.count)
        let error = results.withUnsafeMutableBufferPointer { results in
            batch.withUnsafeBufferPointer { call($0, results) }
        }
        return (error, error == nil ? results : [])
    }
}

extension QueueClient {
    /// Sends `batch`; false where anything of it was refused.
    func send(batch: [ReferenceSend], now: Nanoseconds) -> (isWhole: Bool, duplicates: Int) {
        let (error, results) = ArrayCalls.send(batch) {
            sendMessageBatch($0, results: $1, now: now)
        }
        let isWhole = error == nil && results.allSatisfy { $0.error == nil }
        return (isWhole, results.count { $0.isDuplicate })
    }

    /// Deletes `messages`; how many were.
    func delete(_ messages: some Sequence<ReceivedMessage>, now: Nanoseconds) -> Int {
        let entries = messages.enumerated().map {
            SettleEntry(id: UInt64($0.offset), handle: $0.element.handle)
        }
        return ArrayCalls.settle(entries) {
            deleteMessageBatch($0, results: $1, now: now)
        }.results.count { $0 == .done }
    }
}
