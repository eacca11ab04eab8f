import UrrDriver
import UrrMeasure
import UrrPlatform
import UrrWorkload

extension ProducerSource {
    /// Messages that one round sends at the most before it looks at the clock again.
    @inlinable
    static var roundLimit: Int { 64 }

    /// Sends what is due at `now`; returns how many messages were sent or skipped as another
    /// worker's. All of them share `now` as their send time; the clock is read again only for the
    /// acknowledgement.
    ///
    /// The cursor is copied to a local: the compiler must otherwise assume that each store into a
    /// message changes it.
    @inlinable
    mutating func sendDue<Clock: MonotonicClock>(
        now: Nanoseconds, clock: Clock, bank: UnsafeMutablePointer<ProducerBank>
    ) -> Int {
        var cursor = schedule
        let elapsed = now &- phaseStart
        guard cursor.intended <= elapsed else {
            flushIfDue(now: now, clock: clock, bank: bank)
            return 0
        }
        let limit = min(Self.roundLimit, batchMessages &- batch.messages)
        var done = 0
        var isRefused = false
        let hasRepeats = repeats.capacity > 0
        var run = SendRun(
            segment: segment(of: cursor), sendDelay: bank.pointee.sendDelay,
            greatestLateness: elapsed &- cursor.intended)
        while done < limit, cursor.intended <= elapsed {
            if segment(of: cursor) != run.segment {
                book(run, now: now, bank: bank)
                run = SendRun(
                    segment: segment(of: cursor), sendDelay: bank.pointee.sendDelay,
                    greatestLateness: elapsed &- cursor.intended)
            }
            if ownsAll || owned[instance] {
                let intended = phaseStart &+ cursor.intended
                let place =
                    hasRepeats ? reserveRepeat(cursor.index, intended: intended) : -1
                let result = offer(
                    intended: intended, now: now, index: cursor.index, instance: instance,
                    segment: run.segment, slot: place)
                if place >= 0, result != .accepted { repeats.release(place) }
                if result == .accepted {
                    run.count &+= 1
                    if measured { run.sendDelay.record(elapsed &- cursor.intended) }
                    if now >= storms.first {
                        sendAgain(
                            intended: phaseStart &+ cursor.intended, now: now, index: cursor.index,
                            instance: instance, segment: run.segment, bank: bank)
                    }
                } else {
                    // The messages of this round came before it: it waits for the first time.
                    if done > 0 { stopWaiting(now: now, bank: bank) }
                    isRefused = refused(result, now: now, bank: bank)
                    if isRefused { break }
                    // Who wanted to send has an answer now, though nothing was sent.
                    if measured { run.sendDelay.record(elapsed &- cursor.intended) }
                    if result == .failed {
                        leaveRecord(
                            cursor.index, intended: intended, instance: instance,
                            segment: run.segment, now: now)
                    }
                }
                if measured { countOffered(cursor.intended) }
            }
            cursor.advance()
            instance = instance &+ 1 == instances ? 0 : instance &+ 1
            done &+= 1
        }
        schedule = cursor
        if waiting, !isRefused { stopWaiting(now: now, bank: bank) }
        book(run, now: now, bank: bank)
        flushIfDue(now: now, clock: clock, bank: bank)
        return done
    }

    /// Flushes a batch that is full, has lingered long enough, or waits behind a full target.
    @inlinable
    @inline(__always)
    mutating func flushIfDue<Clock: MonotonicClock>(
        now: Nanoseconds, clock: Clock, bank: UnsafeMutablePointer<ProducerBank>
    ) {
        guard batch.messages > 0 else { return }
        if linger == 0 || batch.messages >= batchMessages || waiting
            || now &- batch.opened >= linger
        {
            flush(now: now, clock: clock, bank: bank)
        }
    }

    /// Books a message that was not accepted; true where it has to be offered again later.
    @inline(never)
    @usableFromInline
    mutating func refused(
        _ result: OfferResult, now: Nanoseconds, bank: UnsafeMutablePointer<ProducerBank>
    ) -> Bool {
        switch result {
        case .accepted, .duplicate: return false
        case .backPressured:
            guard !waiting else { return true }
            if measured { bank.pointee.tallies[entry].backPressured &+= 1 }
            waiting = true
            waitingSince = now
            return true
        case .retry: return true
        case .closed:
            closed = true
            return true
        case .failed:
            if measured { bank.pointee.tallies[entry].failed &+= 1 }
            return false
        }
    }

