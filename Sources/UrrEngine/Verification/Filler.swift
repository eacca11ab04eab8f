import Glibc
import UrrPlatform

/// What messages hold after their header: bytes that do not compress, the same in all messages of a
/// run, so that a receiver can tell whether they came as they were sent.
public final class Filler: @unchecked Sendable {
    @usableFromInline let bytes: UnsafeRawPointer
    @usableFromInline let byteCount: Int

    /// Bytes for messages of up to `byteCount`, a function of the seed.
    public init(seed: UInt64, byteCount: Int) {
        self.byteCount = max(1, byteCount)
        let memory = UnsafeMutableRawPointer.allocate(byteCount: self.byteCount, alignment: 64)
        let random = IndexedRandom(seed: seed, stream: "payload")
        for offset in 0..<self.byteCount {
            memory.storeBytes(
                of: UInt8(truncatingIfNeeded: random[UInt64(offset)]), toByteOffset: offset,
                as: UInt8.self)
        }
        bytes = UnsafeRawPointer(memory)
    }

    deinit { bytes.deallocate() }

    /// Fills a message behind its header.
    public func fill(_ message: UnsafeMutableRawBufferPointer) {
        let rest = message.count - TraceHeader.byteCount
        guard rest > 0, let base = message.baseAddress else { return }
        invariant(rest <= byteCount, "a filler is as long as the longest message")
        (base + TraceHeader.byteCount).copyMemory(from: bytes, byteCount: rest)
    }

    /// The check of whole messages. Valid as long as the filler lives.
    public var check: BodyCheck { BodyCheck(bytes: bytes, byteCount: byteCount) }
}

/// Compares what messages hold behind their header with what was sent, or does nothing. A plain
/// value, so that nothing is counted when it is passed along.
@frozen
public struct BodyCheck: @unchecked Sendable {
    @usableFromInline let bytes: UnsafeRawPointer?
    @usableFromInline let byteCount: Int

    @usableFromInline
    init(bytes: UnsafeRawPointer?, byteCount: Int) {
        self.bytes = bytes
        self.byteCount = byteCount
    }

    /// Takes every message for good.
    public static let none = BodyCheck(bytes: nil, byteCount: 0)

    /// Whether everything behind the header is as it was sent.
    @inlinable
    @inline(__always)
    public func passes(_ payload: UnsafeRawBufferPointer) -> Bool {
        guard let bytes else { return true }
        let rest = payload.count &- TraceHeader.byteCount
        guard rest > 0 else { return rest == 0 }
        guard rest <= byteCount, let base = payload.baseAddress else { return false }
        return memcmp(base + TraceHeader.byteCount, bytes, rest) == 0
    }
}
