import UrrPlatform
import UrrQueue

/// Makes the messages of one producer and sends them. Used by one thread at a time.
///
/// The first word of a message is its place in its group, with the group and the producer above
/// it; the second is its number. Its deduplication id is a producer and a number in 24 bytes, as
/// long as those of the platform.
final class QueueSender: @unchecked Sendable {
    private static let idLength = 24

    private let plan: QueuePlan
    private let stream: Int
    private let bodies: UnsafeMutableRawPointer
    private let ids: UnsafeMutableRawPointer
    private let entries: UnsafeMutableBufferPointer<SendEntry>
    private let results: UnsafeMutableBufferPointer<SendResult>
    /// Messages of each group so far.
    private let places: UnsafeMutablePointer<UInt32>
    /// Messages sent.
    private(set) var sent: UInt64 = 0
    /// The sum of all their words and names.
    private(set) var sum: UInt64 = 0
    /// Batches that were not wholly accepted.
    private(set) var refused = 0

    init(_ plan: QueuePlan, stream: Int, batch: Int) {
        self.plan = plan
        self.stream = stream
        bodies = .allocate(
            byteCount: batch * Message64.byteCount, alignment: falseSharingByteCount)
        ids = .allocate(byteCount: batch * Self.idLength, alignment: falseSharingByteCount)
        entries = .allocate(capacity: batch)
        results = .allocate(capacity: batch)
        results.initialize(repeating: SendResult())
        places = .allocate(capacity: plan.groups)
        places.initialize(repeating: 0, count: plan.groups)
        let pattern = MessagePattern.shared.words
        for number in 0..<batch {
            let body = bodies + number * Message64.byteCount
            Message64.write(to: body, 0, 0, pattern)
            let id = ids + number * Self.idLength
            id.storeBytes(of: UInt64(stream) &+ 0x3030_3030_3a73_7275, as: UInt64.self)
            let entry = SendEntry(
                id: UInt64(number),
                body: UnsafeRawBufferPointer(start: body, count: Message64.byteCount),
                deduplicationID: plan.rememberedIDs > 0
                    ? UnsafeRawBufferPointer(start: id, count: Self.idLength) : notGiven)
            (entries.baseAddress! + number).initialize(to: entry)
        }
    }

    deinit {
        bodies.deallocate()
        ids.deallocate()
        entries.deallocate()
        results.deallocate()
        places.deallocate()
    }

    /// The present instant of the queue as this producer sees it.
    @inline(__always)
    var now: Nanoseconds { Nanoseconds(sent) &* plan.step &* Nanoseconds(plan.streams) }

    /// Producers of the trial.
    var streams: Int { plan.streams }

    /// Messages of the next batch, where `end` are to be sent in all.
    @inline(__always)
    func batchCount(until end: UInt64) -> Int { Int(min(end &- sent, UInt64(entries.count))) }

    /// Sends `count` messages in batches.
    func send<Access: QueueAccess>(_ access: Access, _ count: UInt64) {
        let end = sent &+ count
        while sent < end { sendBatch(access, batchCount(until: end)) }
    }

    /// Sends the next `count` messages, at most a batch, in one call.
    @inline(__always)
    func sendBatch<Access: QueueAccess>(_ access: Access, _ count: Int) {
        for place in 0..<count { fill(place, sent &+ UInt64(place)) }
        let wasAccepted = access.send(
            UnsafeBufferPointer(rebasing: entries[0..<count]),
            UnsafeMutableBufferPointer(rebasing: results[0..<count]), now: now)
        if !wasAccepted { refused &+= 1 }
        sent &+= UInt64(count)
    }

    @inline(__always)
    private func fill(_ place: Int, _ number: UInt64) {
        let group = plan.group(number, stream: stream)
        let key = UInt64(truncatingIfNeeded: stream &* plan.groups &+ group)
        let first = key &<< 32 | UInt64(places[group])
        places[group] &+= 1
        let body = bodies + place &* Message64.byteCount
        body.storeBytes(of: first, as: UInt64.self)
        body.storeBytes(of: number, toByteOffset: 8, as: UInt64.self)
        HexText.write(number, to: ids + (place &* Self.idLength &+ 8))
        let name = plan.name(group)
        entries.baseAddress.unsafelyUnwrapped[place].messageGroupID = name
        sum &+= first &+ number &+ Message64.patternSum64 &+ QueueReceiver.word(name)
    }
}

extension Message64 {
    /// What the pattern adds to the sum of one message, worked out once.
    static let patternSum64 = patternSum
}
