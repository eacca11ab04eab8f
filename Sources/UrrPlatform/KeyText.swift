/// How keys are written: key `k` is the ASCII text `key-` and `k` in ten decimal digits, for example
/// `key-0000000042`. One rule for whoever makes keys and for whoever has to name one.
public enum KeyText {
    /// Bytes of every key.
    public static let byteCount = 14

    /// Writes the bytes of a key to `target`.
    @inlinable
    public static func write(_ keyIndex: UInt32, to target: UnsafeMutableRawPointer) {
        // "key-" in the order of a little-endian store.
        let prefix: UInt32 = 0x2d79_656b
        target.storeBytes(of: prefix.littleEndian, as: UInt32.self)
        var rest = keyIndex
        var offset = byteCount &- 1
        while offset >= 4 {
            let digit = UInt8(truncatingIfNeeded: rest % 10)
            (target + offset).storeBytes(of: digit &+ 0x30, as: UInt8.self)
            rest /= 10
            offset &-= 1
        }
    }

    /// The key as text. Cold.
    public static func text(_ keyIndex: UInt32) -> String {
        withUnsafeTemporaryAllocation(byteCount: byteCount, alignment: 1) { buffer in
            write(keyIndex, to: buffer.baseAddress!)
            return String(decoding: buffer, as: UTF8.self)
        }
    }
}
