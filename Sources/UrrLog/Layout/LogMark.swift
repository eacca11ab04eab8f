/// The word of a descriptor that says whether its record can be read: the offset that it belongs
/// to (so a mark of an earlier lap never counts) and the state of that record.
///
/// Zero, the content of fresh memory, belongs to no offset. Used by shared logs alone; an
/// exclusive log publishes an index instead and leaves its marks 0.
@usableFromInline
enum LogMark {
    /// A thread holds the record and has not finished it.
    @inlinable
    @inline(__always)
    static func claimed(_ offset: Offset) -> UInt64 { UInt64(bitPattern: (offset &+ 1) &<< 2) | 1 }

    /// The record can be read.
    @inlinable
    @inline(__always)
    static func committed(_ offset: Offset) -> UInt64 {
        UInt64(bitPattern: (offset &+ 1) &<< 2) | 2
    }

    /// The record was given up: readers pass over it.
    @inlinable
    @inline(__always)
    static func aborted(_ offset: Offset) -> UInt64 { UInt64(bitPattern: (offset &+ 1) &<< 2) | 3 }

    /// Whether `mark` says that the record at `offset` is committed or aborted.
    @inlinable
    @inline(__always)
    static func isSettled(_ mark: UInt64, _ offset: Offset) -> Bool {
        mark &>> 1 == committed(offset) &>> 1
    }

    /// Whether `mark`, of a settled record, says that it was aborted.
    @inlinable
    @inline(__always)
    static func isAborted(_ mark: UInt64) -> Bool { mark & 3 == 3 }
}
