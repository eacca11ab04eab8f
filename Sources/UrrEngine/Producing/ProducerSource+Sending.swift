import UrrDriver
import UrrMeasure
import UrrPlatform
import UrrWorkload

extension ProducerSource {
    /// Messages that one round sends at the most before it looks at the clock again.
    @inlinable
    static var roundLimit: Int { 64 }

    /// Sends what is due at `now`; returns how many messages were sent or skipped as another
    /// worker's. The clock is read again only for the acknowledgement of a batch.
    @inlinable
    mutating func sendDue<Clock: MonotonicClock>(
        now: Nanoseconds, clock: Clock, bank: UnsafeMutablePointer<ProducerBank>
    ) -> Int {
        var done = 0
        while done < Self.roundLimit, nextDue <= now {
            if ownsAll || owned[instance] {
                guard send(now: now, bank: bank) else { break }
            }
            if measured { countOffered() }
            schedule.advance()
            instance = instance &+ 1 == instances ? 0 : instance &+ 1
            done &+= 1
            if batch.messages >= batchMessages { flush(clock: clock, bank: bank) }
        }
        if batch.messages > 0, linger == 0 || now &- batch.opened >= linger || waiting {
            flush(clock: clock, bank: bank)
        }
        return done
    }

    /// Offers the next message; false where it has to be offered again later.
    @inlinable
    @inline(__always)
    mutating func send(now: Nanoseconds, bank: UnsafeMutablePointer<ProducerBank>) -> Bool {
        let result = offer(
            intended: nextDue, now: now, index: schedule.index, instance: instance,
            segment: segment, slot: -1)
        switch result {
        case .accepted:
            accept(intended: nextDue, now: now, segment: segment, bank: bank)
            return true
        case .backPressured:
            if !waiting, measured { bank.pointee.tallies[entry].backPressured &+= 1 }
            waiting = true
            return false
        case .retry:
            return false
        case .closed:
            closed = true
            return false
        case .failed:
            if measured { bank.pointee.tallies[entry].failed &+= 1 }
            return true
        }
    }

    /// Builds message number `index` in the driver's memory and hands it over. A refused message
    /// leaves no trace: its sequence number is taken only when it is accepted.
    @inlinable
    @inline(__always)
    mutating func offer(
        intended: Nanoseconds, now: Nanoseconds, index: UInt64, instance: Int, segment: Int,
        slot: Int32
    ) -> OfferResult {
        let key = keys.keyIndex(index)
        let hash = hasKeys ? keyTable.hash(key) : 0
        let partition = partition(ofMessage: index, keyHash: hash)
        let counter = sequences + (firstInstance &+ instance) &* sequenceStride + partition
        var token: UInt64 = 0
        if answersLater {
            guard
                let free = inFlight.insert(
                    InFlightTable.Entry(
                        sent: now, segment: UInt8(truncatingIfNeeded: segment), slot: slot))
            else { return .backPressured }
            token = free
        }
        let header = TraceHeader(
            intended: intended, sent: now, sequence: counter.pointee, keyIndex: key,
            producer: UInt16(truncatingIfNeeded: firstInstance &+ instance),
            segment: UInt8(truncatingIfNeeded: segment), runTag: runTag)
        let byteCount = sizes.byteCount(index)
        let message = OutgoingMessage(
            byteCount: byteCount, partition: Int32(truncatingIfNeeded: partition), keyHash: hash,
            keyIndex: key, token: token, sentAt: now)
        let body = body
        let result = endpoint._withUnsafeGuaranteedRef { endpoint in
            endpoint.offer(message) { memory in
                header.write(to: memory)
                (memory + TraceHeader.byteCount).copyMemory(
                    from: body, byteCount: byteCount &- TraceHeader.byteCount)
            }
        }
        if result == .accepted {
            counter.pointee &+= 1
        } else if answersLater {
            _ = inFlight.remove(token)
        }
        return result
    }

    @inlinable
    @inline(__always)
    func partition(ofMessage index: UInt64, keyHash: UInt32) -> Int {
        // A division costs as much as the rest of the routing together.
        if partitions == 1 { return 0 }
        switch partitioning {
        case .key: return UrrPlatform.partition(forKeyHash: keyHash, partitions: partitions)
        case .roundRobin: return Int(index % UInt64(partitions))
        case .partition(let fixed): return fixed
        }
    }

    /// Books an accepted message.
    @inlinable
    @inline(__always)
    mutating func accept(
        intended: Nanoseconds, now: Nanoseconds, segment: Int,
        bank: UnsafeMutablePointer<ProducerBank>
    ) {
        waiting = false
        batch.add(sent: now, segment: segment)
        guard measured else { return }
        let lateness = now &- intended
        bank.pointee.sendDelay[segment].record(lateness)
        let tally = bank.pointee.tallies + entry
        tally.pointee.sent &+= 1
        if lateness > tally.pointee.maximumLateness { tally.pointee.maximumLateness = lateness }
    }

    @inlinable
    @inline(__always)
    mutating func countOffered() {
        while schedule.intended >= secondEnd, second &+ 1 < seconds {
            second &+= 1
            secondEnd &+= nanosecondsPerSecond
        }
        if ownsAll || owned[instance] { offeredBySecond[second] &+= 1 }
    }
}
