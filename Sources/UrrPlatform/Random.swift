/// The output function of SplitMix64: a bijection of 64 bits whose output passes for random.
///
/// Constants: Steele, Lea, Flood, "Fast Splittable Pseudorandom Number Generators" (OOPSLA 2014),
/// variant 13 of Stafford's mixers.
@inlinable
@inline(__always)
public func mix64(_ value: UInt64) -> UInt64 {
    var z = value
    z = (z ^ (z &>> 30)) &* 0xbf58_476d_1ce4_e5b9
    z = (z ^ (z &>> 27)) &* 0x94d0_49bb_1331_11eb
    return z ^ (z &>> 31)
}

/// Random numbers addressed by an index instead of drawn from a state: value `i` of a stream is a
/// pure function of (seed, stream, i). Any worker can compute any value, in any order, and all of
/// them agree. That is what makes a workload the same on one worker and on many.
public struct IndexedRandom: Sendable {
    /// Weyl increment of SplitMix64 (2^64 divided by the golden ratio, odd).
    @usableFromInline static var increment: UInt64 { 0x9e37_79b9_7f4a_7c15 }
    @usableFromInline let base: UInt64

    /// The stream that `name` selects under `seed`. Two names give unrelated streams.
    public init(seed: UInt64, stream name: String) {
        // FNV-1a over the name; constants from the FNV reference (offset basis and 64-bit prime).
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for byte in name.utf8 { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01b3 }
        base = mix64(mix64(seed &+ Self.increment) ^ hash)
    }

    /// The 64 random bits at `index`.
    @inlinable
    @inline(__always)
    public subscript(index: UInt64) -> UInt64 { mix64(base &+ (index &+ 1) &* Self.increment) }

    /// The value at `index`, uniform in [0, 1) with 53 bits.
    @inlinable
    @inline(__always)
    public func unit(_ index: UInt64) -> Double { Double(self[index] &>> 11) * 0x1p-53 }
}
