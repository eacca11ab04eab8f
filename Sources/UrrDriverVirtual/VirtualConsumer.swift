import UrrDriver
import UrrPlatform

/// A member of a group with the partitions that it keeps, polled in turn.
public final class VirtualConsumer: MessageConsumer {
    /// What it reads of one partition.
    @usableFromInline
    struct Lane {
        @usableFromInline let partition: UnsafeMutablePointer<VirtualPartition>
        /// Place of its group among those of the partition.
        @usableFromInline let group: Int
        @usableFromInline var position: Int64 = 0
    }

    /// The partitions that this member reads.
    public let assignment: [TopicPartition]
    @usableFromInline let lanes: UnsafeMutablePointer<Lane>
    @usableFromInline let laneCount: Int
    /// The lane that the next poll begins with, so that none starves behind a busy one.
    @usableFromInline let turn: UnsafeMutablePointer<Int>
    /// Keeps the memory behind the partitions.
    private let driver: VirtualDriver

    init(driver: VirtualDriver, assignment: [TopicPartition], lanes list: [Lane]) {
        self.driver = driver
        self.assignment = assignment
        laneCount = list.count
        lanes = .allocate(capacity: max(1, list.count))
        lanes.initialize(from: list, count: list.count)
        turn = .allocate(capacity: 1)
        turn.initialize(to: 0)
    }

    deinit {
        lanes.deallocate()
        turn.deallocate()
    }

    /// Hands out what is there, beginning one lane further than the last poll that found anything.
    @inlinable
    @inline(__always)
    public func poll(limit: Int, _ body: (IncomingMessage) -> Void) -> Int {
        var delivered = 0
        var looked = 0
        var number = turn.pointee
        while looked < laneCount, delivered < limit {
            let lane = lanes + number
            let partition = lane.pointee.partition
            let end = min(
                partition.pointee.published,
                lane.pointee.position &+ Int64(limit &- delivered))
            while lane.pointee.position < end {
                let offset = lane.pointee.position
                lane.pointee.position = offset &+ 1
                body(
                    IncomingMessage(
                        payload: UnsafeRawBufferPointer(
                            start: partition.pointee.record(offset),
                            count: VirtualPartition.recordBytes),
                        lane: Int32(truncatingIfNeeded: number), attempt: 0, offset: offset))
                delivered &+= 1
            }
            number = number &+ 1 == laneCount ? 0 : number &+ 1
            looked &+= 1
        }
        if delivered > 0 { turn.pointee = number }
        return delivered
    }

    /// Moves the group's committed offset.
    @inlinable
    @inline(__always)
    public func commit(lane: Int32, offset: Int64) {
        let lane = lanes + Int(lane)
        lane.pointee.partition.pointee.commit(group: lane.pointee.group, offset: offset)
    }

    /// Nothing to end.
    public func close(deadline: Nanoseconds) throws(DriverError) {}
}
