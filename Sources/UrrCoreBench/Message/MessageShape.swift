import UrrPlatform

/// A message of a fixed number of 64-bit words: its sequence number, a second word that the case
/// chooses (the sequence number again, or a time), and a pattern.
///
/// The size is part of the type, so that filling and summing are straight-line code for each size,
/// as they are in the peers' harness, where it is a template parameter.
protocol MessageShape: Sendable {
    static var wordCount: Int { get }
}

enum Message16: MessageShape { static var wordCount: Int { 2 } }
enum Message64: MessageShape { static var wordCount: Int { 8 } }
enum Message256: MessageShape { static var wordCount: Int { 32 } }
enum Message1024: MessageShape { static var wordCount: Int { 128 } }

/// The sizes that are measured; the raw value is in bytes.
enum MessageSize: Int, CaseIterable, Sendable {
    case bytes16 = 16
    case bytes64 = 64
    case bytes256 = 256
    case bytes1024 = 1024
}

/// The words that fill up a message behind the first two: the same ones each time, kept where the
/// producer's first-level cache has them.
struct MessagePattern: @unchecked Sendable {
    /// Words of the longest message, less the two that differ.
    static let wordCount = 126
    /// Aligned to a cache line; lives as long as the process.
    let words: UnsafeRawPointer

    static let shared = MessagePattern()

    private init() {
        let memory = UnsafeMutableRawPointer.allocate(
            byteCount: 1024, alignment: falseSharingByteCount)
        for index in 0..<Self.wordCount {
            memory.storeBytes(of: Self.word(index), toByteOffset: index * 8, as: UInt64.self)
        }
        words = UnsafeRawPointer(memory)
    }

    /// Odd multiples of 2^64 divided by the golden ratio: no two alike, no zeros.
    static func word(_ index: Int) -> UInt64 { 0x9e37_79b9_7f4a_7c15 &* UInt64(index + 1) }
}

extension MessageShape {
    /// Bytes of one message.
    @inline(__always)
    static var byteCount: Int { wordCount &* 8 }

    /// Writes a message to `target`, which is aligned to 8.
    @inline(__always)
    static func write(
        to target: UnsafeMutableRawPointer, _ first: UInt64, _ second: UInt64,
        _ pattern: UnsafeRawPointer
    ) {
        target.storeBytes(of: first, as: UInt64.self)
        target.storeBytes(of: second, toByteOffset: 8, as: UInt64.self)
        // Sixteen bytes at a time: what `memcpy` picks for the rest of a message, which starts 16
        // bytes behind a cache line, is wide stores that each lie in two lines.
        var index = 2
        while index < wordCount {
            let words = pattern.load(fromByteOffset: (index &- 2) &* 8, as: SIMD2<UInt64>.self)
            target.storeBytes(of: words, toByteOffset: index &* 8, as: SIMD2<UInt64>.self)
            index &+= 2
        }
    }

    /// Adds all words of the message at `payload`, which is aligned to 8, to two sums: as two
    /// lanes, so that a message waits for the one before it for one addition only.
    @inline(__always)
    static func add(_ payload: UnsafeRawPointer, to sums: inout SIMD2<UInt64>) {
        var lanes = SIMD2<UInt64>()
        var index = 0
        while index < wordCount {
            lanes &+= payload.loadUnaligned(
                fromByteOffset: index &* 8, as: SIMD2<UInt64>.self)
            index &+= 2
        }
        sums &+= lanes
    }

    /// What the pattern adds to the sum of one message.
    static var patternSum: UInt64 {
        (0..<wordCount - 2).reduce(0) { $0 &+ MessagePattern.word($1) }
    }
}
