import Synchronization
import UrrPlatform

/// The index and data rings of a log: what every message touches.
@usableFromInline
struct LogRings: @unchecked Sendable {
    @usableFromInline let index: UnsafeMutableRawPointer
    @usableFromInline let data: UnsafeMutableRawPointer
    /// Of descriptors in a shared log, of waypoints in an exclusive one.
    @usableFromInline let indexMask: Int64
    @usableFromInline let dataMask: Int

    init(base: UnsafeMutableRawPointer, layout: LogLayout, configuration: LogConfiguration) {
        index = base + layout.indexOffset
        data = base + layout.dataOffset
        let records = Int64(configuration.recordCapacity)
        indexMask =
            configuration.appender == .shared
            ? max(records, Int64(LogLayout.slotGroup)) - 1
            : max(1, records >> LogLayout.waypointShift) - 1
        dataMask = configuration.dataCapacity - 1
    }

    /// The byte of the data ring at `position`.
    @inlinable
    @inline(__always)
    func byte(_ position: Int) -> UnsafeMutableRawPointer { data + (position & dataMask) }

    /// The first data position at or after `position` that lies at the start of the ring. Out of
    /// line, so that callers branch: a conditional move would put the sum of both ways on the chain
    /// from one record to the next.
    @inline(never)
    @usableFromInline
    func lapStart(_ position: Int) -> Int { (position + dataMask) & ~dataMask }

    /// Where a block of `size` bytes starts that is placed at or after `position`: blocks are never
    /// split, so one that does not fit before the end of the ring goes to its start.
    func place(_ size: Int, at position: Int) -> Int {
        position & dataMask &+ size > dataMask &+ 1 ? lapStart(position) : position
    }
}

/// Frames of an exclusive log: plain memory, ordered by the release and acquire of `published`.
@usableFromInline
enum LogFrame {
    /// Bytes of the data ring that a record of `length` takes: its header and the padded payload.
    @inlinable
    @inline(__always)
    static func byteCount(_ length: Int) -> Int { (length &+ 31) & ~15 }
}

/// Descriptors of a shared log.
@usableFromInline
enum LogDescriptor {
    @usableFromInline typealias Word<Value: AtomicRepresentable> = UnsafeMutablePointer<
        Atomic<Value>
    >

    /// Bytes of the data ring that a payload of `length` takes that was claimed by itself.
    @inlinable
    @inline(__always)
    static func byteCount(_ length: Int) -> Int { (length &+ 15) & ~15 }

    /// The second word of the descriptor of a batch.
    @inlinable
    @inline(__always)
    static func batchBits(_ count: Int, _ length: Int) -> UInt64 {
        UInt64(truncatingIfNeeded: count) &<< 32 | LogLayout.batchBit
            | UInt64(truncatingIfNeeded: length)
    }

    /// How many records a descriptor with this second word stands for.
    @inlinable
    @inline(__always)
    static func recordCount(_ bits: UInt64) -> Int64 {
        bits & LogLayout.batchBit == 0 ? 1 : Int64(bitPattern: bits &>> 32)
    }

    @inlinable
    @inline(__always)
    static func time(_ descriptor: UnsafeMutableRawPointer) -> Word<Int64> {
        (descriptor + LogLayout.timeInHeader).assumingMemoryBound(to: Atomic<Int64>.self)
    }

    @inlinable
    @inline(__always)
    static func bits(_ descriptor: UnsafeMutableRawPointer) -> Word<UInt64> {
        (descriptor + LogLayout.bitsInHeader).assumingMemoryBound(to: Atomic<UInt64>.self)
    }

    @inlinable
    @inline(__always)
    static func mark(_ descriptor: UnsafeMutableRawPointer) -> Word<UInt64> {
        (descriptor + LogLayout.markInDescriptor).assumingMemoryBound(to: Atomic<UInt64>.self)
    }

    @inlinable
    @inline(__always)
    static func position(_ descriptor: UnsafeMutableRawPointer) -> Word<Int> {
        (descriptor + LogLayout.positionInDescriptor).assumingMemoryBound(to: Atomic<Int>.self)
    }
}

extension LogRings {
    /// The descriptor of `offset` in a shared log.
    @inlinable
    @inline(__always)
    func descriptor(_ offset: Offset) -> UnsafeMutableRawPointer {
        let slot = Int(offset & indexMask)
        // The lowest three bits rotated, see `LogLayout`.
        let place = slot & ~7 | slot &<< 1 & 6 | slot &>> 2 & 1
        return index + place &<< LogLayout.descriptorByteShift
    }

    /// The waypoint of an exclusive log that `offset`, a multiple of 16, has.
    @inlinable
    @inline(__always)
    func waypoint(_ offset: Offset) -> UnsafeMutableRawPointer {
        index
            + (Int(offset &>> LogLayout.waypointShift & indexMask) &<< LogLayout.waypointByteShift)
    }
}
