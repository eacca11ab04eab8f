import UrrDriver
import UrrMeasure
import UrrPlatform

extension ProducerSource {
    /// Makes the open batch visible. Where the target acknowledges on flush, this is also when
    /// every message of the batch is acknowledged: one clock read for all of them.
    @inlinable
    mutating func flush<Clock: MonotonicClock>(
        now: Nanoseconds, clock: Clock, bank: UnsafeMutablePointer<ProducerBank>
    ) {
        endpoint._withUnsafeGuaranteedRef { $0.flush(now: now) }
        if !answersLater {
            let acknowledged = clock.now()
            var index = 0
            while index < batch.runCount {
                let run = batch.runs[index]
                if run.segment != 0 {
                    bank.pointee.acknowledgement[run.segment].record(
                        acknowledged &- run.sent, count: run.count)
                    bank.pointee.tallies[entry].acknowledged &+= run.count
                }
                index &+= 1
            }
        }
        batch.clear()
    }

    /// Books the answers that have come in; returns how many. For targets that answer later.
    @inlinable
    mutating func collectCompletions<Clock: MonotonicClock>(
        clock: Clock, bank: UnsafeMutablePointer<ProducerBank>,
        _ freeSlot: (Int32, Nanoseconds) -> Void
    ) -> Int {
        guard answersLater else { return 0 }
        guard inFlight.count > 0 else { return 0 }
        let tally = bank.pointee.tallies + entry
        // Answers that are polled together have come together: one clock read.
        var now: Nanoseconds = 0
        return endpoint._withUnsafeGuaranteedRef { endpoint in
            endpoint.poll(limit: Self.roundLimit) { completion in
                guard let sent = inFlight.remove(completion.token) else { return }
                if now == 0 { now = clock.now() }
                if sent.segment != 0, !sent.isLate {
                    if completion.outcome == .failed {
                        tally.pointee.failed &+= 1
                    } else {
                        bank.pointee.acknowledgement[Int(sent.segment)].record(now &- sent.sent)
                        tally.pointee.acknowledged &+= 1
                    }
                    if completion.outcome == .suppressed {
                        bank.pointee.countSuppressed(
                            entry: entry,
                            messageGroup: classes.number(UInt32(bitPattern: sent.message.partition))
                        )
                    }
                }
                settle(sent, completion.outcome, at: now, tally: tally, freeSlot)
            }
        }
    }

    /// Does what the answer to one message asks for beside booking it.
    @inlinable
    @inline(__always)
    mutating func settle(
        _ sent: InFlightTable.Entry, _ outcome: Completion.Outcome, at now: Nanoseconds,
        tally: UnsafeMutablePointer<ProducerTally>, _ freeSlot: (Int32, Nanoseconds) -> Void
    ) {
        if outcome == .accepted { keepBook(sent.index, measured: sent.isMeasured) }
        if sent.isRepeat { return answerRepeat(sent, outcome, at: now, tally: tally) }
        if sent.isLate { return answerLate(sent, outcome, at: now, tally: tally) }
        switch outcome {
        case .accepted: break
        case .failed:
            refusedMessages.append(sent.message)
            if fallback.capacity > 0, sent.segment != 0 {
                leaveRecord(
                    sent.index, intended: sent.intended,
                    instance: Int(sent.message.producer) &- firstInstance,
                    segment: Int(sent.segment), now: now)
            }
        case .suppressed: suppressedOriginal(sent, tally: tally)
        }
        guard sent.slot >= 0 else { return }
        if repeats.capacity > 0 {
            answerOriginal(sent.slot, outcome, at: now)
        } else {
            freeSlot(sent.slot, now)
        }
    }
}
