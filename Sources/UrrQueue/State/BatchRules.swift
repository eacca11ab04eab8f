/// What can be wrong with a batch as a whole.
enum BatchRules {
    @inline(__always)
    static func problem(_ entries: UnsafeBufferPointer<SendEntry>) -> QueueError? {
        if let error = problem(entries.count, id: { entries[$0].id }) { return error }
        var bytes = 0
        for entry in entries { bytes &+= entry.body.count }
        return bytes > QueueLimits.batchBytes ? .batchRequestTooLong : nil
    }

    @inline(__always)
    static func problem(_ count: Int, id: (Int) -> UInt64) -> QueueError? {
        if count == 0 { return .emptyBatchRequest }
        if count > QueueLimits.batch { return .tooManyEntriesInBatchRequest }
        // Ids in ascending order, as most callers number them, cannot repeat.
        var isAscending = true
        for later in 1..<max(count, 1) where id(later) <= id(later &- 1) { isAscending = false }
        if isAscending { return nil }
        for later in 1..<count {
            for earlier in 0..<later where id(later) == id(earlier) {
                return .batchEntryIdsNotDistinct
            }
        }
        return nil
    }
}
