import UrrPlatform
import UrrQueue

/// Copies of arrays whose addresses stay as long as this lives.
final class PinnedBytes {
    private var blocks: [UnsafeMutableRawBufferPointer] = []

    func pin(_ bytes: [UInt8]?) -> UnsafeRawBufferPointer {
        guard let bytes else { return notGiven }
        let block = UnsafeMutableRawBufferPointer.allocate(
            byteCount: max(bytes.count, 1), alignment: 1)
        block.copyBytes(from: bytes)
        blocks.append(block)
        return UnsafeRawBufferPointer(rebasing: block[0..<bytes.count])
    }

    deinit { for block in blocks { block.deallocate() } }
}

/// A delivery whose bytes were copied.
struct Delivery: Equatable {
    var handle: ReceiptHandle
    var sequence: UInt64
    var sentTime: Nanoseconds
    var receiveCount: Int
    var body: [UInt8]
    var group: [UInt8]
}

/// The queue with arrays instead of pointers.
struct QueueUnderTest {
    let core: QueueCore

    init(_ configuration: QueueConfiguration) throws { core = try QueueCore(configuration) }

    static func entry(_ send: ReferenceSend, _ bytes: PinnedBytes) -> SendEntry {
        SendEntry(
            id: send.id, body: bytes.pin(send.body), messageGroupID: bytes.pin(send.group),
            deduplicationID: bytes.pin(send.deduplication), delay: send.delay,
            priority: send.priority, timeToLive: send.timeToLive)
    }

    func send(_ send: ReferenceSend, now: Nanoseconds) -> SendResult {
        let bytes = PinnedBytes()
        return withExtendedLifetime(bytes) {
            core.sendMessage(Self.entry(send, bytes), now: now)
        }
    }

    func send(batch: [ReferenceSend], now: Nanoseconds) -> (error: QueueError?, [SendResult]) {
        ArrayCalls.send(batch) { core.sendMessageBatch($0, results: $1, now: now) }
    }

    func receive(
        maximum: Int = 10, timeout: Nanoseconds? = nil, wait: Nanoseconds = 0,
        attempt: [UInt8]? = nil, now: Nanoseconds
    ) -> (error: QueueError?, deliveries: [Delivery]) {
        let bytes = PinnedBytes()
        var places = [ReceivedMessage](repeating: ReceivedMessage(), count: 10)
        let request = ReceiveRequest(
            maximum: maximum, visibilityTimeout: timeout, waitTime: wait,
            attemptID: bytes.pin(attempt))
        let result = withExtendedLifetime(bytes) {
            places.withUnsafeMutableBufferPointer {
                core.receiveMessage(request, into: $0, now: now)
            }
        }
        return (result.error, places.prefix(result.count).map { Self.copied($0) })
    }

    static func copied(_ message: ReceivedMessage) -> Delivery {
        Delivery(
            handle: message.handle, sequence: message.sequence, sentTime: message.sentTime,
            receiveCount: message.receiveCount, body: Array(message.body),
            group: Array(message.messageGroupID))
    }

    func delete(batch: [SettleEntry], now: Nanoseconds) -> (error: QueueError?, [SettleResult]) {
        ArrayCalls.settle(batch) { core.deleteMessageBatch($0, results: $1, now: now) }
    }

    func change(batch: [SettleEntry], now: Nanoseconds) -> (error: QueueError?, [SettleResult]) {
        ArrayCalls.settle(batch) { core.changeMessageVisibilityBatch($0, results: $1, now: now) }
    }
}
