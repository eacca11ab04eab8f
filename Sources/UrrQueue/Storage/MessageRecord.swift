import UrrPlatform

/// Where a retained message is in its life. Free records are zero.
enum MessageState: UInt32 {
    case free = 0
    case ready = 1
    case delayed = 2
    case inFlight = 3
}

/// The index of one retained message: 44 bytes.
///
/// ```
///  word
///   0-1   time of sending
///   2-3   sequence, 48 bits; deliveries so far, 16 bits (does not grow beyond 65,535)
///   4     body: number of its first 16-byte unit
///   5     length, 24 bits; state, 2; has time to live, 1; visibility changed, 1; priority, 4
///   6     timer, while one runs; else the group (FIFO) or the record before it (standard, ready)
///   7     next of the group (FIFO), or of the ready list (standard); next free record
///   8-9   neighbours in order of age
///  10     generation: counts the deliveries of all messages that lived here
/// ```
///
/// All words have 32 bits, so that the record is aligned to, and padded to, no more than that.
struct MessageRecord: SlabRecord {
    private var sentLow: UInt32 = 0
    private var sentHigh: UInt32 = 0
    private var sequenceLow: UInt32 = 0
    private var sequenceHighAndCount: UInt32 = 0
    var body: UInt32 = 0
    private var lengthAndFlags: UInt32 = 0
    var link: UInt32 = 0
    var next: UInt32 = 0
    var older: UInt32 = 0
    var younger: UInt32 = 0
    var generation: UInt32 = 0

    static let greatestCount: UInt32 = 0xffff
    private static let lengthMask: UInt32 = 0xff_ffff
    private static let stateShift: UInt32 = 24
    private static let timeToLiveBit: UInt32 = 1 << 26
    private static let changedBit: UInt32 = 1 << 27
    private static let priorityShift: UInt32 = 28

    @inline(__always)
    var freeLink: UInt32 {
        get { next }
        set { next = newValue }
    }

    /// A record whose generations are used up is never used again: a handle that is as old could
    /// otherwise match. Leaves room for the deliveries that a dead letter brings along.
    @inline(__always)
    var isExhausted: Bool { generation > UInt32.max - 2 * Self.greatestCount }

    @inline(__always)
    var sentTime: Nanoseconds {
        get { Nanoseconds(bitPattern: UInt64(sentHigh) &<< 32 | UInt64(sentLow)) }
        set {
            let bits = UInt64(bitPattern: newValue)
            sentLow = UInt32(truncatingIfNeeded: bits)
            sentHigh = UInt32(truncatingIfNeeded: bits &>> 32)
        }
    }

    @inline(__always)
    var sequence: UInt64 { UInt64(sequenceHighAndCount &>> 16) &<< 32 | UInt64(sequenceLow) }

    @inline(__always)
    var receiveCount: UInt32 { sequenceHighAndCount & Self.greatestCount }

    @inline(__always)
    mutating func setSequence(_ sequence: UInt64, receiveCount: UInt32) {
        sequenceLow = UInt32(truncatingIfNeeded: sequence)
        sequenceHighAndCount = UInt32(truncatingIfNeeded: sequence &>> 32) &<< 16 | receiveCount
    }

    /// Counts one more delivery, for the message and for the handles.
    @inline(__always)
    mutating func countDelivery() {
        if receiveCount < Self.greatestCount { sequenceHighAndCount &+= 1 }
        generation &+= 1
    }

    @inline(__always)
    var length: Int { Int(lengthAndFlags & Self.lengthMask) }

    @inline(__always)
    var priority: Int { Int(lengthAndFlags &>> Self.priorityShift) }

    @inline(__always)
    var hasTimeToLive: Bool { lengthAndFlags & Self.timeToLiveBit != 0 }

    /// Whether the visibility was changed since the delivery.
    @inline(__always)
    var isChanged: Bool {
        get { lengthAndFlags & Self.changedBit != 0 }
        set {
            lengthAndFlags =
                newValue ? lengthAndFlags | Self.changedBit : lengthAndFlags & ~Self.changedBit
        }
    }

    @inline(__always)
    mutating func setBody(_ unit: UInt32, length: Int, priority: Int, hasTimeToLive: Bool) {
        body = unit
        lengthAndFlags =
            UInt32(truncatingIfNeeded: length)
            | UInt32(truncatingIfNeeded: priority) &<< Self.priorityShift
            | (hasTimeToLive ? Self.timeToLiveBit : 0)
    }

    @inline(__always)
    var state: MessageState {
        get { MessageState(rawValue: lengthAndFlags &>> Self.stateShift & 3).unsafelyUnwrapped }
        set {
            lengthAndFlags =
                lengthAndFlags & ~(3 &<< Self.stateShift) | newValue.rawValue &<< Self.stateShift
        }
    }
}

/// What a delayed message or one in flight has besides its record: 32 bytes.
struct TimerRecord: SlabRecord {
    /// Tick at whose beginning it ends.
    var deadline: UInt64 = 0
    /// When the message was delivered: timeouts may not go beyond 12 hours from then.
    var startTime: Nanoseconds = 0
    var next: UInt32 = 0
    var previous: UInt32 = 0
    var message: UInt32 = 0
    var group: UInt32 = 0

    @inline(__always)
    var freeLink: UInt32 {
        get { next }
        set { next = newValue }
    }
}
