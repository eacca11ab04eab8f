import UrrDriver
import UrrMeasure
import UrrPlatform
import UrrWorkload

/// What faults do to the members of a worker. Cold: the hot path asks one number a round and one
/// flag a poll.
extension ConsumerLoop {
    /// Puts what the plan has for this worker's members on its agenda; `start` is the start of the
    /// measurement.
    func makeAgenda(start: Nanoseconds) -> Agenda {
        var agenda = Agenda()
        for planned in plan.faults.actions {
            if planned.group < 0, worker == 0 {
                agenda.add(
                    Agenda.Entry(
                        at: start + planned.at, fault: planned.fault, member: -1, turn: nil,
                        action: planned.action))
            }
            for index in 0..<memberCount
            where members[index].group == planned.group && members[index].number == planned.member {
                agenda.add(
                    Agenda.Entry(
                        at: start + planned.at, fault: planned.fault, member: index, turn: nil,
                        action: planned.action))
            }
        }
        return agenda
    }

    /// Does what the agenda has for now; returns how much that was.
    @inline(never)
    @usableFromInline
    mutating func runAgenda(now: Nanoseconds, bank: UnsafeMutablePointer<ConsumerBank>) -> Int {
        measurement.pauseCounting()
        defer { measurement.resumeCounting() }
        var done = 0
        while let entry = agenda.takeDue(now) {
            done += 1
            if let turn = entry.turn, turn != members[entry.member].life.turn { continue }
            act(entry, now: now, bank: bank)
        }
        return done
    }

    private mutating func act(
        _ entry: Agenda.Entry, now: Nanoseconds, bank: UnsafeMutablePointer<ConsumerBank>
    ) {
        let index = entry.member
        if case .stepClock(let step) = entry.action {
            strikes(entry.fault, now: now)
            WallClock.jump(by: step)
            return
        }
        let condition = members[index].life.condition
        switch entry.action {
        case .crash(let point, let downtime):
            guard condition == .present || condition == .leaving else { return }
            members[index].life.fault = entry.fault
            members[index].life.crash = point
            members[index].life.absence = downtime
            let handlesNow = members[index].pending.head != members[index].pending.tail
            // With a batch under way the crash waits for the answer: else nobody could tell whether
            // the effects in it were applied.
            if point == .beforeHandling, handlesNow, !isAskingStore(index) {
                crash(index, now: now, bank: bank)
            }
        case .leave(let absence):
            guard condition == .present else { return }
            members[index].life.fault = entry.fault
            members[index].life.absence = absence
            members[index].life.condition = .leaving
            wantPoll(index)
        case .join(let stay):
            guard condition == .outside else { return }
            strikes(entry.fault, now: now)
            enter(index)
            guard let stay else { return }
            agenda.add(
                Agenda.Entry(
                    at: now + stay, fault: entry.fault, member: index, turn: nil,
                    action: .leave(absence: nil)))
        case .stop(let length): stop(index, entry.fault, length: length, now: now)
        case .replay(let target):
            guard condition == .present, members[index].laneCount > 0 else { return }
            members[index].life.fault = entry.fault
            members[index].life.replay = target
            wantPoll(index)
        case .comeBack: enter(index)
        case .resume: resume(index, now: now)
        case .tryAgain:
            guard condition == .present || condition == .leaving else { return }
            startWaiting(index, now: now)
            if members[index].wantsToPoll { wantPoll(index) }
        case .expire: expire(index)
        case .lapse:
            guard condition == .stopped else { return }
            if isAskingStore(index) {
                var later = entry
                later.at = now + Self.storePatience
                agenda.add(later)
                return
            }
            fall(index, entry.fault, now: now)
            expire(index)
        case .stepClock: return
        }
    }

    /// Time after which a fall that waits for a store is tried again.
    private static var storePatience: Nanoseconds { 1_000_000 }

    /// Whether an answer of the member's store is outstanding.
    @inline(never)
    @usableFromInline
    func isAskingStore(_ index: Int) -> Bool {
        members[index].effects?.takeUnretainedValue().isAsking ?? false
    }

    private mutating func strikes(_ fault: Int, now: Nanoseconds) {
        report.effects.append(FaultEffect(fault: fault, at: now))
    }

    private mutating func countRebalance(_ index: Int) {
        report.rebalances[members[index].group, default: 0] += 1
    }

    // MARK: - Crash

