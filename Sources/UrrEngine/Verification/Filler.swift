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

    /// Whether everything after the header is as it was sent.
    @inlinable
    public func matches(_ payload: UnsafeRawBufferPointer) -> Bool {
        let rest = payload.count &- TraceHeader.byteCount
        guard rest > 0 else { return rest == 0 }
        guard rest <= byteCount, let base = payload.baseAddress else { return false }
        return memcmp(base + TraceHeader.byteCount, bytes, rest) == 0
    }
}
