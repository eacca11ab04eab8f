import UrrPlatform
import UrrQueue

/// How far each group of each producer was received. Consumers share it without a lock: a queue
/// that is right lets only one of them have messages of a group, and its own hand-over orders what
/// they write.
final class GroupOrder: @unchecked Sendable {
    let next: UnsafeMutablePointer<UInt32>
    let count: Int

    init(_ plan: QueuePlan) {
        count = plan.groups * plan.streams
        next = .allocate(capacity: count)
        next.initialize(repeating: 0, count: count)
    }

    deinit { next.deallocate() }
}

/// Receives, checks and deletes messages for one consumer. Used by one thread at a time.
final class QueueReceiver: @unchecked Sendable {
    private let plan: QueuePlan
    private let order: GroupOrder
    private let tamper: Tamper?
    private let places: UnsafeMutableBufferPointer<ReceivedMessage>
    private let settles: UnsafeMutableBufferPointer<SettleEntry>
    private let results: UnsafeMutableBufferPointer<SettleResult>
    private var now: Nanoseconds = 0
    /// Messages that went through `tamper`.
    private var position: UInt64 = 0
    /// What was received.
    private(set) var tally = ReadTally()
    /// Batches of which something could not be deleted.
    private(set) var undeleted = 0

    init(_ plan: QueuePlan, batch: Int, _ order: GroupOrder? = nil, tamper: Tamper?) {
        self.plan = plan
        self.order = order ?? GroupOrder(plan)
        self.tamper = tamper
        places = .allocate(capacity: batch)
        places.initialize(repeating: ReceivedMessage())
        settles = .allocate(capacity: batch)
        for number in 0..<batch {
            (settles.baseAddress! + number).initialize(
                to: SettleEntry(id: UInt64(number), handle: ReceiptHandle(rawValue: 0)))
        }
        results = .allocate(capacity: batch)
        results.initialize(repeating: .ignored)
    }

    deinit {
        places.deallocate()
        settles.deallocate()
        results.deallocate()
    }

    /// Receives a batch, checks it and deletes it; returns how many messages there were.
    @inline(__always)
    func receiveBatch<Access: QueueAccess>(_ access: Access, _ instant: Nanoseconds? = nil) -> Int {
        let count = access.receive(places, now: instant ?? now)
        if count == 0 { return 0 }
        for place in 0..<count {
            let message = places.baseAddress.unsafelyUnwrapped[place]
            check(message)
            settles.baseAddress.unsafelyUnwrapped[place].handle = message.handle
            now = message.sentTime
        }
        let wasDone = access.delete(
            UnsafeBufferPointer(rebasing: settles[0..<count]),
            UnsafeMutableBufferPointer(rebasing: results[0..<count]), now: instant ?? now)
        if !wasDone { undeleted &+= 1 }
        return count
    }

    /// Receives until nothing comes any more.
    func drain<Access: QueueAccess>(_ access: Access) {
        while receiveBatch(access) > 0 {}
    }

    @inline(__always)
    private func check(_ message: ReceivedMessage) {
        if let tamper { return checkTampered(message, tamper) }
        check(message.body, message.messageGroupID)
    }

    @inline(__always)
    private func check(_ body: UnsafeRawBufferPointer, _ name: UnsafeRawBufferPointer) {
        tally.count &+= 1
        guard body.count == Message64.byteCount, name.count == QueuePlan.nameLength,
            let start = body.baseAddress
        else {
            tally.disorder |= 1
            return
        }
        let first = start.load(as: UInt64.self)
        let key = Int(truncatingIfNeeded: first &>> 32)
        if key < order.count {
            let place = order.next[key]
            tally.disorder |= UInt64(place ^ UInt32(truncatingIfNeeded: first))
            order.next[key] = place &+ 1
        } else {
            tally.disorder |= 1
        }
        var sums = SIMD2<UInt64>()
        Message64.add(start, to: &sums)
        tally.sum &+= sums.wrappedSum() &+ Self.word(name)
    }

    /// The last eight bytes of a name.
    @inline(__always)
    static func word(_ name: UnsafeRawBufferPointer) -> UInt64 {
        name.loadUnaligned(fromByteOffset: QueuePlan.nameLength &- 8, as: UInt64.self)
    }

    @inline(never)
    private func checkTampered(_ message: ReceivedMessage, _ tamper: Tamper) {
        var words = Array(message.body.bindMemory(to: UInt64.self))
        let times = tamper.alter(position, &words)
        position += 1
        words.withUnsafeBytes { bytes in
            for _ in 0..<times { check(bytes, message.messageGroupID) }
        }
    }
}