    /// The member is gone without a word: what it has in its hands is forgotten, what it has not
    /// committed will come again to whoever gets its partitions.
    @inline(never)
    @usableFromInline
    mutating func crash(
        _ index: Int, now: Nanoseconds, bank: UnsafeMutablePointer<ConsumerBank>
    ) {
        measurement.pauseCounting()
        defer { measurement.resumeCounting() }
        let member = members + index
        let fault = member.pointee.life.fault
        let absence = member.pointee.life.absence
        fall(index, fault, now: now)
        let timeout = plan.groups[member.pointee.group].sessionTimeout
        agenda.add(
            Agenda.Entry(
                at: now + timeout, fault: fault, member: index, turn: nil, action: .expire))
        guard let absence else { return }
        agenda.add(
            Agenda.Entry(
                at: now + absence, fault: fault, member: index, turn: member.pointee.life.turn,
                action: .comeBack))
    }

    /// Takes the member down and books what that means for its partitions.
    private mutating func fall(_ index: Int, _ fault: Int, now: Nanoseconds) {
        let member = members + index
        var effect = FaultEffect(fault: fault, at: now)
        effect.dropped = drop(index)
        for lane in 0..<member.pointee.laneCount {
            let state = member.pointee.lanes[lane]
            effect.redeliveries += UInt64(
                max(0, state.pointee.delivered - state.pointee.committed))
            state.pointee.stepBack(to: state.pointee.committed)
            state.pointee.fallSilent(at: now)
        }
        report.effects.append(effect)
        member.pointee.consumer.takeUnretainedValue().vanish()
        goOutside(index)
    }

    /// Forgets what the member has in its hands; returns how many effects that leaves out.
    private mutating func drop(_ index: Int) -> UInt64 {
        let member = members + index
        var dropped: UInt64 = 0
        for position in member.pointee.pending.head..<member.pointee.pending.tail {
            let message = member.pointee.pending[position].pointee
            guard !message.isDone, message.standing == .first else { continue }
            dropped += 1
            member.pointee.lanes[Int(message.lane)].pointee.incidents.drop(
                message.name,
                LaneIncidents.Dropped(offset: message.offset, segment: message.segment))
            guard let desk = member.pointee.desk?.takeUnretainedValue(),
                desk[position].pointee.isPublished
            else { continue }
            member.pointee.lanes[Int(message.lane)].pointee.incidents.notePublished(message.name)
        }
        if let desk = member.pointee.desk?.takeUnretainedValue() {
            desk.release(member.pointee.pending.head..<member.pointee.pending.tail)
        }
        parked.removeAll { $0.owner == Int32(index) }
        if member.pointee.commitsFirst {
            heldFirst -= member.pointee.pending.tail - member.pointee.pending.head
        }
        member.pointee.pending.removeAll()
        member.pointee.busySlots = 0
        for slot in 0..<member.pointee.concurrency {
            member.pointee.handling[slot] = -1
            member.pointee.freeAt[slot] = .min
        }
        member.pointee.effects?.takeUnretainedValue().forget()
        timers.removeAll(owner: Int32(index))
        return dropped
    }

    private mutating func goOutside(_ index: Int) {
        members[index].takeLanes()
        members[index].life.leaveBehind()
        stopPolling(index)
    }

    private mutating func expire(_ index: Int) {
        members[index].consumer.takeUnretainedValue().expire()
        countRebalance(index)
    }

    // MARK: - Coming and going

    private mutating func enter(_ index: Int) {
        members[index].consumer.takeUnretainedValue().join()
        members[index].life.condition = .present
        countRebalance(index)
        wantPoll(index)
    }

    /// Everything is handled: what is not committed is, and others can have the partitions.
    private mutating func depart(_ index: Int, now: Nanoseconds) {
        let member = members + index
        let absence = member.pointee.life.absence
        let fault = member.pointee.life.fault
        strikes(fault, now: now)
        member.pointee.commitHandled()
        stopReading(index, now: now)
        member.pointee.consumer.takeUnretainedValue().leave()
        countRebalance(index)
        goOutside(index)
        guard let absence else { return }
        agenda.add(
            Agenda.Entry(
                at: now + absence, fault: fault, member: index, turn: member.pointee.life.turn,
                action: .comeBack))
    }

    private func stopReading(_ index: Int, now: Nanoseconds) {
        let member = members + index
        for lane in 0..<member.pointee.laneCount {
            let state = member.pointee.lanes[lane]
            state.pointee.stepBack(to: state.pointee.committed)
            state.pointee.fallSilent(at: now)
        }
    }

    // MARK: - Standing still

