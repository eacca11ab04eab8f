import UrrPlatform
import UrrQueue

/// The queue's cases: one thread that sends, receives and deletes in batches of ten.
enum QueueCounts {
    static let all: [CountedCase] =
        [QueueConfiguration.Kind.fifo, .standard].flatMap { kind in
            [
                CountedCase(
                    name: "queue-\(name(kind))-send-64B-b10",
                    summary: "send in batches of 10, to 16 groups where it has groups",
                    window: window
                ) {
                    let traffic = try QueueTraffic(kind)
                    return CountedWork(retained: { traffic.retained }, run: traffic.send)
                },
                CountedCase(
                    name: "queue-\(name(kind))-cycle-64B-b10",
                    summary: "send, receive and delete in batches of 10", window: window
                ) { CountedWork(run: try QueueTraffic(kind).cycle) },
            ]
        }

    private static let window: UInt64 = 40

    private static func name(_ kind: QueueConfiguration.Kind) -> String {
        kind == .fifo ? "fifo" : "standard"
    }
}

/// Sends and receives; keeps everything that calls need, so that none of it is allocated in them.
private final class QueueTraffic {
    private static let batch = QueueLimits.batch
    private static let bodyBytes = 64
    private static let idBytes = 16
    private static let groups = 16
    /// More than any count sends.
    private static let messages = 16_384
    private static let now: Nanoseconds = nanosecondsPerSecond

    private let core: QueueCore
    private let isFIFO: Bool
    private let ids: UnsafeMutableRawBufferPointer
    private let body: UnsafeMutableRawBufferPointer
    private let entries: UnsafeMutableBufferPointer<SendEntry>
    private let results: UnsafeMutableBufferPointer<SendResult>
    private let received: UnsafeMutableBufferPointer<ReceivedMessage>
    private let settles: UnsafeMutableBufferPointer<SettleEntry>
    private let settled: UnsafeMutableBufferPointer<SettleResult>
    private var sent = 0

    init(_ kind: QueueConfiguration.Kind) throws {
        core = try QueueCore(QueueConfiguration(kind))
        isFIFO = kind == .fifo
        ids = .allocate(byteCount: Self.messages * Self.idBytes, alignment: 16)
        for number in 0..<Self.messages {
            let digits = Array(String(number + 1 << 40, radix: 16).utf8)
            for place in 0..<Self.idBytes {
                ids[number * Self.idBytes + place] =
                    place < digits.count ? digits[place] : UInt8(ascii: "-")
            }
        }
        body = .allocate(byteCount: Self.bodyBytes, alignment: 16)
        body.initializeMemory(as: UInt8.self, repeating: UInt8(ascii: "x"))
        entries = .allocate(capacity: Self.batch)
        entries.initialize(repeating: SendEntry(body: UnsafeRawBufferPointer(body)))
        results = .allocate(capacity: Self.batch)
        results.initialize(repeating: SendResult())
        received = .allocate(capacity: Self.batch)
        received.initialize(repeating: ReceivedMessage())
        settles = .allocate(capacity: Self.batch)
        settles.initialize(
            repeating: SettleEntry(id: 0, handle: ReceiptHandle(rawValue: 0)))
        settled = .allocate(capacity: Self.batch)
        settled.initialize(repeating: .done)
    }

    deinit {
        ids.deallocate()
        body.deallocate()
        entries.deallocate()
        results.deallocate()
        received.deallocate()
        settles.deallocate()
        settled.deallocate()
    }

    /// What the queue's own books say of the messages that it holds.
    var retained: (bytes: Int, records: UInt64) {
        let memory = core.memory
        let bytes =
            memory.messageIndexBytes + memory.groupBytes + memory.bodyBytes
            + memory.deduplicationBytes
        return (bytes, UInt64(core.attributes(now: Self.now).retained))
    }

    func send(_ count: UInt64) -> UInt64 {
        var done: UInt64 = 0
        while done < count {
            let size = sendBatch(Int(min(UInt64(Self.batch), count - done)))
            if size == 0 { break }
            done += UInt64(size)
        }
        return done
    }

    func cycle(_ count: UInt64) -> UInt64 {
        var done: UInt64 = 0
        while done < count {
            let size = sendBatch(Int(min(UInt64(Self.batch), count - done)))
            if size == 0 || receiveBatch() != size { break }
            done += UInt64(size)
        }
        return done
    }

    /// Sends one batch; returns how many were accepted.
    private func sendBatch(_ size: Int) -> Int {
        for place in 0..<size {
            entries[place].id = UInt64(place)
            if isFIFO {
                let number = (sent + place) % Self.messages
                let start = number * Self.idBytes
                entries[place].deduplicationID = UnsafeRawBufferPointer(
                    rebasing: ids[start..<start + Self.idBytes])
                let group = number / Self.batch % Self.groups * Self.idBytes
                entries[place].messageGroupID = UnsafeRawBufferPointer(
                    rebasing: ids[group..<group + Self.idBytes])
            }
        }
        let batch = UnsafeBufferPointer(rebasing: entries[0..<size])
        guard core.sendMessageBatch(batch, results: results, now: Self.now) == nil else { return 0 }
        for place in 0..<size where results[place].error != nil { return 0 }
        sent += size
        return size
    }

    /// Receives a batch and deletes it; returns how many messages it had.
    private func receiveBatch() -> Int {
        let answer = core.receiveMessage(ReceiveRequest(), into: received, now: Self.now)
        for place in 0..<answer.count {
            settles[place] = SettleEntry(id: UInt64(place), handle: received[place].handle)
        }
        guard answer.count > 0 else { return 0 }
        let batch = UnsafeBufferPointer(rebasing: settles[0..<answer.count])
        guard core.deleteMessageBatch(batch, results: settled, now: Self.now) == nil else {
            return 0
        }
        return settled[0..<answer.count].count { $0 == .done }
    }
}
