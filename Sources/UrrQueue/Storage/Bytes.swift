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
    guard first.count == second.count else { return false }
    var at = 0
    while at &+ 8 <= first.count {
        let left = first.loadUnaligned(fromByteOffset: at, as: UInt64.self)
        guard left == second.loadUnaligned(fromByteOffset: at, as: UInt64.self) else {
            return false
        }
        at &+= 8
    }
    while at < first.count {
        guard first[at] == second[at] else { return false }
        at &+= 1
    }
    return true
}

/// Whether every byte is a letter, a digit or punctuation of ASCII (33 to 126), which is what SQS
/// allows in group, deduplication and attempt ids. Eight bytes at a time: a byte below 33 borrows
/// into, one above 126 carries into its high bit.
@inline(__always)
func isVisibleASCII(_ bytes: UnsafeRawBufferPointer) -> Bool {
    let high: UInt64 = 0x8080_8080_8080_8080
    let ones: UInt64 = 0x0101_0101_0101_0101
    var at = 0
    while at &+ 8 <= bytes.count {
        let word = bytes.loadUnaligned(fromByteOffset: at, as: UInt64.self)
        // With every high bit clear no lane of the sums below reaches into the next one.
        guard word & high == 0 else { return false }
        let low = (word | high) &- ones &* 33
        guard low & high == high, (word &+ ones) & high == 0 else { return false }
        at &+= 8
    }
    while at < bytes.count {
        guard bytes[at] >= 33, bytes[at] <= 126 else { return false }
        at &+= 1
    }
    return true
}
