/// MurmurHash2 in 32 bits with the seed of Kafka's Java client, so that a key lands on the same
/// partition number here as with a real Kafka (`toPositive(murmur2(key)) % partitions`).
///
/// Constants m = 0x5bd1e995 and r = 24: Austin Appleby's MurmurHash2; seed 0x9747b28c: Kafka's
/// `Utils.murmur2`.
@inlinable
public func murmur2(_ key: UnsafeRawBufferPointer) -> UInt32 {
    let m: UInt32 = 0x5bd1_e995
    var hash = 0x9747_b28c ^ UInt32(truncatingIfNeeded: key.count)
    var index = 0
    while index &+ 4 <= key.count {
        var k = UInt32(littleEndian: key.loadUnaligned(fromByteOffset: index, as: UInt32.self))
        k = k &* m
        k ^= k &>> 24
        k = k &* m
        hash = (hash &* m) ^ k
        index &+= 4
    }
    let rest = key.count &- index
    if rest == 3 { hash ^= UInt32(key[index &+ 2]) &<< 16 }
    if rest >= 2 { hash ^= UInt32(key[index &+ 1]) &<< 8 }
    if rest >= 1 {
        hash ^= UInt32(key[index])
        hash = hash &* m
    }
    hash ^= hash &>> 13
    hash = hash &* m
    return hash ^ (hash &>> 15)
}

/// The partition, in `0..<partitions`, that Kafka's default partitioner gives to a key whose
/// `murmur2` is `hash`: the sign bit is cleared, not negated.
@inlinable
@inline(__always)
public func partition(forKeyHash hash: UInt32, partitions: Int) -> Int {
    Int(hash & 0x7fff_ffff) % partitions
}
