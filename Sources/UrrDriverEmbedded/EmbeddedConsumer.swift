import UrrDriver
import UrrLog
import UrrPlatform

/// One member of a consumer group of the embedded core: a reader per assigned partition, polled in
/// turn. Used by one thread.
public final class EmbeddedConsumer: MessageConsumer {
    /// The partitions that this member reads.
    public let assignment: [TopicPartition]
    @usableFromInline let readers: UnsafeMutablePointer<LogReader>
    @usableFromInline let lanes: Int
    /// The lane that the next poll begins with, so that none starves behind a busy one.
    @usableFromInline let next: UnsafeMutablePointer<Int>
    /// Keeps the memory behind the readers.
    private let topics: [Topic]

    init(assignment: [TopicPartition], readers: [LogReader], topics: [Topic]) {
        self.assignment = assignment
        self.topics = topics
        lanes = readers.count
        self.readers = .allocate(capacity: max(1, lanes))
        self.readers.initialize(from: readers, count: lanes)
        next = .allocate(capacity: 1)
        next.initialize(to: 0)
    }

    deinit {
        readers.deallocate()
        next.deallocate()
    }

    /// Records that retention took before this member had read them, in one of its lanes.
    func missed(lane: Int) -> UInt64 { readers[lane].missed }

    /// Hands out what is there, beginning one lane further than the last poll that found anything.
    @inlinable
    @inline(__always)
    public func poll(limit: Int, _ body: (IncomingMessage) -> Void) -> Int {
        var delivered = 0
        var looked = 0
        var lane = next.pointee
        while looked < lanes, delivered < limit {
            let current = Int32(truncatingIfNeeded: lane)
            delivered &+= readers[lane].poll(limit: limit &- delivered) { record in
                body(
                    IncomingMessage(
                        payload: record.payload, lane: current, attempt: 0,
                        offset: record.offset))
            }
            lane = lane &+ 1 == lanes ? 0 : lane &+ 1
            looked &+= 1
        }
        if delivered > 0 { next.pointee = lane }
        return delivered
    }

    /// Moves the group's committed offset: what the log holds for it starts there.
    @inlinable
    @inline(__always)
    public func commit(lane: Int32, offset: Int64) {
        _ = readers[Int(lane)].commit(offset)
    }

    /// Nothing to end: the readers go with the topic.
    public func close(deadline: Nanoseconds) throws(DriverError) {}
}
