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

/// The at most eight bytes of `bytes` from `start` on, the first one lowest.
@inline(__always)
func trailingBytes(_ bytes: UnsafeRawBufferPointer, from start: Int) -> UInt64 {
    // One load that ends at the last byte, where there are enough before it.
    if bytes.count >= 8 {
        let missing = start &+ 8 &- bytes.count
        if missing == 8 { return 0 }
        let word = bytes.loadUnaligned(fromByteOffset: bytes.count &- 8, as: UInt64.self)
        return UInt64(littleEndian: word) &>> UInt64(missing &* 8)
    }
    var word: UInt64 = 0
    var at = bytes.count
    while at > start {
        at &-= 1
        word = word &<< 8 | UInt64(bytes[at])
    }
    return word
}

/// A fast hash of a name, of at least one byte, whose bytes are compared afterwards: 16 bytes at a
/// time are folded by one long multiplication, the last ones overlapping those before.
@inline(__always)
func nameHash(_ bytes: UnsafeRawBufferPointer) -> UInt64 {
    var hash = fold(UInt64(truncatingIfNeeded: bytes.count) ^ NameHash.first, NameHash.second)
    guard bytes.count > 8 else {
        return fold(hash ^ trailingBytes(bytes, from: 0), NameHash.third)
    }
    var at = 0
    while at &+ 16 < bytes.count {
        hash = fold(hash ^ littleWord(bytes, at), NameHash.second ^ littleWord(bytes, at &+ 8))
        at &+= 16
    }
    let low = littleWord(bytes, max(0, bytes.count &- 16))
    return fold(hash ^ low, NameHash.third ^ littleWord(bytes, bytes.count &- 8))
}

/// Odd numbers without a pattern: the fractional parts of the square roots of 2, 3 and 5.
private enum NameHash {
    static let first: UInt64 = 0x6a09_e667_f3bc_c909
    static let second: UInt64 = 0xbb67_ae85_84ca_a73b
    static let third: UInt64 = 0x3c6e_f372_fe94_f82b
}

@inline(__always)
private func littleWord(_ bytes: UnsafeRawBufferPointer, _ at: Int) -> UInt64 {
    UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: at, as: UInt64.self))
}

/// Both halves of a product of 128 bits, laid over each other.
@inline(__always)
private func fold(_ first: UInt64, _ second: UInt64) -> UInt64 {
    let product = first.multipliedFullWidth(by: second)
    return product.high ^ product.low
}
