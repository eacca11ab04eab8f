import UrrPlatform

/// What a queue asks of a message that is sent, and what can be worked out of it without the queue:
/// constant, so that every client of a shared queue does it for itself, at the same time.
struct SendRules {
    let configuration: QueueConfiguration
    let isFIFO: Bool
    let deduplicates: Bool
    let hashKey: (UInt64, UInt64)

    init(_ configuration: QueueConfiguration) {
        self.configuration = configuration
        isFIFO = configuration.kind == .fifo
        deduplicates = isFIFO && configuration.deduplication != .off
        hashKey = (mix64(configuration.hashSeed), mix64(~configuration.hashSeed))
    }

    /// Checks one entry, and hashes what identifies it.
    @inline(__always)
    func prepare(
        _ entry: UnsafePointer<SendEntry>, _ known: UnsafeMutablePointer<PreparedEntry>
    ) {
        known.pointee.error = problem(entry)
        guard isFIFO, known.pointee.error == nil else { return }
        if deduplicates { known.pointee.print = fingerprint(entry) }
        known.pointee.groupHash = nameHash(entry.pointee.messageGroupID)
    }

    @inline(__always)
    private func problem(_ entry: UnsafePointer<SendEntry>) -> QueueError? {
        let count = entry.pointee.body.count
        if count == 0 { return .missingParameter }
        if count > configuration.maximumMessageSize { return .invalidParameterValue }
        if Int64(entry.pointee.priority) | entry.pointee.timeToLive != 0,
            let error = extensionProblem(entry.pointee)
        {
            return error
        }
        return isFIFO ? fifoProblem(entry) : standardProblem(entry.pointee)
    }

    private func extensionProblem(_ entry: SendEntry) -> QueueError? {
        let isPriorityFine =
            entry.priority == 0
            || configuration.allowsPriority && entry.priority <= QueueLimits.priority.upperBound
        let isTimeFine =
            entry.timeToLive == 0
            || configuration.allowsTimeToLive
                && entry.timeToLive > 0 && entry.timeToLive <= QueueLimits.retention.upperBound
        return isPriorityFine && isTimeFine ? nil : .invalidParameterValue
    }

    @inline(__always)
    private func fifoProblem(_ entry: UnsafePointer<SendEntry>) -> QueueError? {
        let (group, id) = (entry.pointee.messageGroupID, entry.pointee.deduplicationID)
        guard group.baseAddress != nil else { return .missingParameter }
        guard isIdentifier(group) else { return .invalidParameterValue }
        if id.baseAddress == nil {
            if configuration.deduplication == .byID { return .invalidParameterValue }
        } else if !isIdentifier(id) {
            return .invalidParameterValue
        }
        // A delay of zero is what it would be anyway.
        guard let delay = entry.pointee.delay else { return nil }
        return delay == 0 ? nil : .invalidParameterValue
    }

    @inline(__always)
    private func standardProblem(_ entry: SendEntry) -> QueueError? {
        guard entry.messageGroupID.baseAddress == nil, entry.deduplicationID.baseAddress == nil
        else { return .invalidParameterValue }
        guard let delay = entry.delay else { return nil }
        return delay >= 0 && delay <= QueueLimits.delay ? nil : .invalidParameterValue
    }

    /// What the message is told apart by. Bodies and ids have different keys, and so have groups
    /// where they are the scope.
    @inline(__always)
    private func fingerprint(_ entry: UnsafePointer<SendEntry>) -> Fingerprint {
        let isContent = entry.pointee.deduplicationID.baseAddress == nil
        var key = (isContent ? ~hashKey.0 : hashKey.0, hashKey.1)
        if configuration.deduplicationScope == .messageGroup {
            key = scopeKey(key, entry.pointee.messageGroupID)
        }
        var hash = SipHash(key0: key.0, key1: key.1)
        return hash.hash(
            isContent ? entry.pointee.body : entry.pointee.deduplicationID, compression: 1,
            finalization: 3)
    }

    @inline(never)
    private func scopeKey(
        _ key: (UInt64, UInt64), _ group: UnsafeRawBufferPointer
    ) -> (UInt64, UInt64) {
        var hash = SipHash(key0: key.0, key1: key.1)
        let print = hash.hash(group, compression: 1, finalization: 3)
        return (print.low, print.high)
    }
}

/// What is known of an entry before anything is looked up. The buckets stay where they are as long
/// as their tables have room for what comes.
struct PreparedEntry {
    var print = Fingerprint(low: 0, high: 0)
    /// Where the fingerprint belongs in the window; nil where it is not to be remembered.
    var windowHead: UnsafeMutablePointer<WindowTable.Head>?
    var groupHash: UInt64 = 0
    var groupHead: UnsafeMutablePointer<UInt32>?
    var error: QueueError?
}

/// Whether SQS takes these bytes as a group, deduplication or attempt id.
@inline(__always)
func isIdentifier(_ bytes: UnsafeRawBufferPointer) -> Bool {
    bytes.count >= 1 && bytes.count <= QueueLimits.identifier.upperBound && isVisibleASCII(bytes)
}
