import Synchronization
import UrrPlatform

/// Messages on their way to the dead-letter queue and back. A message whose deliveries are used up
/// is kept by name until it is deleted: it goes to the dead-letter queue, or is a dead letter that
/// was moved back, and nothing else explains that it comes behind later ones of its group.
extension QueueLedger {
    /// What is known of a message that was delivered as often as it may be.
    struct Spent {
        /// Whether it was, since it was last moved back.
        var isSpent = false
        /// How often it was moved back and came again.
        var returns: UInt32 = 0
    }

    /// Takes note of a delivery that may be the last one of its message, or that is of a group of
    /// which messages are kept by name. Whether the message comes back from the dead-letter queue.
    @inline(never)
    @usableFromInline
    func noteDelivery(_ message: QueueMessage, _ attempt: UInt32) -> Bool {
        change(message) { irregular in
            if attempt > maxReceiveCount {
                irregular.misdirect(
                    "\(message.text): delivered for the \(attempt). time, though it is a dead "
                        + "letter after \(maxReceiveCount)")
                return false
            }
            var known = irregular.spent[message] ?? Spent()
            let comesBack = known.isSpent && attempt == 1
            if known.isSpent, !comesBack {
                irregular.misdirect(
                    "\(message.text): delivery \(attempt) after delivery \(maxReceiveCount), "
                        + "though its receive count starts anew when it is moved back")
            }
            if comesBack {
                known.returns += 1
                irregular.returned += 1
                if isFIFO { checkReturn(message, known.returns, &irregular) }
            }
            known.isSpent = attempt >= maxReceiveCount
            guard known.isSpent || known.returns > 0 else { return false }
            if irregular.spent[message] != nil || irregular.spent.count < Irregular.capacity {
                irregular.spent[message] = known
            } else {
                irregular.abandoned += 1
            }
            return comesBack
        }
    }

    /// Dead letters of a group come back in the order in which they left, each time.
    private func checkReturn(
        _ message: QueueMessage, _ returns: UInt32, _ irregular: inout Irregular
    ) {
        var stream = message
        stream.sequence = UInt64(returns)
        if let last = irregular.lastReturned[stream], message.sequence < last {
            breakOrder(
                message, &irregular, "moved back from the dead-letter queue after message \(last)")
        }
        irregular.lastReturned[stream] = message.sequence
    }

    /// Takes note that the queue refused to delete a message whose visibility timeout runs.
    @inline(never)
    @usableFromInline
    func refusedInTime(_ message: QueueMessage) {
        guard isFIFO else { return }
        irregular.withLock { irregular in
            // One that is deleted should not have come at all, which is found when it comes.
            let isDeleted =
                message.sequence < settled(message).pointee.load(ordering: .relaxed)
                && irregular.passed[message] == nil
            if isDeleted { return }
            irregular.early += 1
            guard irregular.firstEarly else { return }
            irregular.firstEarly = false
            irregular.faults.append(
                "\(message.text): its delete was refused before its visibility timeout was over")
        }
    }
}

extension QueueLedger.Irregular {
    /// A message went another way than its receive count says.
    mutating func misdirect(_ text: String) {
        misdirected += 1
        if misdirected == 1 { faults.append(text) }
    }
}
