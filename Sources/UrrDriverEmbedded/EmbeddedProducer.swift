import UrrDriver
import UrrLog
import UrrPlatform

/// Sends to the partitions of one topic of the embedded core, or to one of its queues. Used by one
/// thread.
///
/// Everything that changes lives behind `let` pointers: a stored property that is mutated from
/// another module would cost an exclusivity check for every message.
public final class EmbeddedProducer: MessageProducer {
    @usableFromInline let exclusive: UnsafeMutablePointer<ExclusiveAppender>
    @usableFromInline let shared: UnsafeMutablePointer<SharedAppender>
    @usableFromInline let isShared: Bool
    @usableFromInline let partitions: Int
    /// Partitions appended to since the last flush, and whether each is in that list.
    @usableFromInline let unpublished: UnsafeMutablePointer<Int32>
    @usableFromInline let isUnpublished: UnsafeMutablePointer<Bool>
    @usableFromInline let unpublishedCount: UnsafeMutablePointer<Int>
    /// Next sequence number of each idempotent producer in each partition.
    @usableFromInline let expected: UnsafeMutablePointer<UInt64>
    @usableFromInline let expectedStride: Int
    /// The batch that is sent to a queue; nil for a topic.
    @usableFromInline let queue: UnsafeMutablePointer<QueueSendBatch>?
    /// Keeps the memory behind the appenders.
    private let topic: Topic?
    private let numbers: ProducerSequences

    convenience init(
        topic: Topic, exclusive: [ExclusiveAppender], shared: [SharedAppender],
        sequences: ProducerSequences
    ) {
        self.init(topic, exclusive, shared, sequences, nil)
    }

    /// Sends to a queue.
    convenience init(_ batch: consuming QueueSendBatch) {
        let queue = UnsafeMutablePointer<QueueSendBatch>.allocate(capacity: 1)
        queue.initialize(to: batch)
        self.init(nil, [], [], ProducerSequences(ids: 0, partitions: 0), queue)
    }

    private init(
        _ topic: Topic?, _ exclusive: [ExclusiveAppender], _ shared: [SharedAppender],
        _ numbers: ProducerSequences, _ queue: UnsafeMutablePointer<QueueSendBatch>?
    ) {
        self.topic = topic
        self.numbers = numbers
        self.queue = queue
        expected = numbers.cells
        expectedStride = numbers.stride
        partitions = topic?.partitionCount ?? 0
        isShared = exclusive.isEmpty
        self.exclusive = .allocate(capacity: max(1, exclusive.count))
        self.exclusive.initialize(from: exclusive, count: exclusive.count)
        self.shared = .allocate(capacity: max(1, shared.count))
        self.shared.initialize(from: shared, count: shared.count)
        unpublished = .allocate(capacity: max(1, partitions))
        unpublished.initialize(repeating: 0, count: partitions)
        isUnpublished = .allocate(capacity: max(1, partitions))
        isUnpublished.initialize(repeating: false, count: partitions)
        unpublishedCount = .allocate(capacity: 1)
        unpublishedCount.initialize(to: 0)
    }

    deinit {
        exclusive.deallocate()
        shared.deallocate()
        unpublished.deallocate()
        isUnpublished.deallocate()
        unpublishedCount.deallocate()
        queue?.deinitialize(count: 1)
        queue?.deallocate()
    }

    /// Appends to the partition, written in place. With one producing worker it becomes visible on
    /// `flush`, with several at once. Of an idempotent producer it takes each sequence number once;
    /// one that leaves some out is refused, as a broker does (out of order sequence). To a queue it
    /// goes with its batch.
    @inlinable
    @inline(__always)
    public func offer(
        _ message: OutgoingMessage, _ write: (UnsafeMutableRawPointer) -> Void
    ) -> OfferResult {
        let partition = Int(message.partition)
        if queue != nil { return offerToQueue(message, write) }
        guard message.producerId >= 0 else { return append(message, partition, write) }
        let next = expected + (Int(message.producerId) &* expectedStride &+ partition)
        if message.sequence != next.pointee {
            return message.sequence < next.pointee ? .duplicate : .failed
        }
        let result = append(message, partition, write)
        if result == .accepted { next.pointee &+= 1 }
        return result
    }

    @inlinable
    @inline(__always)
    func append(
        _ message: OutgoingMessage, _ partition: Int, _ write: (UnsafeMutableRawPointer) -> Void
    ) -> OfferResult {
        if isShared {
            let appender = shared[partition]
            guard let claim = appender.claim(byteCount: message.byteCount),
                let memory = claim.payload.baseAddress
            else { return Self.result(of: appender.lastRefusal) }
            write(memory)
            appender.commit(claim, keyHash: message.keyHash, time: message.sentAt)
            return .accepted
        }
        let appender = exclusive[partition]
        guard let memory = appender.claim(byteCount: message.byteCount) else {
            return Self.result(of: appender.lastRefusal)
        }
        write(memory)
        appender.commit(keyHash: message.keyHash, time: message.sentAt)
        if !isUnpublished[partition] {
            isUnpublished[partition] = true
            unpublished[unpublishedCount.pointee] = message.partition
            unpublishedCount.pointee &+= 1
        }
        return .accepted
    }

    /// Out of line, so that the way to a topic stays short.
    @inlinable
    @inline(never)
    func offerToQueue(
        _ message: OutgoingMessage, _ write: (UnsafeMutableRawPointer) -> Void
    ) -> OfferResult {
        queue.unsafelyUnwrapped.pointee.offer(message, write)
    }

    @usableFromInline
    static func result(of refusal: AppendResult) -> OfferResult {
        switch refusal {
        case .appended: .accepted
        case .full: .backPressured
        case .tooLarge: .failed
        case .closed: .closed
        }
    }

    /// One release store for each partition that was appended to, or one SendMessageBatch.
    @inlinable
    @inline(__always)
    public func flush(now: Nanoseconds) {
        if let queue { return queue.pointee.flush(now: now) }
        var index = 0
        while index < unpublishedCount.pointee {
            let partition = Int(unpublished[index])
            exclusive[partition].publish()
            isUnpublished[partition] = false
            index &+= 1
        }
        unpublishedCount.pointee = 0
    }

    /// Answers of a queue; none of a topic, whose messages are acknowledged on flush.
    @inlinable
    public func poll(limit: Int, _ body: (Completion) -> Void) -> Int {
        queue?.pointee.poll(limit: limit, body) ?? 0
    }

    /// Makes everything that was appended visible. What a queue was not sent is not sent any more:
    /// nobody would learn what became of it.
    public func close(deadline: Nanoseconds) throws(DriverError) {
        if queue == nil { flush(now: 0) }
    }
}
