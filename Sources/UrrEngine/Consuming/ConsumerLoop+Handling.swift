import UrrDriver
import UrrMeasure
import UrrPlatform
import UrrWorkload

/// The handler model: a slot that is busy until an instant. The model keeps its own timeline: a
/// handler that ends at `t` takes the next waiting message at `t`, also when this worker notices
/// it later, so being late now and then does not slow the model down. What is recorded as the end
/// of a message is the instant at which the worker noticed: lateness is charged, not hidden.
extension ConsumerLoop {
    /// Ends every handler that is due, in order, and starts what waits. Returns how many ended.
    @inlinable
    mutating func completeDue(
        now: Nanoseconds, bank: UnsafeMutablePointer<ConsumerBank>
    ) -> Int {
        var ended = 0
        while timers.nextDue <= now &- noticing {
            let timer = timers.removeFirst()
            complete(timer, now: now, bank: bank)
            ended &+= 1
        }
        return ended
    }

    @inlinable
    mutating func complete(
        _ timer: TimerHeap.Entry, now: Nanoseconds, bank: UnsafeMutablePointer<ConsumerBank>
    ) {
        let index = Int(timer.owner)
        let slot = Int(timer.slot)
        let member = members + index
        let position = member.pointee.handling[slot]
        if member.pointee.desk != nil, !publish(index, position, now: now) { return park(timer) }
        member.pointee.handling[slot] = -1
        member.pointee.busySlots &-= 1
        member.pointee.freeAt[slot] = timer.due
        var end = position &+ 1
        if member.pointee.remedies.isActive {
            if member.pointee.remedies.batchMessages > 1 {
                end = member.pointee.remedies.batchEnd
            }
            noteEnd(
                index, started: member.pointee.pending[position].pointee.started, ended: timer.due)
        }
        var done = position
        while done < end {
            if !member.pointee.pending[done].pointee.isDone,
                !finish(index, done, due: timer.due, now: now, bank: bank)
            {
                return
            }
            done &+= 1
        }
        settle(index)
        startWaiting(index, now: now)
        if member.pointee.wantsToPoll { wantPoll(index) }
    }

    /// Ends the handling of one message; false where the member is gone.
    @inlinable
    @inline(__always)
    mutating func finish(
        _ index: Int, _ position: Int, due: Nanoseconds, now: Nanoseconds,
        bank: UnsafeMutablePointer<ConsumerBank>
    ) -> Bool {
        let member = members + index
        if let effects = member.pointee.effects,
            member.pointee.pending[position].pointee.standing != .damaged
        {
            effects._withUnsafeGuaranteedRef { $0.enqueue(position) }
            advanceEffects(index, now: now, bank: bank)
            return member.pointee.life.condition != .outside
        } else {
            let message = member.pointee.pending[position]
            message.pointee.isDone = true
            if member.pointee.desk != nil { applyHandled(index, position) }
            book(
                message.pointee, handled: now, due: due, group: member.pointee.group,
                classes: member.pointee.keyClasses, bank: bank)
            if member.pointee.life.crash == .beforeCommit {
                crash(index, now: now, bank: bank)
                return false
            }
        }
        return true
    }

    @inlinable
    @inline(__always)
    func book(
        _ message: PendingMessage, handled: Nanoseconds, due: Nanoseconds, group: Int,
        classes: MessageGroupClasses, bank: UnsafeMutablePointer<ConsumerBank>
    ) {
        guard message.standing == .first else {
            if message.standing == .again { bank.pointee.tallies[group].repeated &+= 1 }
            return
        }
        guard message.segment != 0 else { return }
        bank.pointee.book(
            group: group, segment: Int(message.segment), intended: message.intended,
            sent: message.sent, started: message.started, handled: handled, due: due)
        guard classes.hot > 0 else { return }
        let cell = bank.pointee.messageGroupCell(
            group: group, class: classes.number(message.keyIndex))
        bank.pointee.messageGroups[cell].handled &+= 1
        bank.pointee.waiting[cell].record(message.started &- message.sent)
    }

    /// Gives waiting messages to free slots. A message that was there when a slot became free
    /// starts at that instant; one that came later starts now.
    @inlinable
    mutating func startWaiting(_ index: Int, now: Nanoseconds) {
        let member = members + index
        let freezes = freezes + member.pointee.group
        var slot = 0
        var hasPassedOver = false
        while member.pointee.pending.hasWaiting,
            member.pointee.busySlots < member.pointee.concurrency
        {
            while member.pointee.handling[slot] >= 0 { slot &+= 1 }
            let position = member.pointee.pending.next
            let message = member.pointee.pending[position]
            if message.pointee.isDone {
                member.pointee.pending.next = position &+ 1
                hasPassedOver = true
                slot = 0
                continue
            }
            let free = member.pointee.freeAt[slot]
            let started = freezes.pointee.start(message.pointee.sent <= free ? free : now)
            if member.pointee.remedies.mayDrop {
                let admission = admit(index, at: started)
                if admission == .wait { break }
                if admission == .next {
                    hasPassedOver = true
                    slot = 0
                    continue
                }
            }
            message.pointee.started = started
            member.pointee.pending.next = position &+ 1
            member.pointee.handling[slot] = position
            member.pointee.busySlots &+= 1
            var duration = member.pointee.serviceTime.duration(message.pointee.identity)
            if slowness[member.pointee.group].count > 0 {
                let lane = member.pointee.lanes[Int(message.pointee.lane)]
                duration = slowness[member.pointee.group].stretched(
                    duration, start: started, partition: lane.pointee.partition,
                    key: message.pointee.keyIndex)
            }
            if member.pointee.remedies.batchMessages > 1 {
                duration &+= fillBatch(index, at: started)
            }
            timers.insert(
                TimerHeap.Entry(
                    due: started &+ duration,
                    owner: Int32(truncatingIfNeeded: index),
                    slot: Int32(truncatingIfNeeded: slot)))
        }
        // What is passed over at the head would stay there if nothing came behind it.
        if hasPassedOver { settle(index) }
        if !member.pointee.wantsToPoll { stopPolling(index) }
    }
}
