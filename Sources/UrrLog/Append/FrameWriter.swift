import CUrrPlatform
import UrrPlatform

/// Writing the frames of an exclusive log: what a single append and a batch have in common.
extension LogFrame {
    /// How far ahead of a frame its appender asks for the lines that it will write: so that they
    /// are there by then, and the store buffer does not wait for each of them in turn.
    @inlinable static var prefetchDistance: Int { 512 }

    /// Bytes to be asked for in advance where the last batch or poll had `byteCount`.
    @inlinable
    @inline(__always)
    static func prefetched(_ byteCount: Int) -> Int {
        max(prefetchDistance, min(byteCount, 4096))
    }

    /// Writes the header of the frame at `frame`, whose payload is in place.
    @inlinable
    @inline(__always)
    static func write(
        _ frame: UnsafeMutableRawPointer, _ length: Int, _ keyHash: UInt32, _ time: Nanoseconds
    ) {
        let bits = UInt64(keyHash) &<< 32 | UInt64(truncatingIfNeeded: length)
        // One store for both words: stores, not instructions, are what an append is made of.
        frame.storeBytes(
            of: SIMD2(UInt64(bitPattern: time), bits), toByteOffset: LogLayout.timeInHeader,
            as: SIMD2<UInt64>.self)
    }

    /// Notes where the record at `offset` is, if it is one of those from which seeks set out.
    @inlinable
    @inline(__always)
    static func leaveWaypoint(
        _ rings: LogRings, _ offset: Offset, _ position: UInt, _ time: Nanoseconds
    ) {
        if offset & (1 &<< LogLayout.waypointShift &- 1) == 0 {
            let waypoint = rings.waypoint(offset)
            waypoint.storeBytes(of: position, as: UInt.self)
            waypoint.storeBytes(of: time, toByteOffset: 8, as: Nanoseconds.self)
        }
    }

    /// Asks for the lines that the frame after next or so will be in.
    @inlinable
    @inline(__always)
    static func prefetch(_ frame: UnsafeMutableRawPointer, _ byteCount: Int) {
        var ahead = 0
        while ahead < byteCount {
            urr_prefetch_for_write(frame + (prefetchDistance &+ ahead))
            ahead &+= 64
        }
    }
}
