import Synchronization
import UrrPlatform

/// What is out of order in a queue, under a lock: nothing of this happens to a message that is
/// delivered once, handled and deleted.
extension QueueLedger {
    /// What is known of a message that was passed over.
    struct Passed {
        var isHandled: Bool
    }

    /// The table and what was found wrong.
    struct Irregular {
        /// Messages that are kept one by one.
        static let capacity = 1 << 16
        /// Messages that came though they had been deleted, as many as are kept.
        static let unexpectedCapacity = 256

        /// Messages before `next` that were not handled, or before `settled` that were not deleted.
        var passed: [QueueMessage: Passed] = [:]
        /// Messages that were delivered as often as they may be, or have come back from the
        /// dead-letter queue, until they are deleted.
        var spent: [QueueMessage: Spent] = [:]
        /// Deliveries of dead letters that were moved back, and those of them whose handling began
        /// after that of a later message of the group.
        var returned: UInt64 = 0
        var returnedLate: UInt64 = 0
        /// The last message that came back, by group and producer and, in place of the sequence
        /// number, how often it has come back.
        var lastReturned: [QueueMessage: UInt64] = [:]
        /// Deliveries and dead letters that receive counts do not explain.
        var misdirected: UInt64 = 0
        /// Messages that found no room in the tables.
        var abandoned: UInt64 = 0
        var orderBreaks: [UInt64] = Array(repeating: 0, count: MessageGroupClasses.count)
        var early: UInt64 = 0
        var unexpectedCount: UInt64 = 0
        var unexpected: [QueueMessage] = []
        /// The first of each kind of fault, in words.
        var faults: [String] = []
        var firstOrderBreak = true
        var firstEarly = true

        init() {
            // Nothing is allocated in the run as long as no more than this is out of order.
            passed.reserveCapacity(Self.capacity)
            unexpected.reserveCapacity(Self.unexpectedCapacity)
        }

        /// Makes room for dead letters, so that nothing is allocated when they come.
        mutating func reserveForDeadLetters() {
            spent.reserveCapacity(Self.capacity)
            lastReturned.reserveCapacity(Self.capacity / 4)
        }

        /// Messages that are kept by name.
        var kept: Int { passed.count + spent.count }

        /// Passes over `from ..< to` of the message's producer and group.
        ///
        /// Returns how many found no room.
        mutating func pass(
            _ message: QueueMessage, from: UInt64, to: UInt64, isHandled: (UInt64) -> Bool
        ) -> UInt64 {
            // What does not fit need not be walked.
            let room = UInt64(Self.capacity - passed.count)
            let last = min(to, from + room)
            for sequence in from..<last {
                var other = message
                other.sequence = sequence
                if passed[other] == nil {
                    passed[other] = Passed(isHandled: isHandled(sequence))
                }
            }
            return to - last
        }
    }

    /// Does something to the table that concerns the message's group.
    func change<Result>(
        _ message: QueueMessage, _ body: (inout Irregular) -> Result
    ) -> Result {
        irregular.withLock { irregular in
            let before = irregular.kept
            let result = body(&irregular)
            let difference = irregular.kept - before
            word(message.group, 3).pointee.wrappingAdd(
                UInt64(bitPattern: Int64(difference)), ordering: .relaxed)
            return result
        }
    }

    @inline(never)
    @usableFromInline
    func startOutOfOrder(_ message: QueueMessage, _ attempt: UInt32) -> Start {
        change(message) { irregular in
            let expected = next(message).pointee.load(ordering: .relaxed)
            if message.sequence > expected {
                irregular.abandoned += irregular.pass(
                    message, from: expected, to: message.sequence, isHandled: { _ in false })
                next(message).pointee.store(message.sequence, ordering: .relaxed)
                return .first
            }
            // Another worker that had it as well has handled it meanwhile.
            if message.sequence == expected { return .first }
            if let passed = irregular.passed[message] {
                if passed.isHandled { return startAgain(message, attempt, &irregular) }
                if irregular.spent[message].map({ $0.returns > 0 }) == true {
                    // Its further deliveries are no further moves.
                    if attempt == 1 { irregular.returnedLate += 1 }
                } else if isFIFO {
                    breakOrder(
                        message, &irregular, "handled after message \(expected - 1) of its group")
                }
                return .first
            }
            if message.sequence >= settled(message).pointee.load(ordering: .relaxed) {
                return startAgain(message, attempt, &irregular)
            }
            unexpected(message, &irregular)
            return .unexpected
        }
    }

    /// A message that was handled and not deleted comes again, and its receive count says so; else
    /// the queue has it twice.
    private func startAgain(
        _ message: QueueMessage, _ attempt: UInt32, _ irregular: inout Irregular
    ) -> Start {
        let wasMoved = irregular.spent[message].map { $0.returns > 0 } == true
        if attempt > 1 || wasMoved { return .again }
        unexpected(message, &irregular)
        return .unexpected
    }

    func breakOrder(_ message: QueueMessage, _ irregular: inout Irregular, _ what: String) {
        irregular.orderBreaks[classes.number(message.group)] += 1
        guard irregular.firstOrderBreak else { return }
        irregular.firstOrderBreak = false
        irregular.faults.append("\(message.text): \(what)")
    }

    private func unexpected(_ message: QueueMessage, _ irregular: inout Irregular) {
        irregular.unexpectedCount += 1
        if irregular.unexpected.count < Irregular.unexpectedCapacity {
            irregular.unexpected.append(message)
        }
    }

    @inline(never)
    @usableFromInline
    func deliveredEarly(_ message: QueueMessage, by time: Nanoseconds) {
        irregular.withLock { irregular in
            irregular.early += 1
            guard irregular.firstEarly else { return }
            irregular.firstEarly = false
            irregular.faults.append(
                "\(message.text): delivered \(time) ns before the visibility timeout of another "
                    + "worker was over")
        }
    }

    @inline(never)
    @usableFromInline
    func handledOutOfOrder(_ message: QueueMessage) -> Bool {
        change(message) { irregular in
            if let passed = irregular.passed[message] {
                irregular.passed[message] = Passed(isHandled: true)
                return !passed.isHandled
            }
            return false
        }
    }

    @inline(never)
    @usableFromInline
    func deletedOutOfOrder(_ message: QueueMessage) {
        change(message) { irregular in
            let expected = settled(message).pointee.load(ordering: .relaxed)
            if message.sequence >= expected {
                let handled = next(message).pointee.load(ordering: .relaxed)
                // What finds no room here was passed over when a later one started: counted then.
                _ = irregular.pass(
                    message, from: expected, to: message.sequence, isHandled: { $0 < handled })
                settled(message).pointee.store(message.sequence + 1, ordering: .relaxed)
            }
            irregular.passed[message] = nil
            irregular.spent[message] = nil
        }
    }
}
