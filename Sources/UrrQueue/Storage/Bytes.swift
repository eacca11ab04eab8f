import Glibc

/// Copies `count` bytes. Short bodies are copied in line: a call costs more than the copy.
@inline(__always)
func copyBytes(
    to target: UnsafeMutableRawPointer, from source: UnsafeRawPointer, count: Int
) {
    guard count >= 16, count <= 128 else {
        memcpy(target, source, count)
        return
    }
    var at = 0
    let last = count &- 16
    while at < last {
        target.storeBytes(
            of: source.loadUnaligned(fromByteOffset: at, as: SIMD2<UInt64>.self),
            toByteOffset: at, as: SIMD2<UInt64>.self)
        at &+= 16
    }
    // The last 16 bytes may overlap what was copied already.
    target.storeBytes(
        of: source.loadUnaligned(fromByteOffset: last, as: SIMD2<UInt64>.self),
        toByteOffset: last, as: SIMD2<UInt64>.self)
}

/// Whether two names have the same bytes.
@inline(__always)
func sameBytes(_ first: UnsafeRawBufferPointer, _ second: UnsafeRawBufferPointer) -> Bool {
    let count = first.count
    guard count == second.count else { return false }
    guard count >= 8 else {
        for at in 0..<count where first[at] != second[at] { return false }
        return true
    }
    func differ(_ at: Int) -> UInt64 {
        first.loadUnaligned(fromByteOffset: at, as: UInt64.self)
            ^ second.loadUnaligned(fromByteOffset: at, as: UInt64.self)
    }
    var found: UInt64 = 0
    var at = 0
    // The last eight bytes may overlap those before.
    while at < count &- 8 {
        found |= differ(at)
        at &+= 8
    }
    return found | differ(count &- 8) == 0
}

/// Whether every byte is a letter, a digit or punctuation of ASCII (33 to 126), which is what SQS
/// allows in group, deduplication and attempt ids. Eight bytes at a time: a byte below 33 borrows
/// into, one above 126 carries into its high bit.
@inline(__always)
func isVisibleASCII(_ bytes: UnsafeRawBufferPointer) -> Bool {
    let high: UInt64 = 0x8080_8080_8080_8080
    let ones: UInt64 = 0x0101_0101_0101_0101
    // High bits of lanes that are wrong. Where a byte has its own high bit set, lanes may reach
    // into the next one; but then the answer is no already.
    func wrong(_ word: UInt64) -> UInt64 {
        word | (word &+ ones) | ~((word | high) &- ones &* 33)
    }
    var found: UInt64 = 0
    guard bytes.count >= 8 else {
        for byte in bytes { found |= byte >= 33 && byte <= 126 ? 0 : high }
        return found == 0
    }
    var at = 0
    // The last eight bytes may overlap those before.
    let last = bytes.count &- 8
    while at < last {
        found |= wrong(bytes.loadUnaligned(fromByteOffset: at, as: UInt64.self))
        at &+= 8
    }
    found |= wrong(bytes.loadUnaligned(fromByteOffset: last, as: UInt64.self))
    return found & high == 0
}