    /// Books the time for which a full target kept this source from sending.
    @inline(never)
    @usableFromInline
    mutating func stopWaiting(now: Nanoseconds, bank: UnsafeMutablePointer<ProducerBank>) {
        guard waiting else { return }
        waiting = false
        if measured { bank.pointee.tallies[entry].heldBack &+= now &- waitingSince }
    }

    /// Segment that a message is counted under; 0 in warm-up.
    @inlinable
    @inline(__always)
    func segment(of cursor: ArrivalCursor) -> Int {
        measured ? segmentBase &+ Int(cursor.segment) : 0
    }

    /// Builds message number `index` in the driver's memory and hands it over. A refused message
    /// leaves no trace: its sequence number is taken only when it is accepted.
    @inlinable
    @inline(__always)
    mutating func offer(
        intended: Nanoseconds, now: Nanoseconds, index: UInt64, instance: Int, segment: Int,
        slot: Int32
    ) -> OfferResult {
        if fails(index, attempt: 0, at: intended) { return .failed }
        return build(
            intended: intended, now: now, index: index, instance: instance, segment: segment,
            slot: slot, isCopy: false)
    }

    /// Whether attempt number `attempt` at message `index` fails at `instant`.
    @inlinable
    @inline(__always)
    func fails(_ index: UInt64, attempt: UInt64, at instant: Nanoseconds) -> Bool {
        // A message has fewer attempts than that, and a run fewer messages.
        instant >= failures.first && failures.times(index | attempt << 48, at: instant) > 0
    }

    /// The same for a message and for a copy of the one that was accepted last, which has its
    /// sequence number and takes none. `isLate` marks one that had failed and is sent again.
    @inlinable
    @inline(__always)
    mutating func build(
        intended: Nanoseconds, now: Nanoseconds, index: UInt64, instance: Int, segment: Int,
        slot: Int32, isCopy: Bool, isLate: Bool = false
    ) -> OfferResult {
        let key = keys.keyIndex(index)
        let hash = hasKeys ? keyTable.hash(key) : 0
        let partition = partition(ofMessage: index, key: key, hash: hash)
        let counter = counter(instance: instance, partition: partition)
        let sequence = isCopy ? counter.pointee &- 1 : counter.pointee
        let producer = UInt16(truncatingIfNeeded: firstInstance &+ instance)
        let header = TraceHeader(
            intended: intended, sent: now, sequence: sequence, keyIndex: key,
            producer: producer, segment: UInt8(truncatingIfNeeded: segment), runTag: runTag,
            isRetry: isCopy, isSealed: isVerified)
        let result = hand(
            header, index: index, hash: hash, partition: partition,
            InFlightTable.Entry(
                sent: now, segment: isCopy ? 0 : UInt8(truncatingIfNeeded: segment), slot: slot,
                message: RefusedMessages.Item(
                    sequence: sequence, partition: Int32(truncatingIfNeeded: partition),
                    producer: producer), index: index, intended: intended, isMeasured: measured,
                isLate: isLate), now: now)
        guard result == .accepted, !isCopy else { return result }
        counter.pointee &+= 1
        if fallback.count > 0 {
            fallback.noteAccepted(index, instance: instance, stream: partition)
        }
        if !answersLater { keepBook(index, measured: measured) }
        if slot >= 0, isQueue, repeats.capacity > 0 {
            scheduleRepeat(
                slot, index: index, sequence: sequence, intended: intended, now: now,
                instance: instance, segment: segment)
        }
        return result
    }

    @inlinable
    @inline(never)
    mutating func scheduleRepeat(
        _ place: Int32, index: UInt64, sequence: UInt64, intended: Nanoseconds, now: Nanoseconds,
        instance: Int, segment: Int
    ) {
        let delay = repeats.sampler?.delay(index) ?? 0
        repeats.schedule(
            place,
            Repeats.Record(
                index: index, sequence: sequence, intended: intended, sent: now,
                due: intended &+ delay, instance: instance, segment: segment))
    }

    /// Books what a message says that the target has taken.
    @inlinable
    @inline(__always)
    func keepBook(_ index: UInt64, measured: Bool) {
        guard let events else { return }
        events.keep(events.draw(index, measured: measured))
    }

    /// Where the next sequence number of an instance and partition or message group stands.
    @inlinable
    @inline(__always)
    func counter(instance: Int, partition: Int) -> UnsafeMutablePointer<UInt64> {
        sequences + (firstRow &+ instance) &* sequenceStride + partition
    }

