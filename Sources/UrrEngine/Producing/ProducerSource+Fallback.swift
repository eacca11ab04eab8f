import UrrDriver
import UrrMeasure
import UrrPlatform

/// Sends that fail and are sent again later. Whoever wanted to send is never held up: a send that
/// fails leaves a record and is over. A job sends the records again, in order, some at a time; each
/// gets the next sequence number of its partition or message group then, because that is where the
/// target puts it, and keeps the instant for which it was intended.
extension ProducerSource {
    /// Books a send that failed for good.
    @inline(never)
    @usableFromInline
    mutating func leaveRecord(
        _ index: UInt64, intended: Nanoseconds, instance: Int, segment: Int, now: Nanoseconds
    ) {
        guard measured, fallback.capacity > 0 else { return }
        fallback.leave(
            Fallback.Record(
                index: index, intended: intended, instance: instance, segment: segment), now: now)
    }

    /// Sends records again where the job is due; returns how many.
    @inlinable
    mutating func reprocess<Clock: MonotonicClock>(
        now: Nanoseconds, clock: Clock, bank: UnsafeMutablePointer<ProducerBank>
    ) -> Int {
        guard now >= fallback.nextRun, !closed else { return 0 }
        return reprocessRecords(now: now, clock: clock, bank: bank)
    }

    @inline(never)
    @usableFromInline
    mutating func reprocessRecords<Clock: MonotonicClock>(
        now: Nanoseconds, clock: Clock, bank: UnsafeMutablePointer<ProducerBank>
    ) -> Int {
        fallback.proceed()
        let room = min(Self.roundLimit, batchMessages - batch.messages)
        var done = 0
        loop: while done < room, fallback.leftInRun > 0 {
            switch resend(now: now, bank: bank) {
            case .accepted, .duplicate: done += 1
            case .failed: fallback.failFirst()
            case .closed:
                closed = true
                break loop
            case .backPressured, .retry: break loop
            }
        }
        fallback.schedule(now: now)
        if done > 0 || batch.messages >= batchMessages { flush(now: now, clock: clock, bank: bank) }
        return done
    }

    /// Sends the first record again.
    private mutating func resend(
        now: Nanoseconds, bank: UnsafeMutablePointer<ProducerBank>
    ) -> OfferResult {
        let record = fallback.first.pointee
        if fails(record.index, attempt: UInt64(record.attempts), at: now) {
            return .failed
        }
        let instance = Int(record.instance)
        let result = build(
            intended: record.intended, now: now, index: record.index, instance: instance,
            segment: Int(record.segment), slot: -1, isCopy: false, isLate: true)
        guard result == .accepted || result == .duplicate else { return result }
        let key = keys.keyIndex(record.index)
        let hash = hasKeys ? keyTable.hash(key) : 0
        fallback.removeFirst(stream: partition(ofMessage: record.index, key: key, hash: hash))
        // In no segment: its acknowledgement is not one of a message sent in time.
        accepted += 1
        batch.add(sent: now, segment: 0, count: 1)
        if !answersLater { bank.pointee.tallies[entry].reprocessed += 1 }
        return result
    }

    /// Books the answer to a message that was sent again.
    @inline(never)
    @usableFromInline
    mutating func answerLate(
        _ sent: InFlightTable.Entry, _ outcome: Completion.Outcome, at now: Nanoseconds,
        tally: UnsafeMutablePointer<ProducerTally>
    ) {
        switch outcome {
        case .accepted: tally.pointee.reprocessed += 1
        case .suppressed:
            tally.pointee.reprocessed += 1
            suppressedOriginal(sent, tally: tally)
        case .failed:
            refusedMessages.append(sent.message)
            fallback.leave(
                Fallback.Record(
                    index: sent.index, intended: sent.intended,
                    instance: Int(sent.message.producer) - firstInstance,
                    segment: Int(sent.segment)), now: now, isAgain: true)
        }
    }

    /// What the fallback came to.
    var fallbackFindings: FallbackFindings {
        var found = fallback.findings
        found.waiting = UInt64(fallback.count)
        return found
    }
}
