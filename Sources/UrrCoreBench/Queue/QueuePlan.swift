import UrrPlatform
import UrrQueue

/// What all threads of one trial of a queue agree on.
final class QueuePlan: @unchecked Sendable {
    /// Bytes of a group's name.
    static let nameLength = 16
    /// Messages that producers may be ahead of what is retained.
    static let slack = 8192
    private static let window = 300 * nanosecondsPerSecond

    let groups: Int
    let retained: Int
    /// Deduplication ids that the window holds in the steady state; 0 without deduplication.
    let rememberedIDs: Int
    /// Producers.
    let streams: Int
    /// Time from one message to the next, in the time of the queue.
    let step: Nanoseconds
    /// Messages that pass through the queue before it is measured.
    var turnover: Int { max(retained, rememberedIDs - retained) }
    /// The groups' names, one behind the other.
    private let names: UnsafeMutableRawPointer

    init(groups: Int, retained: Int, rememberedIDs: Int, streams: Int) {
        self.groups = groups
        self.retained = retained
        self.rememberedIDs = rememberedIDs
        self.streams = streams
        step = rememberedIDs > 0 ? Self.window / Nanoseconds(rememberedIDs) : 1000
        names = .allocate(byteCount: groups * Self.nameLength, alignment: falseSharingByteCount)
        for group in 0..<groups {
            HexText.write(UInt64(group), to: names + group * Self.nameLength)
        }
    }

    deinit { names.deallocate() }

    @inline(__always)
    func name(_ group: Int) -> UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(start: names + group &* Self.nameLength, count: Self.nameLength)
    }

    /// The group of a producer's message with this number.
    @inline(__always)
    func group(_ number: UInt64, stream: Int) -> Int {
        // A multiplication instead of a division: the upper half of a 32-bit random number times
        // the number of groups is evenly spread below that.
        let random = mix64(number &+ UInt64(truncatingIfNeeded: stream) &<< 48) &>> 32
        return Int(truncatingIfNeeded: random &* UInt64(truncatingIfNeeded: groups) &>> 32)
    }

    /// The queue that is measured.
    func configuration() -> QueueConfiguration {
        var found = QueueConfiguration(.fifo)
        found.visibilityTimeout = QueueLimits.visibilityTimeout
        found.retention = QueueLimits.retention.upperBound
        found.deduplication = rememberedIDs > 0 ? .byID : .off
        found.deduplicationWindow = Self.window
        found.maximumMessageSize = 1024
        found.capacity.messages = retained + 4 * Self.slack
        found.capacity.deduplicationIDs = max(1, 2 * rememberedIDs + 4 * Self.slack)
        found.capacity.bodyBytes = max(1 << 22, found.capacity.messages * 128)
        return found
    }
}

/// Numbers as 16 hexadecimal digits, without a loop.
enum HexText {
    @inline(__always)
    static func write(_ value: UInt64, to target: UnsafeMutableRawPointer) {
        target.storeBytes(of: digits(value &>> 32).byteSwapped, as: UInt64.self)
        target.storeBytes(
            of: digits(value & 0xffff_ffff).byteSwapped, toByteOffset: 8, as: UInt64.self)
    }

    /// The eight digits of 32 bits, the lowest in the lowest byte.
    @inline(__always)
    static func digits(_ value: UInt64) -> UInt64 {
        var spread = (value | value &<< 16) & 0x0000_ffff_0000_ffff
        spread = (spread | spread &<< 8) & 0x00ff_00ff_00ff_00ff
        spread = (spread | spread &<< 4) & 0x0f0f_0f0f_0f0f_0f0f
        // One in each byte that is above 9: "a" lies 39 behind what would follow "9".
        let letters = (spread &+ 0x0606_0606_0606_0606) &>> 4 & 0x0101_0101_0101_0101
        return spread &+ 0x3030_3030_3030_3030 &+ letters &* 39
    }
}