    private mutating func stop(
        _ index: Int, _ fault: Int, length: Nanoseconds, now: Nanoseconds
    ) {
        let condition = members[index].life.condition
        guard condition == .present || condition == .leaving else { return }
        strikes(fault, now: now)
        members[index].life.condition = .stopped
        members[index].life.wasLeaving = condition == .leaving
        timers.postpone(owner: Int32(index), by: length)
        stopPolling(index)
        noteSilence(index, since: now)
        agenda.add(
            Agenda.Entry(
                at: now + length, fault: fault, member: index, turn: nil, action: .resume))
        let timeout = plan.groups[members[index].group].sessionTimeout
        guard members[index].isManaged, length > timeout else { return }
        agenda.add(
            Agenda.Entry(
                at: now + timeout, fault: fault, member: index, turn: members[index].life.turn,
                action: .lapse))
    }

    private mutating func resume(_ index: Int, now: Nanoseconds) {
        switch members[index].life.condition {
        case .outside: enter(index)
        case .stopped:
            members[index].life.condition = members[index].life.wasLeaving ? .leaving : .present
            // A slot that was free was not at work meanwhile.
            for slot in 0..<members[index].concurrency where members[index].handling[slot] < 0 {
                members[index].freeAt[slot] = .min
            }
            noteSilence(index, since: .max)
            startWaiting(index, now: now)
            if members[index].wantsToPoll { wantPoll(index) }
        case .present, .leaving: return
        }
    }

    private func noteSilence(_ index: Int, since: Nanoseconds) {
        for lane in 0..<members[index].laneCount {
            members[index].lanes[lane].pointee.noteSilence(since: since)
        }
    }

    // MARK: - Before a poll

    /// Does what has to be done before the member may poll: going along with a new division,
    /// leaving, going back. The member may poll where the answer is nil, else it says how much was
    /// done instead. All of it waits until what the member has received is handled.
    @inline(never)
    @usableFromInline
    mutating func attend(_ index: Int, now: Nanoseconds) -> Int? {
        let member = members + index
        let isBehind =
            member.pointee.isManaged
            && member.pointee.consumer._withUnsafeGuaranteedRef { $0.isBehind }
        if member.pointee.life.isUndisturbed, !isBehind { return nil }
        guard member.pointee.isIdle else { return 0 }
        measurement.pauseCounting()
        defer { measurement.resumeCounting() }
        if member.pointee.life.condition == .leaving {
            depart(index, now: now)
            return 1
        }
        if isBehind {
            let changed = synchronize(index, now: now)
            return member.pointee.laneCount > 0 && !changed ? nil : (changed ? 1 : 0)
        }
        if let target = member.pointee.life.replay {
            replay(index, target, now: now)
            return 1
        }
        return nil
    }

    /// Goes along with the new division as far as the others allow; whether anything changed.
    private mutating func synchronize(_ index: Int, now: Nanoseconds) -> Bool {
        let member = members + index
        member.pointee.commitHandled()
        let before = Set((0..<member.pointee.laneCount).map { member.pointee.lanes[$0] })
        // Now, because the moment the partition is given back it belongs to somebody else.
        stopReading(index, now: now)
        let changed = member.pointee.consumer.takeUnretainedValue().rebalance()
        if changed { member.pointee.takeLanes() }
        for lane in 0..<member.pointee.laneCount {
            let state = member.pointee.lanes[lane]
            let pause = state.pointee.beHeard(at: now)
            if let pause, !before.contains(state) {
                report.pauses.append(RebalancePause(group: member.pointee.group, length: pause))
            }
        }
        return changed
    }

    /// Goes back in every lane, never forwards.
    private mutating func replay(_ index: Int, _ target: SeekTarget, now: Nanoseconds) {
        let member = members + index
        member.pointee.life.replay = nil
        member.pointee.commitHandled()
        let start: ReplayStart =
            switch target {
            case .earliest: .earliest
            case .offset(let offset): .offset(offset)
            case .time(let time): .time(control.start(of: .measure) + time)
            }
        var effect = FaultEffect(fault: member.pointee.life.fault, at: now)
        let consumer = member.pointee.consumer.takeUnretainedValue()
        for lane in 0..<member.pointee.laneCount {
            let state = member.pointee.lanes[lane]
            let delivered = state.pointee.delivered
            guard var offset = consumer.replay(lane: Int32(lane), from: start) else { continue }
            if offset > delivered {
                offset = consumer.replay(lane: Int32(lane), from: .offset(delivered)) ?? offset
            }
            effect.redeliveries += UInt64(max(0, delivered - offset))
            state.pointee.stepBack(to: offset)
        }
        report.effects.append(effect)
    }
}
