import UrrPlatform

/// What a receive gives out and a delete takes. Stamped with the delivery that it came from: a
/// later delivery of the same message has another one.
@frozen
public struct ReceiptHandle: Hashable, Sendable {
    /// The handle as one word, for whoever has to store it. Opaque: keyed with the queue.
    public let rawValue: UInt64

    /// A handle from a stored word. Any word can be passed to any queue.
    @inlinable
    public init(rawValue: UInt64) { self.rawValue = rawValue }
}

/// Bytes that were not given, as opposed to given and empty.
@inlinable
public var notGiven: UnsafeRawBufferPointer { UnsafeRawBufferPointer(start: nil, count: 0) }

/// One message to send. The memory that it points to has to stay until the call returns.
@frozen
public struct SendEntry {
    /// Distinguishes the entries of one batch; not looked at in a single send.
    public var id: UInt64
    /// MessageBody: 1 byte up to the queue's maximum.
    public var body: UnsafeRawBufferPointer
    /// MessageGroupId: 1 to 128 visible ASCII characters; needed in FIFO, refused in standard.
    public var messageGroupID: UnsafeRawBufferPointer
    /// MessageDeduplicationId: as the group id; may be left out with deduplication by content.
    public var deduplicationID: UnsafeRawBufferPointer
    /// DelaySeconds of this message, standard queues only; nil takes the queue's.
    public var delay: Nanoseconds?
    /// Extension: 0 to 7, greater first; 0 where the queue does not allow priorities.
    public var priority: UInt8
    /// Extension: how long after the send the message may be delivered; 0 has no end.
    public var timeToLive: Nanoseconds

    /// A message; see the properties.
    @inlinable
    public init(
        id: UInt64 = 0, body: UnsafeRawBufferPointer,
        messageGroupID: UnsafeRawBufferPointer = notGiven,
        deduplicationID: UnsafeRawBufferPointer = notGiven, delay: Nanoseconds? = nil,
        priority: UInt8 = 0, timeToLive: Nanoseconds = 0
    ) {
        self.id = id
        self.body = body
        self.messageGroupID = messageGroupID
        self.deduplicationID = deduplicationID
        self.delay = delay
        self.priority = priority
        self.timeToLive = timeToLive
    }
}

/// What became of one message that was sent.
@frozen
public struct SendResult: Equatable, Sendable {
    /// SequenceNumber, and the identity of the message in its queue: from 1 upwards. Of a
    /// duplicate, that of the message it repeats.
    public var sequence: UInt64
    /// Accepted, but not stored: its id is in the deduplication window.
    public var isDuplicate: Bool
    /// Why it was refused; nil where it was accepted.
    public var error: QueueError?

    /// A result; see the properties.
    @inlinable
    public init(sequence: UInt64 = 0, isDuplicate: Bool = false, error: QueueError? = nil) {
        self.sequence = sequence
        self.isDuplicate = isDuplicate
        self.error = error
    }
}

/// A ReceiveMessage request.
@frozen
public struct ReceiveRequest {
    /// MaxNumberOfMessages: 1 to 10.
    public var maximum: Int
    /// VisibilityTimeout of these messages: 0 to 12 hours; nil takes the queue's.
    public var visibilityTimeout: Nanoseconds?
    /// WaitTimeSeconds: 0 to 20 seconds. The core never waits; a standard queue answers a receive
    /// that would have waited differently at the in-flight limit.
    public var waitTime: Nanoseconds
    /// ReceiveRequestAttemptId: 1 to 128 visible ASCII characters, FIFO only.
    public var attemptID: UnsafeRawBufferPointer

    /// A request; see the properties.
    @inlinable
    public init(
        maximum: Int = 10, visibilityTimeout: Nanoseconds? = nil, waitTime: Nanoseconds = 0,
        attemptID: UnsafeRawBufferPointer = notGiven
    ) {
        self.maximum = maximum
        self.visibilityTimeout = visibilityTimeout
        self.waitTime = waitTime
        self.attemptID = attemptID
    }
}

/// One message as delivered. Its bytes stay where they are until the next call on the queue.
@frozen
public struct ReceivedMessage {
    /// For delete and change of visibility.
    public var handle: ReceiptHandle
    /// See `SendResult.sequence`.
    public var sequence: UInt64
    /// When it was sent; see `Queue.md` for dead letters.
    public var sentTime: Nanoseconds
    /// ApproximateReceiveCount, here exact up to 65,535: 1 at the first delivery.
    public var receiveCount: Int
    /// What was sent.
    public var body: UnsafeRawBufferPointer
    /// The group; empty in a standard queue.
    public var messageGroupID: UnsafeRawBufferPointer

    /// A message; see the properties.
    @inlinable
    public init(
        handle: ReceiptHandle = ReceiptHandle(rawValue: 0), sequence: UInt64 = 0,
        sentTime: Nanoseconds = 0, receiveCount: Int = 0,
        body: UnsafeRawBufferPointer = notGiven, messageGroupID: UnsafeRawBufferPointer = notGiven
    ) {
        self.handle = handle
        self.sequence = sequence
        self.sentTime = sentTime
        self.receiveCount = receiveCount
        self.body = body
        self.messageGroupID = messageGroupID
    }
}

/// What a receive came to.
@frozen
public struct ReceiveResult: Equatable, Sendable {
    /// Messages delivered, 0 to the maximum asked for.
    public var count: Int
    /// Why nothing was delivered, where something was wrong.
    public var error: QueueError?

    /// A result; see the properties.
    @inlinable
    public init(count: Int = 0, error: QueueError? = nil) {
        self.count = count
        self.error = error
    }
}

/// A message to delete or to change the visibility of, in a batch.
@frozen
public struct SettleEntry: Sendable {
    /// Distinguishes the entries of one batch.
    public var id: UInt64
    /// The delivery that is meant.
    public var handle: ReceiptHandle
    /// VisibilityTimeout from now: 0 to 12 hours. Deletes do not look at it.
    public var visibilityTimeout: Nanoseconds

    /// An entry; see the properties.
    @inlinable
    public init(id: UInt64, handle: ReceiptHandle, visibilityTimeout: Nanoseconds = 0) {
        self.id = id
        self.handle = handle
        self.visibilityTimeout = visibilityTimeout
    }
}

/// What a delete or a change of visibility came to.
@frozen
public enum SettleResult: Equatable, Sendable {
    /// The message was deleted, or its visibility changed.
    case done
    /// The call succeeds as it does in SQS, but there was nothing for it to do: the message is gone
    /// already, or (standard queues) was delivered again and is somebody else's.
    case ignored
    /// Refused.
    case failed(QueueError)
}
