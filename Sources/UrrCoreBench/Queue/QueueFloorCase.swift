import UrrPlatform
import UrrQueue

/// What the loop around the queue costs: messages are made, copied once, checked and forgotten.
struct QueueFloorCase: CoreCase {
    let size = MessageSize.bytes64
    let batch: Int
    let groups: Int

    var name: String { "queue-floor-b\(batch)-g\(QueueCase.short(groups))" }
    var summary: String { "the loop of the queue cases without a queue: make, copy, check" }
    var floor: String? { nil }

    func rounded(_ wanted: UInt64) -> UInt64 {
        max(1, wanted / UInt64(batch)) * UInt64(batch)
    }

    func measure(_ request: TrialRequest) throws -> TrialMeasurement {
        let plan = QueuePlan(groups: groups, retained: 0, rememberedIDs: 1, streams: 1)
        let access = CopyAccess(batch: batch)
        let sender = QueueSender(plan, stream: 0, batch: batch)
        let receiver = QueueReceiver(plan, batch: batch, tamper: request.tamper)
        let count = request.messages
        let reports = try Team.run(
            request,
            [
                Team.Member(cpu: request.cpu(second: false)) {
                    QueueCycle.run(access, sender, receiver, count)
                }
            ])
        let expected = Expectation(
            tally: ReadTally(count: sender.sent, sum: sender.sum, disorder: 0))
        return reports.measurement(
            messages: sender.sent, byteCount: size.rawValue,
            defect: expected.defect(receiver.tally))
    }
}

/// Keeps the batch that was sent last, and gives it out.
private final class CopyAccess: QueueAccess, @unchecked Sendable {
    private let bodies: UnsafeMutableRawPointer
    private let names: UnsafeMutableBufferPointer<UnsafeRawBufferPointer>
    private var held = 0

    init(batch: Int) {
        bodies = .allocate(
            byteCount: batch * Message64.byteCount, alignment: falseSharingByteCount)
        names = .allocate(capacity: batch)
        names.initialize(repeating: notGiven)
    }

    deinit {
        bodies.deallocate()
        names.deallocate()
    }

    @inline(__always)
    func send(
        _ entries: UnsafeBufferPointer<SendEntry>,
        _ results: UnsafeMutableBufferPointer<SendResult>, now: Nanoseconds
    ) -> Bool {
        for number in 0..<entries.count {
            let body = entries[number].body
            (bodies + number &* Message64.byteCount).copyMemory(
                from: body.baseAddress.unsafelyUnwrapped, byteCount: Message64.byteCount)
            names[number] = entries[number].messageGroupID
        }
        held = entries.count
        return true
    }

    @inline(__always)
    func receive(
        _ places: UnsafeMutableBufferPointer<ReceivedMessage>, now: Nanoseconds
    ) -> Int {
        for number in 0..<held {
            let body = UnsafeRawBufferPointer(
                start: bodies + number &* Message64.byteCount, count: Message64.byteCount)
            places[number].body = body
            places[number].messageGroupID = names[number]
        }
        return held
    }

    @inline(__always)
    func delete(
        _ entries: UnsafeBufferPointer<SettleEntry>,
        _ results: UnsafeMutableBufferPointer<SettleResult>, now: Nanoseconds
    ) -> Bool {
        held = 0
        return true
    }
}
