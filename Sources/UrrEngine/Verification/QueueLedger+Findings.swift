import Synchronization
import UrrPlatform

/// What the check of one queue found.
public struct QueueFindings: Sendable {
    /// Messages that the queue took and that were neither deleted, dead-lettered nor left in it.
    public var lost: UInt64 = 0
    /// Messages handled after a later one of their group, by class of message group.
    public var orderBreaks: [UInt64] = Array(repeating: 0, count: MessageGroupClasses.count)
    /// Deliveries before the visibility timeout of another worker was over, and deletes that were
    /// refused before their own was.
    public var early: UInt64 = 0
    /// Deliveries and dead letters of messages that had been deleted.
    public var unexpected: UInt64 = 0
    /// Deliveries and dead letters that receive counts and redrives do not explain.
    public var misdirected: UInt64 = 0
    /// Messages that were moved back from the dead-letter queue and came again.
    public var returned: UInt64 = 0
    /// Of those, messages that came behind later ones of their group.
    public var returnedLate: UInt64 = 0
    /// Measured messages left in the dead-letter queue whose handling does not always fail.
    public var soundDeadLetters: UInt64 = 0
    /// Measured messages left in the dead-letter queue, by class of message group.
    public var deadLettered: [UInt64] = Array(repeating: 0, count: MessageGroupClasses.count)
    /// Messages of which it is not known what became of them, because too much was out of order.
    public var undecided: UInt64 = 0
    /// Messages that the queue still held at the end.
    public var remaining: UInt64 = 0
    /// Messages that the queue dropped at the end of their retention.
    public var dropped: UInt64 = 0
    /// The first fault of each kind, in words.
    public var faults: [String] = []

    /// Nothing found.
    public init() {}
}

extension QueueLedger {
    /// What the rest of the run knows about the queue, for the check at the end.
    struct Evidence {
        /// Messages that producer `row` has sent to a group.
        var sent: (_ row: Int, _ group: Int) -> UInt64
        /// What was refused of a group, by producer instance of the run.
        var refused: (_ group: Int) -> Set<RefusedMessage>
        /// What is in the dead-letter queue, in its order.
        var deadLetters: [QueueMessage] = []
        /// Messages that redrives have moved back.
        var movedBack: UInt64 = 0
        var remaining: UInt64 = 0
        var dropped: UInt64 = 0
        /// Messages that may have come again because the window ended under way.
        var mayComeAgain: Set<QueueMessage> = []
    }

    /// Puts together what was found. Once all workers have ended. O(groups * producers).
    func findings(_ evidence: Evidence) -> QueueFindings {
        let state = irregular.withLock { $0 }
        var result = QueueFindings()
        result.orderBreaks = state.orderBreaks
        result.early = state.early
        result.faults = state.faults
        result.undecided = state.abandoned
        result.misdirected = state.misdirected
        result.returned = state.returned
        result.returnedLate = state.returnedLate
        result.remaining = evidence.remaining
        result.dropped = evidence.dropped
        let excused = state.unexpected.filter(evidence.mayComeAgain.contains)
        result.unexpected = state.unexpectedCount - UInt64(excused.count)
        if result.unexpected > 0 {
            let first = state.unexpected.first { !evidence.mayComeAgain.contains($0) }
            // First: it may have led to the others.
            result.faults.insert(
                "\(first?.text ?? "a message"): delivered again after it was handled", at: 0)
        }
        let dead = Set(evidence.deadLetters)
        checkDeadLetters(evidence.deadLetters, state, &result)
        let missing = missing(evidence, state, dead)
        let explained = evidence.remaining + evidence.dropped
        result.lost = missing.count - min(missing.count, explained)
        if result.lost > 0, let first = missing.first {
            result.faults.append("\(first.text): never arrived")
        }
        checkReturns(evidence, &result)
        return result
    }

