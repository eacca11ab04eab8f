import UrrPlatform

/// Writing the frames of an exclusive log: what a single append and a batch have in common.
extension LogFrame {
    /// Most bytes that are asked for at once: about as many lines as a processor waits for.
    @inlinable static var prefetchLimit: Int { 4096 }

    /// Bytes to be asked for in advance where the last batch or poll had `byteCount`.
    @inlinable
    @inline(__always)
    static func prefetched(_ byteCount: Int) -> Int { max(512, min(byteCount, prefetchLimit)) }

    /// Writes the header of the frame at `frame`, whose payload is in place.
    @inlinable
    @inline(__always)
    static func write(
        _ frame: UnsafeMutableRawPointer, _ length: Int, _ keyHash: UInt32, _ time: Nanoseconds
    ) {
        let bits = UInt64(keyHash) &<< 32 | UInt64(truncatingIfNeeded: length)
        // Two stores: one of both words waits for their way into a vector register, and all stores
        // of the records that follow wait behind it. It took twice as long.
        frame.storeBytes(of: time, toByteOffset: LogLayout.timeInHeader, as: Nanoseconds.self)
        frame.storeBytes(of: bits, toByteOffset: LogLayout.bitsInHeader, as: UInt64.self)
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
}
