import Glibc

/// Copies `count` bytes. Short payloads are copied in line: a call of memcpy costs about as much
/// as the whole rest of an append. Reads and writes exactly `count` bytes.
@inlinable
@inline(__always)
func copyPayload(
    to target: UnsafeMutableRawPointer, from source: UnsafeRawPointer, count: Int
) {
    if count >= 16 {
        if count > 256 {
            memcpy(target, source, count)
            return
        }
        var done = 0
        while done &+ 16 < count {
            copyWord(SIMD2<UInt64>.self, target, source, done)
            done &+= 16
        }
        // The last 16 bytes overlap what was copied already where count is no multiple of 16.
        copyWord(SIMD2<UInt64>.self, target, source, count &- 16)
    } else if count >= 8 {
        copyWord(UInt64.self, target, source, 0)
        copyWord(UInt64.self, target, source, count &- 8)
    } else if count >= 4 {
        copyWord(UInt32.self, target, source, 0)
        copyWord(UInt32.self, target, source, count &- 4)
    } else {
        var done = 0
        while done < count {
            copyWord(UInt8.self, target, source, done)
            done &+= 1
        }
    }
}

@inlinable
@inline(__always)
func copyWord<Word: BitwiseCopyable>(
    _ type: Word.Type, _ target: UnsafeMutableRawPointer, _ source: UnsafeRawPointer, _ at: Int
) {
    target.storeBytes(
        of: source.loadUnaligned(fromByteOffset: at, as: type), toByteOffset: at, as: type)
}
