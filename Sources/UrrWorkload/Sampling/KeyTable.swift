import UrrPlatform

/// Bytes and Kafka hashes of keys, as `KeyText` writes them.
///
/// A plain value without references; valid while the `KeyDistribution` that made it lives.
public struct KeyTable: @unchecked Sendable {
    /// Most keys whose hashes are computed ahead; hashes of others are computed each time.
    public static let precomputedKeys = 1 << 20

    @usableFromInline let hashes: UnsafePointer<UInt32>?
    @usableFromInline let count: UInt32

    init(hashes: UnsafePointer<UInt32>?, count: Int) {
        self.hashes = hashes
        self.count = UInt32(count)
    }

    /// The `murmur2` of a key's bytes, from which `partition(forKeyHash:partitions:)` follows.
    @inlinable
    @inline(__always)
    public func hash(_ keyIndex: UInt32) -> UInt32 {
        if keyIndex < count { return hashes.unsafelyUnwrapped[Int(keyIndex)] }
        return Self.computedHash(keyIndex)
    }

    /// Calls `body` with the 14 bytes of a key, which are valid during the call only.
    @inlinable
    public func withKeyBytes<Result>(
        _ keyIndex: UInt32, _ body: (UnsafeRawBufferPointer) -> Result
    ) -> Result {
        var bytes: (UInt64, UInt64) = (0, 0)
        return withUnsafeMutableBytes(of: &bytes) { buffer in
            KeyText.write(keyIndex, to: buffer.baseAddress.unsafelyUnwrapped)
            return body(UnsafeRawBufferPointer(rebasing: buffer[0..<KeyText.byteCount]))
        }
    }

    @inline(never)
    @usableFromInline
    static func computedHash(_ keyIndex: UInt32) -> UInt32 {
        var bytes: (UInt64, UInt64) = (0, 0)
        return withUnsafeMutableBytes(of: &bytes) { buffer in
            KeyText.write(keyIndex, to: buffer.baseAddress.unsafelyUnwrapped)
            return murmur2(UnsafeRawBufferPointer(rebasing: buffer[0..<KeyText.byteCount]))
        }
    }
}

/// Owns the hashes that were computed ahead.
final class KeyHashStorage: @unchecked Sendable {
    private let hashes: UnsafeMutablePointer<UInt32>
    private let count: Int

    var table: KeyTable { KeyTable(hashes: hashes, count: count) }

    /// Hashes of the first `cardinality` keys, or of as many as are computed ahead.
    init(cardinality: Int) {
        count = min(cardinality, KeyTable.precomputedKeys)
        hashes = UnsafeMutableRawPointer.allocateTable(
            byteCount: count * MemoryLayout<UInt32>.stride
        ).bindMemory(to: UInt32.self, capacity: count)
        for index in 0..<count {
            (hashes + index).initialize(to: KeyTable.computedHash(UInt32(index)))
        }
    }

    deinit { hashes.deallocate() }
}
