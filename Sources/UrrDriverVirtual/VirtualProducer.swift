import UrrDriver
import UrrPlatform

/// Appends to the partitions of a topic; what it appended can be read after a flush.
public final class VirtualProducer: MessageProducer {
    @usableFromInline let partitions: UnsafeMutablePointer<VirtualPartition>
    /// Where the engine writes whole messages, of which the head is kept.
    @usableFromInline let scratch: UnsafeMutableRawPointer
    @usableFromInline let scratchBytes: Int
    /// Partitions appended to since the last flush.
    @usableFromInline let unpublished: UnsafeMutablePointer<Int32>
    @usableFromInline let unpublishedCount: UnsafeMutablePointer<Int>
    @usableFromInline let board: ArrivalBoard
    /// Keeps the memory behind the partitions.
    private let driver: VirtualDriver

    init(
        driver: VirtualDriver, partitions: UnsafeMutablePointer<VirtualPartition>, count: Int,
        largestMessage: Int, board: ArrivalBoard
    ) {
        self.driver = driver
        self.partitions = partitions
        self.board = board
        scratchBytes = max(largestMessage, VirtualPartition.recordBytes)
        scratch = .allocate(byteCount: scratchBytes, alignment: falseSharingByteCount)
        unpublished = .allocate(capacity: max(1, count))
        unpublishedCount = .allocate(capacity: 1)
        unpublishedCount.initialize(to: 0)
    }

    deinit {
        scratch.deallocate()
        unpublished.deallocate()
        unpublishedCount.deallocate()
    }

    /// Always accepted: the log grows with its backlog.
    @inlinable
    @inline(__always)
    public func offer(
        _ message: OutgoingMessage, _ write: (UnsafeMutableRawPointer) -> Void
    ) -> OfferResult {
        guard message.byteCount <= scratchBytes else { return .failed }
        let partition = partitions + Int(message.partition)
        if partition.pointee.end == partition.pointee.published {
            unpublished[unpublishedCount.pointee] = message.partition
            unpublishedCount.pointee &+= 1
        }
        let record = partition.pointee.append()
        if message.byteCount == VirtualPartition.recordBytes {
            write(record)
        } else {
            write(scratch)
            record.copyMemory(from: scratch, byteCount: VirtualPartition.recordBytes)
        }
        return .accepted
    }

    /// Lets the members read what was appended, and wakes those who wait for it.
    @inlinable
    @inline(__always)
    public func flush(now: Nanoseconds) {
        var index = 0
        while index < unpublishedCount.pointee {
            let partition = partitions + Int(unpublished[index])
            partition.pointee.published = partition.pointee.end
            var group = 0
            while group < partition.pointee.groups {
                let reader = partition.pointee.readers[group]
                if reader >= 0 { board.wake(Int(reader)) }
                group &+= 1
            }
            index &+= 1
        }
        unpublishedCount.pointee = 0
    }

    /// Messages are acknowledged on flush.
    @inlinable
    public func poll(limit: Int, _ body: (Completion) -> Void) -> Int { 0 }

    /// Makes everything that was appended visible.
    public func close(deadline: Nanoseconds) throws(DriverError) { flush(now: 0) }
}