    /// What came back is what was moved back, but for what is still in the queue, gone with its
    /// retention or lost.
    private func checkReturns(_ evidence: Evidence, _ result: inout QueueFindings) {
        let (moved, returned) = (evidence.movedBack, result.returned)
        let waiting = evidence.remaining + evidence.dropped + result.lost + result.undecided
        let wrong =
            returned > moved ? returned - moved : moved - returned - min(moved - returned, waiting)
        guard wrong > 0 else { return }
        result.misdirected += wrong
        result.faults.append(
            "\(returned) messages came back from the dead-letter queue, of \(moved) that were "
                + "moved back")
    }

    /// A dead letter must have been delivered as often as it may be, and not have been deleted, nor
    /// be there twice, nor before an older one of its group and producer that left as often.
    private func checkDeadLetters(
        _ letters: [QueueMessage], _ state: Irregular, _ result: inout QueueFindings
    ) {
        var seen: Set<QueueMessage> = []
        var newest: [QueueMessage: UInt64] = [:]
        for letter in letters {
            var stream = letter
            let known = state.spent[letter]
            stream.sequence = UInt64(known?.returns ?? 0)
            let isNew = seen.insert(letter).inserted
            let wasDeleted =
                letter.sequence < settled(letter).pointee.load(ordering: .relaxed)
                && state.passed[letter] == nil
            if !isNew || wasDeleted {
                result.unexpected += 1
                if result.unexpected == 1 {
                    let why = isNew ? "though it was deleted" : "twice"
                    result.faults.append("\(letter.text): in the dead-letter queue \(why)")
                }
            } else if known?.isSpent != true, maxReceiveCount != .max, state.abandoned == 0 {
                result.misdirected += 1
                if result.misdirected == 1 {
                    result.faults.append(
                        "\(letter.text): in the dead-letter queue before delivery "
                            + "\(maxReceiveCount)")
                }
            } else if isFIFO, let last = newest[stream], letter.sequence < last {
                result.orderBreaks[classes.number(letter.group)] += 1
                result.faults.append(
                    "\(letter.text): in the dead-letter queue after message \(last)")
            }
            newest[stream] = letter.sequence
        }
    }

    /// Messages that were not deleted, are not refused and not dead letters, and the first of them.
    private func missing(
        _ evidence: Evidence, _ state: Irregular, _ dead: Set<QueueMessage>
    ) -> (count: UInt64, first: QueueMessage?) {
        var count: UInt64 = 0
        var first: QueueMessage?
        var passed: [UInt32: [QueueMessage]] = [:]
        for message in state.passed.keys { passed[message.group, default: []].append(message) }
        let deadByGroup = Dictionary(grouping: dead, by: \.group)
        for group in 0..<groups {
            let number = UInt32(group)
            var explained = Set(deadByGroup[number] ?? [])
            for refusal in evidence.refused(group) {
                guard rows[Int(refusal.producer)] >= 0 else { continue }
                explained.insert(
                    QueueMessage(
                        group: number, producer: UInt16(rows[Int(refusal.producer)]),
                        sequence: refusal.sequence))
            }
            for row in 0..<producers {
                let stream = QueueMessage(group: number, producer: UInt16(row), sequence: 0)
                let sent = evidence.sent(row, group)
                if sent == 0 { continue }
                let done = settled(stream).pointee.load(ordering: .relaxed)
                let open = (passed[number] ?? []).filter {
                    $0.producer == stream.producer && $0.sequence < done
                }
                let tail = explained.count {
                    $0.producer == stream.producer && $0.sequence >= done && $0.sequence < sent
                }
                let missed = open.filter { !explained.contains($0) }
                count += UInt64(missed.count) + (max(sent, done) - done) - UInt64(tail)
                guard first == nil else { continue }
                first = missed.min { $0.sequence < $1.sequence }
                if first == nil, done < sent {
                    first = (done..<sent).lazy.map { sequence in
                        QueueMessage(
                            group: number, producer: UInt16(row), sequence: sequence)
                    }.first { !explained.contains($0) }
                }
            }
        }
        return (count, first)
    }
}
