import Testing
import UrrPlatform
import UrrQueue
import UrrTestSupport

/// What the queue's own books say about its memory.
struct MemoryTests {
    /// Sends `count` messages in batches, with ids that never repeat.
    static func fill(_ core: QueueCore, _ count: Int, from start: Int, step: Nanoseconds) {
        let body: [UInt8] = Array("0123456789".utf8)
        var results = [SendResult](repeating: SendResult(), count: 10)
        var number = start
        while number < start + count {
            let bytes = PinnedBytes()
            let entries = (number..<number + 10).map {
                QueueUnderTest.entry(
                    ReferenceSend(
                        id: UInt64($0), body: body, group: Array("group\($0 % 1000)".utf8),
                        deduplication: Array("id\($0)".utf8)), bytes)
            }
            let error = results.withUnsafeMutableBufferPointer { results in
                entries.withUnsafeBufferPointer {
                    core.sendMessageBatch($0, results: results, now: Nanoseconds(number) * step)
                }
            }
            withExtendedLifetime(bytes) {}
            #expect(error == nil && results.allSatisfy { $0.error == nil && !$0.isDuplicate })
            number += 10
        }
    }

    @Test func aMessageCostsAtMost48BytesAndAnIdAtMost32() throws {
        let core = try QueueCore(QueueConfiguration(.fifo))
        let count = 40_000
        Self.fill(core, count, from: 0, step: 1)
        let memory = core.memory
        #expect(memory.messageIndexBytes + memory.groupBytes <= 48 * count)
        #expect(memory.deduplicationIDs == count)
        // Up to one chunk of 4,096 entries is not full yet.
        #expect(memory.deduplicationBytes <= 32 * count + 4096 * 24)
    }

    /// Two thousand ids are in the window at any time, whatever has passed through.
    @Test func theWindowKeepsItsMemory() throws {
        var configuration = QueueConfiguration(.fifo)
        configuration.deduplicationWindow = 2_000_000
        let core = try QueueCore(configuration)
        Self.fill(core, 10_000, from: 0, step: 1000)
        let before = core.memory
        Self.fill(core, 20_000, from: 10_000, step: 1000)
        #expect(core.memory.deduplicationIDs == before.deduplicationIDs)
        #expect(core.memory.deduplicationBytes <= before.deduplicationBytes + 4096 * 24)
    }

    /// An hour of traffic, at the rate that would be 100,000,000 ids an hour: the window holds
    /// those of five minutes and its memory no more, and it is exact at its edges.
    /// Short: a hundredth of the rate. In full it takes half a minute in a release build.
    @Test func anHourOfIdsStaysWithinTheWindow() throws {
        let messages = LongForm.operations(short: 100_000, long: 100_000_000) / 10 * 10
        let step = 3600 * nanosecondsPerSecond / Nanoseconds(messages)
        let held = Int(300 * nanosecondsPerSecond / step)
        var configuration = QueueConfiguration(.fifo)
        configuration.capacity.deduplicationIDs = held + 20
        configuration.capacity.messages = 1000
        configuration.capacity.bodyBytes = 1 << 20
        configuration.maximumMessageSize = 1024
        let core = try QueueCore(configuration)
        let stream = IDStream(core, step: step)
        var most = 0
        while stream.sent < messages {
            stream.cycle()
            // Outside of the loop's rhythm, so that all fill levels are seen.
            if stream.sent % 9970 == 0 { most = max(most, core.memory.deduplicationBytes) }
        }
        let memory = core.memory
        // A batch is sent at one instant: the window's edge falls into it.
        #expect(abs(memory.deduplicationIDs - held) <= 10)
        #expect(max(most, memory.deduplicationBytes) <= 32 * (held + 20) + 2 * 4096 * 24)
        #expect(stream.refused == 0)
        #expect(stream.isRemembered(messages - held + 20))
        #expect(!stream.isRemembered(messages - held - 20))
    }
}

/// Sends ids that never repeat, in batches of ten, and deletes the messages at once.
private final class IDStream {
    private let core: QueueCore
    private let step: Nanoseconds
    private let text: UnsafeMutableRawPointer
    private let entries: UnsafeMutableBufferPointer<SendEntry>
    private let results: UnsafeMutableBufferPointer<SendResult>
    private let places: UnsafeMutableBufferPointer<ReceivedMessage>
    private let settles: UnsafeMutableBufferPointer<SettleEntry>
    private let settled: UnsafeMutableBufferPointer<SettleResult>
    private(set) var sent = 0
    private(set) var refused = 0

    init(_ core: QueueCore, step: Nanoseconds) {
        self.core = core
        self.step = step
        text = .allocate(byteCount: 80, alignment: 8)
        text.initializeMemory(as: UInt8.self, repeating: 65, count: 80)
        entries = .allocate(capacity: 10)
        results = .allocate(capacity: 10)
        results.initialize(repeating: SendResult())
        places = .allocate(capacity: 10)
        places.initialize(repeating: ReceivedMessage())
        settles = .allocate(capacity: 10)
        settled = .allocate(capacity: 10)
        settled.initialize(repeating: .ignored)
        for place in 0..<10 {
            let id = UnsafeRawBufferPointer(start: text + place * 8, count: 8)
            (entries.baseAddress! + place).initialize(
                to: SendEntry(
                    id: UInt64(place), body: id,
                    messageGroupID: UnsafeRawBufferPointer(rebasing: id[0..<1]),
                    deduplicationID: id))
        }
    }

    deinit {
        text.deallocate()
        entries.deallocate()
        results.deallocate()
        places.deallocate()
        settles.deallocate()
        settled.deallocate()
    }

    private var now: Nanoseconds { Nanoseconds(sent) * step }

    /// Five bits of the number a byte, all of them visible.
    private func write(_ number: Int, _ place: Int) {
        var word: UInt64 = 0
        for digit in 0..<8 {
            word |= UInt64(64 + (number >> (5 * digit) & 31)) << UInt64(8 * digit)
        }
        text.storeBytes(of: word, toByteOffset: place * 8, as: UInt64.self)
    }

    func cycle() {
        for place in 0..<10 { write(sent + place, place) }
        let error = core.sendMessageBatch(UnsafeBufferPointer(entries), results: results, now: now)
        if error != nil || results.contains(where: { $0.error != nil || $0.isDuplicate }) {
            refused += 1
        }
        let count = core.receiveMessage(ReceiveRequest(), into: places, now: now).count
        for place in 0..<count {
            (settles.baseAddress! + place).initialize(
                to: SettleEntry(id: UInt64(place), handle: places[place].handle))
        }
        _ = core.deleteMessageBatch(
            UnsafeBufferPointer(rebasing: settles[0..<count]), results: settled, now: now)
        sent += 10
    }

    /// Whether the queue takes this id for a duplicate now.
    func isRemembered(_ number: Int) -> Bool {
        write(number, 0)
        return core.sendMessage(entries[0], now: now).isDuplicate
    }
}