    /// Writes message number `index` of the stream into the driver's memory. `inFlight` is what is
    /// kept of it where the target answers later.
    @inlinable
    @inline(__always)
    mutating func hand(
        _ header: TraceHeader, index: UInt64, hash: UInt32, partition: Int,
        _ entry: InFlightTable.Entry, now: Nanoseconds
    ) -> OfferResult {
        var token: UInt64 = 0
        if answersLater {
            guard let free = inFlight.insert(entry) else { return .backPressured }
            token = free
        }
        let key = header.keyIndex
        var drawn = EventSampler.Draw.none
        var size = sizes.byteCount(index)
        if let events {
            drawn = events.draw(index, measured: measured)
            size = events.byteCount(drawn, size)
        }
        let byteCount = size
        let draw = drawn
        var outgoing = OutgoingMessage(
            byteCount: byteCount, partition: Int32(truncatingIfNeeded: partition),
            keyHash: hash, keyIndex: key, token: token, sentAt: now,
            deduplication: deduplicationBase | index)
        if idempotent {
            outgoing.producerId = Int32(header.producer)
            outgoing.sequence = header.sequence
        }
        let message = outgoing
        let body = body
        let events = events
        let elapsed = header.intended &- phaseStart
        let isMeasured = measured
        let result = endpoint._withUnsafeGuaranteedRef { endpoint in
            endpoint.offer(message) { memory in
                if let events {
                    events.write(
                        index, draw, header, measured: isMeasured, elapsed: elapsed,
                        byteCount: byteCount, to: memory)
                    return
                }
                header.write(to: memory)
                (memory + TraceHeader.byteCount).copyMemory(
                    from: body, byteCount: byteCount &- TraceHeader.byteCount)
            }
        }
        if result != .accepted, answersLater { _ = inFlight.remove(token) }
        return result
    }

    /// The partition of the topic, or the message group of the queue.
    @inlinable
    @inline(__always)
    func partition(ofMessage index: UInt64, key: UInt32, hash: UInt32) -> Int {
        if isQueue { return Int(key) }
        // A division costs as much as the rest of the routing together.
        if partitions == 1 { return 0 }
        switch partitioning {
        case .key: return UrrPlatform.partition(forKeyHash: hash, partitions: partitions)
        case .roundRobin: return Int(index % UInt64(partitions))
        case .partition(let fixed): return fixed
        }
    }

    /// Books accepted messages of one segment and send time.
    @inlinable
    @inline(__always)
    mutating func book(
        _ run: SendRun, now: Nanoseconds, bank: UnsafeMutablePointer<ProducerBank>
    ) {
        guard run.count > 0 else { return }
        accepted &+= run.count
        batch.add(sent: now, segment: run.segment, count: run.count)
        guard measured else { return }
        let tally = bank.pointee.tallies + entry
        tally.pointee.sent &+= run.count
        if run.greatestLateness > tally.pointee.maximumLateness {
            tally.pointee.maximumLateness = run.greatestLateness
        }
    }

    /// Counts a message in the second in which it was intended.
    @inlinable
    @inline(__always)
    mutating func countOffered(_ intended: Nanoseconds) {
        if intended >= secondEnd { moveToSecond(of: intended) }
        // Not through a subscript: Swift 6.3 fails on that under the thread sanitizer.
        let count = offeredBySecond + second
        count.pointee &+= 1
    }

    @inline(never)
    @usableFromInline
    mutating func moveToSecond(of intended: Nanoseconds) {
        second = min(Int(intended / nanosecondsPerSecond), seconds - 1)
        secondEnd = second + 1 < seconds ? Nanoseconds(second + 1) * nanosecondsPerSecond : .max
    }
}

/// Messages of one segment that were accepted in one round. The first of them is the latest.
@usableFromInline
struct SendRun {
    @usableFromInline let segment: Int
    @usableFromInline let sendDelay: Histogram
    @usableFromInline let greatestLateness: Nanoseconds
    @usableFromInline var count: UInt64 = 0

    @inlinable
    init(
        segment: Int, sendDelay: UnsafeMutablePointer<Histogram>, greatestLateness: Nanoseconds
    ) {
        self.segment = segment
        self.sendDelay = sendDelay[segment]
        self.greatestLateness = greatestLateness
    }
}
