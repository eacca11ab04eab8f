/// What a reader of messages has seen: compared with what was sent.
struct ReadTally: Equatable, Sendable {
    /// Messages.
    var count: UInt64 = 0
    /// Sum of all words and of what came with the messages, modulo 2^64.
    var sum: UInt64 = 0
    /// Not 0 where a message was out of order or had the wrong length.
    var disorder: UInt64 = 0
}

/// Looks at every message that a reader gets. A value that one thread keeps in registers.
protocol MessageCheck: Sendable {
    init(_ tamper: Tamper?)
    /// Takes the next message; `envelope` is what came beside it (key hash, append time).
    mutating func take(_ payload: UnsafeRawBufferPointer, envelope: UInt64)
    var tally: ReadTally { get }
}

/// What a check adds up, each in a register of its own: one sum of everything would make a message
/// wait for all additions of the one before it, and the check would cost more than the log.
struct MessageSums {
    var count: UInt64 = 0
    var words = SIMD2<UInt64>()
    var envelopes: UInt64 = 0
    var disorder: UInt64 = 0

    var tally: ReadTally {
        ReadTally(count: count, sum: words[0] &+ words[1] &+ envelopes, disorder: disorder)
    }
}

/// The check of a stream whose messages are numbered 0, 1, 2... in their first word.
struct StreamCheck<Shape: MessageShape>: MessageCheck {
    private var sums = MessageSums()

    var tally: ReadTally { sums.tally }

    @inline(__always)
    init(_ tamper: Tamper?) {}

    @inline(__always)
    mutating func take(_ payload: UnsafeRawBufferPointer, envelope: UInt64) {
        guard payload.count == Shape.byteCount, let start = payload.baseAddress else {
            sums.disorder |= 1
            sums.count &+= 1
            return
        }
        sums.disorder |= start.load(as: UInt64.self) ^ sums.count
        sums.count &+= 1
        sums.envelopes &+= envelope
        Shape.add(start, to: &sums.words)
    }
}

/// The check of two streams that share a structure; each message has its stream's number, 0 or 1,
/// in the topmost bits of its first word. Each stream must keep its order.
struct PairCheck<Shape: MessageShape>: MessageCheck {
    private var sums = MessageSums()
    /// Messages of the stream numbered 1.
    private var second: UInt64 = 0

    var tally: ReadTally { sums.tally }

    @inline(__always)
    init(_ tamper: Tamper?) {}

    @inline(__always)
    mutating func take(_ payload: UnsafeRawBufferPointer, envelope: UInt64) {
        guard payload.count == Shape.byteCount, let start = payload.baseAddress else {
            sums.disorder |= 1
            sums.count &+= 1
            return
        }
        let word = start.load(as: UInt64.self)
        let stream = word &>> streamShift
        let next = stream == 0 ? sums.count &- second : second
        sums.disorder |= word ^ (stream &<< streamShift | next)
        sums.count &+= 1
        second &+= stream & 1
        sums.envelopes &+= envelope
        Shape.add(start, to: &sums.words)
    }
}

/// Where the number of a message's stream is in its first word.
let streamShift: UInt64 = 56

/// Changes what a reader gets, to prove that the check of a case notices: given the position of a
/// message in the stream and its words, it may alter them, and answers how often the message is to
/// be delivered (1 where it is left alone).
struct Tamper: Sendable {
    let alter: @Sendable (UInt64, inout [UInt64]) -> Int
}

/// A check that gets messages through a `Tamper`. For tests alone: it allocates.
struct TamperedCheck<Base: MessageCheck>: MessageCheck {
    private var base: Base
    private let tamper: Tamper
    private var position: UInt64 = 0

    var tally: ReadTally { base.tally }

    init(_ tamper: Tamper?) {
        base = Base(nil)
        self.tamper = tamper ?? Tamper { _, _ in 1 }
    }

    mutating func take(_ payload: UnsafeRawBufferPointer, envelope: UInt64) {
        var words = Array(payload.bindMemory(to: UInt64.self))
        let times = tamper.alter(position, &words)
        position += 1
        words.withUnsafeBytes { bytes in
            for _ in 0..<times { base.take(bytes, envelope: envelope) }
        }
    }
}
