import UrrDriver
import UrrMeasure
import UrrPlatform
import UrrWorkload

/// Messages that are sent again. Inside the deduplication window the repeat is the message itself,
/// byte for byte, and must be suppressed; outside it is a message with a sequence number of its own
/// under an old deduplication id, and must be delivered. What is inside is judged by stamps: the
/// queue took the original between its sending and its answer.
extension ProducerSource {
    /// The place of the repeat that message `index` is to get; -1 for none. Repeats that would be
    /// due after the end of the phase are none.
    @inlinable
    @inline(never)
    mutating func reserveRepeat(_ index: UInt64, intended: Nanoseconds) -> Int32 {
        guard let delay = repeats.sampler?.delay(index), measured,
            intended &+ delay &- phaseStart < phaseLength
        else { return -1 }
        return repeats.reserve()
    }

    /// Sends the repeats that are due; returns how many.
    @inlinable
    mutating func sendRepeats<Clock: MonotonicClock>(
        now: Nanoseconds, clock: Clock, bank: UnsafeMutablePointer<ProducerBank>
    ) -> Int {
        guard repeats.waiting.nextDue <= now, !closed else { return 0 }
        var done = 0
        while repeats.waiting.nextDue <= now, done < Self.roundLimit {
            let place = repeats.waiting.entries.pointee.owner
            let record = repeats.records + Int(place)
            if record.pointee.isVoid {
                _ = repeats.waiting.removeFirst()
                repeats.release(place)
                continue
            }
            // Not before the answer to the original: it says when the window began.
            guard record.pointee.answered != .max else { break }
            guard sendRepeat(place, now: now, bank: bank) else { break }
            _ = repeats.waiting.removeFirst()
            done &+= 1
            // The answers are taken before the next batch goes out.
            if batch.messages >= batchMessages { break }
        }
        if done > 0 { flushIfDue(now: now, clock: clock, bank: bank) }
        return done
    }

    /// Sends one repeat; false where it has to be offered again later.
    @inlinable
    @inline(never)
    mutating func sendRepeat(
        _ place: Int32, now: Nanoseconds, bank: UnsafeMutablePointer<ProducerBank>
    ) -> Bool {
        let record = repeats.records + Int(place)
        if fails(record.pointee.index, attempt: 1, at: record.pointee.due) {
            return giveUpRepeat(place, now: now, bank: bank)
        }
        let isInside = now &- record.pointee.sent < repeats.window
        record.pointee.isInside = isInside
        let instance = Int(record.pointee.instance)
        let key = keys.keyIndex(record.pointee.index)
        let counter = self.counter(instance: instance, partition: Int(key))
        let sequence = isInside ? record.pointee.sequence : counter.pointee
        let producer = UInt16(truncatingIfNeeded: firstInstance &+ instance)
        let result = hand(
            TraceHeader(
                intended: isInside ? record.pointee.intended : record.pointee.due,
                sent: isInside ? record.pointee.sent : now, sequence: sequence, keyIndex: key,
                producer: producer, segment: record.pointee.segment, runTag: runTag),
            index: record.pointee.index, hash: hasKeys ? keyTable.hash(key) : 0,
            partition: Int(key),
            InFlightTable.Entry(
                sent: now, segment: record.pointee.segment, slot: place,
                message: RefusedMessages.Item(
                    sequence: sequence, partition: Int32(truncatingIfNeeded: key),
                    producer: producer), isRepeat: true, index: record.pointee.index), now: now)
        guard result == .accepted else {
            if result == .failed { return giveUpRepeat(place, now: now, bank: bank) }
            if refused(result, now: now, bank: bank) { return false }
            repeats.release(place)
            countOffered(record.pointee.due &- phaseStart)
            return true
        }
        if !isInside { counter.pointee &+= 1 }
        stopWaiting(now: now, bank: bank)
        let segment = Int(record.pointee.segment)
        let delay = now &- record.pointee.due
        var run = SendRun(
            segment: segment, sendDelay: bank.pointee.sendDelay, greatestLateness: delay)
        run.count = 1
        run.sendDelay.record(delay)
        book(run, now: now, bank: bank)
        bank.pointee.tallies[entry].repeats &+= 1
        countOffered(record.pointee.due &- phaseStart)
        return true
    }

