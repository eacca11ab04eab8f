import UrrDriver
import UrrMeasure
import UrrPlatform
import UrrWorkload

/// A closed loop over a producer entry: each instance keeps `inFlight` messages under way and
/// sends the next one when one is acknowledged and the think time is over. The system under test
/// sets the pace, so latencies under saturation say little; results are labelled.
@usableFromInline
struct ClosedLoopSource<Driver: MessageDriver>: ~Copyable {
    /// Everything but the schedule: building, offering and booking are the same.
    @usableFromInline var source: ProducerSource<Driver>
    /// When each slot may send again, `.max` while its message is under way. A slot is one of the
    /// `inFlight` places of one owned instance.
    @usableFromInline let readyAt: UnsafeMutablePointer<Nanoseconds>
    @usableFromInline let slotInstance: UnsafeMutablePointer<Int32>
    @usableFromInline let slots: Int
    @usableFromInline let thinkTime: Nanoseconds
    @usableFromInline var nextSlot = 0
    @usableFromInline var index: UInt64
    @usableFromInline var ends: Nanoseconds = 0

    init(
        _ source: consuming ProducerSource<Driver>, inFlight: Int, thinkTime: Nanoseconds,
        firstIndex: UInt64
    ) {
        index = firstIndex
        let owned = (0..<source.instances).filter { source.owned[$0] }
        slots = owned.count * inFlight
        readyAt = .allocate(capacity: max(1, slots))
        readyAt.initialize(repeating: 0, count: max(1, slots))
        slotInstance = .allocate(capacity: max(1, slots))
        for slot in 0..<slots {
            (slotInstance + slot).initialize(to: Int32(owned[slot % owned.count]))
        }
        self.thinkTime = thinkTime
        self.source = source
    }

    @inlinable
    deinit {
        readyAt.deallocate()
        slotInstance.deallocate()
    }

    /// Starts over; sends from `start` until `end`.
    mutating func begin(
        _ phase: ArrivalPhase, of samplers: WorkloadSamplers.Producer, at start: Nanoseconds,
        until end: Nanoseconds
    ) {
        source.begin(phase, of: samplers, at: start, length: end - start)
        for slot in 0..<slots where readyAt[slot] != .max { readyAt[slot] = start }
        ends = end
    }

    /// Sends from every slot that is ready, each at most once; returns how many messages went.
    @inlinable
    mutating func sendReady<Clock: MonotonicClock>(
        now: Nanoseconds, clock: Clock, bank: UnsafeMutablePointer<ProducerBank>
    ) -> Int {
        guard now >= source.phaseStart, now < ends, !source.closed else { return 0 }
        var done = 0
        var looked = 0
        let segment = source.measured ? source.segmentBase : 0
        while looked < slots, done < ProducerSource<Driver>.roundLimit {
            let slot = nextSlot
            nextSlot = slot &+ 1 == slots ? 0 : slot &+ 1
            looked &+= 1
            guard readyAt[slot] <= now else { continue }
            let result = source.offer(
                intended: now, now: now, index: index, instance: Int(slotInstance[slot]),
                segment: segment, slot: Int32(truncatingIfNeeded: slot))
            guard result == .accepted else {
                if source.refused(result, now: now, bank: bank) { break }
                if source.measured { source.countOffered(now &- source.phaseStart) }
                index &+= 1
                done &+= 1
                continue
            }
            var run = SendRun(
                segment: segment, sendDelay: bank.pointee.sendDelay, greatestLateness: 0)
            run.count = 1
            source.stopWaiting(now: now, bank: bank)
            source.book(run, now: now, bank: bank)
            if source.measured {
                run.sendDelay.record(0)
                source.countOffered(now &- source.phaseStart)
            }
            index &+= 1
            readyAt[slot] = .max
            done &+= 1
            if source.batch.messages >= source.batchMessages { break }
        }
        if source.batch.messages > 0 { flush(now: now, clock: clock, bank: bank) }
        return done
    }

    /// Sends the batch off; on targets that acknowledge on flush, frees its slots.
    @inlinable
    mutating func flush<Clock: MonotonicClock>(
        now: Nanoseconds, clock: Clock, bank: UnsafeMutablePointer<ProducerBank>
    ) {
        source.flush(now: now, clock: clock, bank: bank)
        guard !source.answersLater else { return }
        let next = clock.now() &+ thinkTime
        var slot = 0
        while slot < slots {
            if readyAt[slot] == .max { readyAt[slot] = next }
            slot &+= 1
        }
    }

    /// Books the answers that have come in and frees their slots; returns how many.
    @inlinable
    mutating func collect<Clock: MonotonicClock>(
        clock: Clock, bank: UnsafeMutablePointer<ProducerBank>
    ) -> Int {
        let readyAt = readyAt
        let thinkTime = thinkTime
        return source.collectCompletions(clock: clock, bank: bank) { slot, now in
            readyAt[Int(slot)] = now &+ thinkTime
        }
    }

    /// Whether the time is over and nothing is under way.
    func isFinished(now: Nanoseconds) -> Bool {
        (now >= ends || source.closed) && source.batch.messages == 0 && source.inFlight.count == 0
    }

    /// The earliest instant at which a slot may send, at or after `now`; `.max` where all wait.
    @usableFromInline
    func nextDue(now: Nanoseconds) -> Nanoseconds {
        guard now < ends, !source.closed else { return .max }
        var earliest = Nanoseconds.max
        for slot in 0..<slots { earliest = min(earliest, readyAt[slot]) }
        return earliest == .max ? .max : max(earliest, source.phaseStart)
    }
}
