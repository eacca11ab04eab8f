import UrrPlatform

/// The first 40 bytes of every message: what the engine must know again at the other end.
///
///     byte  0  intended   Int64   when the schedule wanted the message to be sent
///     byte  8  sent       Int64   when it was handed to the driver
///     byte 16  sequence   UInt64  per producer instance and partition, from 0, no gaps
///     byte 24  keyIndex   UInt32  the key's number in the workload's key space
///     byte 28  producer   UInt16  the producer instance, numbered over the whole run
///     byte 30  segment    UInt8   part of the arrival pattern; 0 is warm-up, never measured
///     byte 31  version    UInt8   of this layout; the highest bit marks a message sent again
///     byte 32  runTag     UInt32  tells messages of another run apart
///     byte 36  checksum   UInt32  over the 36 bytes before
///
/// Native byte order: both ends are this machine's. Times are in the clock of the run.
@frozen
public struct TraceHeader {
    /// Bytes that the header takes: the smallest message that the engine can send.
    public static let byteCount = 40
    /// The layout drawn above.
    @usableFromInline static let version: UInt8 = 1
    @usableFromInline static var retryBit: UInt64 { 1 &<< 63 }

    /// When the schedule wanted the message to be sent.
    public var intended: Nanoseconds
    /// When it was handed to the driver.
    public var sent: Nanoseconds
    /// Running number per producer instance and partition.
    public var sequence: UInt64
    /// `keyIndex`, `producer`, `segment` and the layout's version, as they stand in the message.
    public var identity: UInt64
    /// `runTag` and `checksum`, as they stand in the message.
    public var seal: UInt64

    /// A header with its checksum, or without where nobody will look at it.
    @inlinable
    @inline(__always)
    public init(
        intended: Nanoseconds, sent: Nanoseconds, sequence: UInt64, keyIndex: UInt32,
        producer: UInt16, segment: UInt8, runTag: UInt32, isRetry: Bool = false,
        isSealed: Bool = true
    ) {
        self.intended = intended
        self.sent = sent
        self.sequence = sequence
        identity =
            UInt64(keyIndex) | UInt64(producer) &<< 32 | UInt64(segment) &<< 48
            | UInt64(Self.version) &<< 56 | (isRetry ? Self.retryBit : 0)
        seal = 0
        if isSealed { seal = UInt64(runTag) | UInt64(checksum(runTag: runTag)) &<< 32 }
    }

    /// The header at the start of `payload`, which must hold at least `byteCount` bytes.
    @inlinable
    @inline(__always)
    public init(reading payload: UnsafeRawPointer) {
        intended = payload.loadUnaligned(fromByteOffset: 0, as: Int64.self)
        sent = payload.loadUnaligned(fromByteOffset: 8, as: Int64.self)
        sequence = payload.loadUnaligned(fromByteOffset: 16, as: UInt64.self)
        identity = payload.loadUnaligned(fromByteOffset: 24, as: UInt64.self)
        seal = payload.loadUnaligned(fromByteOffset: 32, as: UInt64.self)
    }

    /// Writes the header to the start of a message of at least `byteCount` bytes.
    @inlinable
    @inline(__always)
    public func write(to payload: UnsafeMutableRawPointer) {
        payload.storeBytes(of: intended, toByteOffset: 0, as: Int64.self)
        payload.storeBytes(of: sent, toByteOffset: 8, as: Int64.self)
        payload.storeBytes(of: sequence, toByteOffset: 16, as: UInt64.self)
        payload.storeBytes(of: identity, toByteOffset: 24, as: UInt64.self)
        payload.storeBytes(of: seal, toByteOffset: 32, as: UInt64.self)
    }

    /// The producer instance, numbered over the whole run.
    @inlinable
    @inline(__always)
    public var producer: UInt16 { UInt16(truncatingIfNeeded: identity &>> 32) }

    /// The part of the arrival pattern; 0 is warm-up.
    @inlinable
    @inline(__always)
    public var segment: UInt8 { UInt8(truncatingIfNeeded: identity &>> 48) }

    /// The key's number in the workload's key space.
    @inlinable
    @inline(__always)
    public var keyIndex: UInt32 { UInt32(truncatingIfNeeded: identity) }

    /// Whether it was sent again, by a retry storm.
    @inlinable
    @inline(__always)
    public var isRetry: Bool { identity & Self.retryBit != 0 }

    /// Whether the message belongs to the run `runTag` and its header is as it was written.
    @inlinable
    @inline(__always)
    public func isIntact(runTag: UInt32) -> Bool {
        seal == UInt64(runTag) | UInt64(checksum(runTag: runTag)) &<< 32
    }

    /// Multiplies each word by an odd constant of its own (from SplitMix64 and MurmurHash3's
    /// finalizer), so that swapped or shifted words do not cancel. Not cryptographic.
    @inlinable
    @inline(__always)
    func checksum(runTag: UInt32) -> UInt32 {
        let a = UInt64(bitPattern: intended) &* 0x9e37_79b9_7f4a_7c15
        let b = UInt64(bitPattern: sent) &* 0xbf58_476d_1ce4_e5b9
        let c = sequence &* 0x94d0_49bb_1331_11eb
        let d = (identity ^ UInt64(runTag)) &* 0xff51_afd7_ed55_8ccd
        let sum = (a ^ (b &<< 7 | b &>> 57)) &+ (c ^ (d &<< 19 | d &>> 45))
        return UInt32(truncatingIfNeeded: sum ^ (sum &>> 32))
    }
}
