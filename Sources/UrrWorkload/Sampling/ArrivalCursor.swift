import UrrPlatform

/// Walks the arrivals of a producer entry, all of them, in order. Every instance and every worker
/// walks its own cursor and takes the messages that are dealt to it, so that any division of the
/// work gives the same messages at the same instants.
///
/// A plain value without references; valid while the schedule that made it lives.
public struct ArrivalCursor: @unchecked Sendable {
    /// When the message is due, from the start of the phase; `.max` when there are no more. Never
    /// decreases.
    @inlinable public var intended: Nanoseconds { _intended }
    /// Number of the message in the stream of the whole entry; at the end, the number of messages.
    @inlinable public var index: UInt64 { _index }
    /// Index into the schedule's `segments`.
    @inlinable public var segment: UInt8 { piece.pointee.segment }
    /// Whether there are no more messages.
    @inlinable public var isFinished: Bool { _intended == .max }

    @usableFromInline var _intended: Nanoseconds
    @usableFromInline var _index: UInt64
    /// Place of the message in the unit-rate process.
    @usableFromInline var count: Double
    @usableFromInline var piece: UnsafePointer<ArrivalPiece>
    @usableFromInline let random: IndexedRandom
    @usableFromInline let isPoisson: Bool

    init(_ pieces: UnsafePointer<ArrivalPiece>, _ random: IndexedRandom, isPoisson: Bool) {
        self.random = random
        self.isPoisson = isPoisson
        piece = pieces
        _index = 0
        _intended = 0
        count = isPoisson ? DeterministicMath.exponentialVariate(random[0]) : 0
        settle()
    }

    /// Moves to the next message. Does nothing after the last one. O(1) but for the ends of pieces.
    @inlinable
    @inline(__always)
    public mutating func advance() {
        _index &+= 1
        if isPoisson {
            count += DeterministicMath.exponentialVariate(random[_index])
        } else {
            // Exact: whole numbers below 2^53.
            count += 1
        }
        settle()
    }

    @inlinable
    @inline(__always)
    mutating func settle() {
        if count >= piece.pointee.endCount {
            settleBeyondPiece()
        } else {
            // The maximum absorbs rounding where two arrivals are less than a nanosecond apart.
            _intended = max(_intended, piece.pointee.time(ofCount: count))
        }
    }

    @inline(never)
    @usableFromInline
    mutating func settleBeyondPiece() {
        if piece.pointee.kind == .finished {
            if _intended == .max { _index -= 1 }
            _intended = .max
            return
        }
        while piece.pointee.kind != .finished && count >= piece.pointee.endCount { piece += 1 }
        if piece.pointee.kind == .finished {
            _intended = .max
        } else {
            _intended = max(_intended, piece.pointee.time(ofCount: count))
        }
    }
}
