import UrrPlatform

/// Why a call or one entry of a batch was refused, named as SQS names it. Nothing that is refused
/// leaves a trace in the queue.
///
/// Reference: "Actions" of the Amazon SQS API Reference; `Queue.md` says which input gives which.
@frozen
public enum QueueError: UInt8, Error, Sendable, CaseIterable {
    /// A value is outside its range, does not suit the kind of queue, or a receipt handle names a
    /// message that it can no longer change.
    case invalidParameterValue
    /// A value that this kind of queue needs was not given.
    case missingParameter
    /// The batch has no entry.
    case emptyBatchRequest
    /// The batch has more than ten entries.
    case tooManyEntriesInBatchRequest
    /// Two entries of the batch have the same id.
    case batchEntryIdsNotDistinct
    /// The bodies of the batch are together longer than 1 MiB (`QueueLimits.batchBytes`).
    case batchRequestTooLong
    /// The receipt handle was never given out by this queue.
    case receiptHandleIsInvalid
    /// The message is not in flight, so that its visibility cannot be changed.
    case messageNotInflight
    /// A standard queue has its full number of messages in flight and the receive does not wait;
    /// or the memory that the queue was configured with is used up.
    case overLimit
    /// The last purge is less than the purge interval ago.
    case purgeQueueInProgress
    /// The queue was shut.
    case queueDoesNotExist

    /// The error code in the words of SQS.
    public var code: String {
        switch self {
        case .invalidParameterValue: return "InvalidParameterValue"
        case .missingParameter: return "MissingParameter"
        case .emptyBatchRequest: return "EmptyBatchRequest"
        case .tooManyEntriesInBatchRequest: return "TooManyEntriesInBatchRequest"
        case .batchEntryIdsNotDistinct: return "BatchEntryIdsNotDistinct"
        case .batchRequestTooLong: return "BatchRequestTooLong"
        case .receiptHandleIsInvalid: return "ReceiptHandleIsInvalid"
        case .messageNotInflight: return "MessageNotInflight"
        case .overLimit: return "OverLimit"
        case .purgeQueueInProgress: return "PurgeQueueInProgress"
        case .queueDoesNotExist: return "QueueDoesNotExist"
        }
    }
}

/// Why a queue could not be made.
public enum QueueSetupError: Error, CustomStringConvertible {
    /// The configuration cannot be used; every problem is listed.
    case configuration([String])
    /// The address space could not be had.
    case memory(MemoryError)

    /// What was refused, with the rules.
    public var description: String {
        switch self {
        case .configuration(let problems):
            return "queue configuration: " + problems.joined(separator: "; ")
        case .memory(let error):
            return error.description
        }
    }
}
