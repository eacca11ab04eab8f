import Testing
import UrrPlatform
import UrrQueue

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
}
