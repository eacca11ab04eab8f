import UrrPlatform

/// 128 bits that stand for an identifier or a body.
struct Fingerprint: Equatable {
    var low: UInt64
    var high: UInt64
}

/// SipHash with an output of 128 bits: a keyed function whose collisions cannot be found by
/// accident or on purpose without the key.
///
/// Source: Aumasson and Bernstein, "SipHash: a fast short-input PRF" (2012), and the 128-bit output
/// of its reference implementation. Deduplication uses one and three rounds; the tests check two
/// and four against the published vectors.
struct SipHash {
    private var v0: UInt64
    private var v1: UInt64
    private var v2: UInt64
    private var v3: UInt64

    @inline(__always)
    init(key0: UInt64, key1: UInt64) {
        v0 = key0 ^ 0x736f_6d65_7073_6575
        v1 = key1 ^ 0x646f_7261_6e64_6f6d ^ 0xee
        v2 = key0 ^ 0x6c79_6765_6e65_7261
        v3 = key1 ^ 0x7465_6462_7974_6573
    }

    @inline(__always)
    private static func rotate(_ value: UInt64, _ bits: UInt64) -> UInt64 {
        (value &<< bits) | (value &>> (64 &- bits))
    }

    @inline(__always)
    private mutating func rounds(_ count: Int) {
        for _ in 0..<count {
            v0 = v0 &+ v1
            v1 = Self.rotate(v1, 13) ^ v0
            v0 = Self.rotate(v0, 32)
            v2 = v2 &+ v3
            v3 = Self.rotate(v3, 16) ^ v2
            v0 = v0 &+ v3
            v3 = Self.rotate(v3, 21) ^ v0
            v2 = v2 &+ v1
            v1 = Self.rotate(v1, 17) ^ v2
            v2 = Self.rotate(v2, 32)
        }
    }

    @inline(__always)
    private mutating func absorb(_ word: UInt64, _ compression: Int) {
        v3 ^= word
        rounds(compression)
        v0 ^= word
    }

    /// The hash of `bytes` with `compression` rounds a word and `finalization` rounds at the end.
    @inline(__always)
    mutating func hash(
        _ bytes: UnsafeRawBufferPointer, compression: Int, finalization: Int
    ) -> Fingerprint {
        var at = 0
        while at &+ 8 <= bytes.count {
            let word = bytes.loadUnaligned(fromByteOffset: at, as: UInt64.self)
            absorb(UInt64(littleEndian: word), compression)
            at &+= 8
        }
        absorb(
            UInt64(truncatingIfNeeded: bytes.count) &<< 56 | trailingBytes(bytes, from: at),
            compression)
        v2 ^= 0xee
        rounds(finalization)
        let low = v0 ^ v1 ^ v2 ^ v3
        v1 ^= 0xdd
        rounds(finalization)
        return Fingerprint(low: low, high: v0 ^ v1 ^ v2 ^ v3)
    }
}

/// The fewer than eight bytes of `bytes` from `start` on, the first one lowest.
@inline(__always)
func trailingBytes(_ bytes: UnsafeRawBufferPointer, from start: Int) -> UInt64 {
    var word: UInt64 = 0
    var at = bytes.count
    while at > start {
        at &-= 1
        word = word &<< 8 | UInt64(bytes[at])
    }
    return word
}

/// A fast hash of a name whose bytes are compared afterwards: words are folded by multiplication,
/// and the last step is a bijection whose low bits depend on everything.
@inline(__always)
func nameHash(_ bytes: UnsafeRawBufferPointer) -> UInt64 {
    var hash = UInt64(truncatingIfNeeded: bytes.count)
    var at = 0
    while at &+ 8 <= bytes.count {
        let word = bytes.loadUnaligned(fromByteOffset: at, as: UInt64.self)
        hash = mix64(hash ^ UInt64(littleEndian: word))
        at &+= 8
    }
    return mix64(hash ^ trailingBytes(bytes, from: at) ^ 0x9e37_79b9_7f4a_7c15)
}