    /// Books a repeat whose send failed. Always true: it is not offered again.
    @inline(never)
    @usableFromInline
    mutating func giveUpRepeat(
        _ place: Int32, now: Nanoseconds, bank: UnsafeMutablePointer<ProducerBank>
    ) -> Bool {
        _ = refused(.failed, now: now, bank: bank)
        repeats.release(place)
        countOffered(repeats.records[Int(place)].due &- phaseStart)
        return true
    }

    /// Takes note of the answer to an original that has a repeat to come.
    @inlinable
    mutating func answerOriginal(_ place: Int32, _ outcome: Completion.Outcome, at: Nanoseconds) {
        let record = repeats.records + Int(place)
        record.pointee.answered = at
        if outcome != .accepted { record.pointee.isVoid = true }
    }

    /// Judges the answer to a repeat.
    @inline(never)
    @usableFromInline
    mutating func answerRepeat(
        _ sent: InFlightTable.Entry, _ outcome: Completion.Outcome, at now: Nanoseconds,
        tally: UnsafeMutablePointer<ProducerTally>
    ) {
        let record = repeats.records[Int(sent.slot)]
        repeats.release(sent.slot)
        if outcome != .accepted, !record.isInside { refusedMessages.append(sent.message) }
        guard outcome != .failed else { return }
        let isInside = now - record.sent < repeats.window
        let isOutside = sent.sent - record.answered >= repeats.window
        let wasSuppressed = outcome == .suppressed
        if wasSuppressed ? isInside : isOutside {
            // A repeat that went out as the same message and was stored is delivered again.
            if !wasSuppressed, record.isInside { keepUndecided(sent.message) }
            if wasSuppressed { tally.pointee.suppressed += 1 }
            return
        }
        guard isInside || isOutside else {
            tally.pointee.undecidedRepeats += 1
            if wasSuppressed { tally.pointee.suppressed += 1 } else { keepUndecided(sent.message) }
            return
        }
        if wasSuppressed {
            tally.pointee.wronglySuppressed += 1
        } else {
            tally.pointee.notSuppressed += 1
        }
        if repeats.firstViolation == nil {
            repeats.firstViolation = RepeatViolation(
                message: sent.message, wasSuppressed: wasSuppressed, after: sent.sent - record.sent)
        }
    }

    private mutating func keepUndecided(_ message: RefusedMessages.Item) {
        guard repeats.undecidedCount < Repeats.undecidedCapacity else { return }
        (repeats.undecided + repeats.undecidedCount).initialize(to: message)
        repeats.undecidedCount += 1
    }

    /// A message that was sent once and answered as a duplicate.
    @inline(never)
    @usableFromInline
    mutating func suppressedOriginal(
        _ sent: InFlightTable.Entry, tally: UnsafeMutablePointer<ProducerTally>
    ) {
        refusedMessages.append(sent.message)
        tally.pointee.wronglySuppressed += 1
        if repeats.firstViolation == nil {
            repeats.firstViolation = RepeatViolation(
                message: sent.message, wasSuppressed: true, after: 0)
        }
    }
}

/// What the repeats of one entry came to, beside what is in its tally.
struct RepeatFindings {
    /// Messages that should have been repeated and found no room.
    var dropped: UInt64 = 0
    var firstViolation: RepeatViolation?
    /// Repeats that may have been delivered as the message that they repeat.
    var undecided: [RefusedMessages.Item] = []

    mutating func add(_ other: RepeatFindings) {
        dropped += other.dropped
        firstViolation = firstViolation ?? other.firstViolation
        undecided += other.undecided
    }
}

extension ProducerSource {
    var repeatFindings: RepeatFindings {
        RepeatFindings(
            dropped: repeats.dropped, firstViolation: repeats.firstViolation,
            undecided: (0..<repeats.undecidedCount).map { repeats.undecided[$0] })
    }
}
