import UrrDriver
import UrrPlatform
import UrrQueue

/// The messages that a producer has offered to a queue and not yet sent: one SendMessageBatch, and
/// the answers to those before it. Everything is allocated when it is made.
@usableFromInline
struct QueueSendBatch: ~Copyable {
    /// Bytes of a deduplication id: sixteen hexadecimal digits.
    @usableFromInline static var identifierBytes: Int { 16 }
    /// Answers that can wait to be polled.
    @usableFromInline static var answerCapacity: Int { 64 }

    @usableFromInline let client: QueueClient
    @usableFromInline let isFIFO: Bool
    /// Whether messages are told apart by their id.
    @usableFromInline let givesIDs: Bool
    @usableFromInline let maximumBytes: Int
    @usableFromInline let bodies: MemoryRegion
    @usableFromInline let slotBytes: Int
    /// Group and deduplication id of each entry.
    @usableFromInline let names: UnsafeMutableRawPointer
    @usableFromInline let entries: UnsafeMutablePointer<SendEntry>
    @usableFromInline let results: UnsafeMutablePointer<SendResult>
    @usableFromInline let tokens: UnsafeMutablePointer<UInt64>
    @usableFromInline var count = 0
    @usableFromInline var bytes = 0
    @usableFromInline let answers: UnsafeMutablePointer<Completion>
    @usableFromInline var head = 0
    @usableFromInline var tail = 0

    @usableFromInline static var nameBytes: Int { 32 }

    init(client: QueueClient, _ configuration: QueueConfiguration) throws(MemoryError) {
        self.client = client
        isFIFO = configuration.kind == .fifo
        givesIDs = isFIFO && configuration.deduplication == .byID
        maximumBytes = configuration.maximumMessageSize
        slotBytes = (maximumBytes + 63) / 64 * 64
        bodies = try MemoryRegion(byteCount: QueueLimits.batch * slotBytes)
        names = .allocate(byteCount: QueueLimits.batch * Self.nameBytes, alignment: 16)
        entries = .allocate(capacity: QueueLimits.batch)
        results = .allocate(capacity: QueueLimits.batch)
        results.initialize(repeating: SendResult(), count: QueueLimits.batch)
        tokens = .allocate(capacity: QueueLimits.batch)
        answers = .allocate(capacity: Self.answerCapacity)
    }

    @inlinable
    deinit {
        names.deallocate()
        entries.deallocate()
        results.deallocate()
        tokens.deallocate()
        answers.deallocate()
    }

    /// Adds a message; sends those before it where they leave no room.
    @inlinable
    mutating func offer(
        _ message: OutgoingMessage, _ write: (UnsafeMutableRawPointer) -> Void
    ) -> OfferResult {
        guard message.byteCount <= maximumBytes else { return .failed }
        guard tail &- head &+ count < Self.answerCapacity else { return .backPressured }
        if count == QueueLimits.batch || bytes &+ message.byteCount > maximumBytes {
            flush(now: message.sentAt)
        }
        let body = bodies.base + count &* slotBytes
        write(body)
        let name = names + count &* Self.nameBytes
        var entry = SendEntry(
            id: UInt64(truncatingIfNeeded: count),
            body: UnsafeRawBufferPointer(start: body, count: message.byteCount))
        if isFIFO {
            KeyText.write(message.keyIndex, to: name)
            entry.messageGroupID = UnsafeRawBufferPointer(start: name, count: KeyText.byteCount)
        }
        if givesIDs {
            let identifier = name + Self.identifierBytes
            Self.writeHexadecimal(message.deduplication, to: identifier)
            entry.deduplicationID = UnsafeRawBufferPointer(
                start: identifier, count: Self.identifierBytes)
        }
        (entries + count).initialize(to: entry)
        tokens[count] = message.token
        count &+= 1
        bytes &+= message.byteCount
        return .accepted
    }

    /// Sends what was offered and keeps the answers.
    @usableFromInline
    mutating func flush(now: Nanoseconds) {
        guard count > 0 else { return }
        let refusal = client.sendMessageBatch(
            UnsafeBufferPointer(start: entries, count: count),
            results: UnsafeMutableBufferPointer(start: results, count: QueueLimits.batch), now: now)
        for number in 0..<count {
            var outcome = Completion.Outcome.failed
            if refusal == nil, results[number].error == nil {
                outcome = results[number].isDuplicate ? .suppressed : .accepted
            }
            (answers + tail % Self.answerCapacity).initialize(
                to: Completion(token: tokens[number], outcome: outcome))
            tail &+= 1
        }
        count = 0
        bytes = 0
    }

    /// Hands out answers.
    @inlinable
    mutating func poll(limit: Int, _ body: (Completion) -> Void) -> Int {
        var polled = 0
        while head != tail, polled < limit {
            let answer = answers[head % Self.answerCapacity]
            head &+= 1
            polled &+= 1
            body(answer)
        }
        return polled
    }

    /// Writes a number as sixteen hexadecimal digits, the lowest first: eight digits at a time, each
    /// nibble in a byte of its own.
    @inlinable
    static func writeHexadecimal(_ number: UInt64, to target: UnsafeMutableRawPointer) {
        for half in 0..<2 {
            var nibbles = (number &>> UInt64(32 &* half)) & 0xffff_ffff
            nibbles = (nibbles | nibbles &<< 16) & 0x0000_ffff_0000_ffff
            nibbles = (nibbles | nibbles &<< 8) & 0x00ff_00ff_00ff_00ff
            nibbles = (nibbles | nibbles &<< 4) & 0x0f0f_0f0f_0f0f_0f0f
            // A nibble above 9 plus 6 has bit 4 set; letters are 39 further than digits.
            let letters = ((nibbles &+ 0x0606_0606_0606_0606) &>> 4) & 0x0101_0101_0101_0101
            let digits = nibbles &+ 0x3030_3030_3030_3030 &+ letters &* 39
            target.storeBytes(of: digits, toByteOffset: 8 &* half, as: UInt64.self)
        }
    }
}
