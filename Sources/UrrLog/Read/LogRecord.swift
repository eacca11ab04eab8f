import UrrPlatform

/// One record as a reader sees it, without a copy.
@frozen
public struct LogRecord {
    /// The record's number in its partition.
    public let offset: Offset
    /// When the appender says that it was appended.
    public let appendTime: Nanoseconds
    /// The hash of its key, as given by the appender.
    public let keyHash: UInt32
    /// The bytes, in the log's own memory: valid only while the closure that got them runs.
    public let payload: UnsafeRawBufferPointer

    @inlinable
    @inline(__always)
    init(
        offset: Offset, appendTime: Nanoseconds, keyHash: UInt32, payload: UnsafeRawBufferPointer
    ) {
        self.offset = offset
        self.appendTime = appendTime
        self.keyHash = keyHash
        self.payload = payload
    }
}
