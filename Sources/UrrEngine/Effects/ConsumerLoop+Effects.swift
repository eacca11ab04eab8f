import UrrDriver
import UrrPlatform
import UrrStore

/// Groups that remember what they have handled: repeats are skipped, and an effect counts when the
/// store has recorded it.
extension ConsumerLoop {
    /// Takes a member's business with its store as far as it goes without waiting.
    @inline(never)
    @usableFromInline
    mutating func advanceEffects(
        _ index: Int, now: Nanoseconds, bank: UnsafeMutablePointer<ConsumerBank>
    ) {
        guard let gate = members[index].effects?.takeUnretainedValue() else { return }
        while true {
            switch gate.batch {
            case .lookUp(let count):
                guard isAnswered(gate, now: now) else { return wait(index, gate) }
                takeLookUp(index, gate, count: count, bank: bank)
                gate.finishBatch(now: clock.now())
                if members[index].life.crash == .beforeHandling {
                    return crash(index, now: now, bank: bank)
                }
            case .record(let count):
                guard isAnswered(gate, now: now) else { return wait(index, gate) }
                takeRecord(index, gate, count: count, now: now, bank: bank)
                gate.finishBatch(now: clock.now())
                if members[index].life.crash != nil {
                    return crash(index, now: now, bank: bank)
                }
                settle(index)
            case .none:
                guard begin(index, gate, now: clock.now()) else { return settle(index) }
            }
        }
    }

    /// Whether the store has answered. What it allocates is not a message's.
    private mutating func isAnswered(_ gate: EffectGate, now: Nanoseconds) -> Bool {
        guard gate.isExternal else { return gate.isAnswered(now: now) }
        measurement.pauseCounting()
        defer { measurement.resumeCounting(for: .store) }
        return gate.isAnswered(now: now)
    }

    /// Begins the next batch; false where there is none.
    private mutating func begin(_ index: Int, _ gate: EffectGate, now: Nanoseconds) -> Bool {
        guard gate.isExternal else { return beginBatch(index, gate, now: now) }
        measurement.pauseCounting()
        defer { measurement.resumeCounting(for: .store) }
        return beginBatch(index, gate, now: now)
    }

    private func beginBatch(_ index: Int, _ gate: EffectGate, now: Nanoseconds) -> Bool {
        let member = members + index
        func key(_ position: Int) -> EventKey {
            if let desk = member.pointee.desk?.takeUnretainedValue() { return desk.key(position) }
            let message = member.pointee.pending[position]
            let lane = member.pointee.lanes[Int(message.pointee.lane)]
            return EffectGate.key(message, row: lane.pointee.row)
        }
        if gate.hasQueued {
            gate.record(now: now, key: key)
            return true
        }
        let ready = member.pointee.pending.ready
        let rest = member.pointee.pending.tail - ready
        guard rest > 0 else { return false }
        _ = gate.lookUp(rest, now: now) { key(ready + $0) }
        return true
    }

    private mutating func wait(_ index: Int, _ gate: EffectGate) {
        guard !gate.isAwaited else { return }
        gate.isAwaited = true
        awaiting.append(index)
    }

    /// Looks after every member that waits for its store; returns how many got an answer.
    @inline(never)
    @usableFromInline
    mutating func pollStores(now: Nanoseconds, bank: UnsafeMutablePointer<ConsumerBank>) -> Int {
        var answered = 0
        // From the end, because a member that has to wait on is appended again.
        for place in awaiting.indices.reversed() {
            let index = awaiting[place]
            awaiting.swapAt(place, awaiting.count - 1)
            awaiting.removeLast()
            guard let gate = members[index].effects?.takeUnretainedValue() else { continue }
            gate.isAwaited = false
            let before = gate.batchesEnded
            advanceEffects(index, now: now, bank: bank)
            guard gate.batchesEnded != before else { continue }
            answered += 1
            let condition = members[index].life.condition
            guard condition == .present || condition == .leaving else { continue }
            // Also where the next batch is under way: what was looked up can be handled meanwhile.
            startWaiting(index, now: now)
            if members[index].wantsToPoll { wantPoll(index) }
        }
        return answered
    }

    // MARK: - Answers

    /// Skips what is known.
    private func takeLookUp(
        _ index: Int, _ gate: EffectGate, count: Int, bank: UnsafeMutablePointer<ConsumerBank>
    ) {
        let member = members + index
        let tally = bank.pointee.tallies + member.pointee.group
        for number in 0..<count {
            let message = member.pointee.pending[member.pointee.pending.ready + number]
            guard gate.known[number], message.pointee.standing != .damaged else { continue }
            message.pointee.isDone = true
            tally.pointee.skipped += 1
            if message.pointee.standing == .first {
                noteWrongEffect(index, message, "was skipped and never handled")
            }
        }
        member.pointee.pending.ready += count
    }

    /// Applies the effects that are new.
    private mutating func takeRecord(
        _ index: Int, _ gate: EffectGate, count: Int, now: Nanoseconds,
        bank: UnsafeMutablePointer<ConsumerBank>
    ) {
        let member = members + index
        let tally = bank.pointee.tallies + member.pointee.group
        for number in 0..<count {
            let position = gate.queued(number)
            let message = member.pointee.pending[position]
            message.pointee.isDone = true
            let isFirst = message.pointee.standing == .first
            guard gate.known[number] else {
                applyEffect(index, position, isRepeat: false)
                if !isFirst, !takeFromTwin(index, position) {
                    noteWrongEffect(index, message, "took effect again")
                }
                book(
                    message.pointee, handled: now, due: now, group: member.pointee.group,
                    classes: member.pointee.keyClasses, bank: bank)
                continue
            }
            tally.pointee.skipped += 1
            if isFirst { noteWrongEffect(index, message, "was handled without effect") }
        }
    }

    /// Where a copy of a message is handled before the message itself, the effect is the copy's.
    func takeFromTwin(_ index: Int, _ number: Int) -> Bool {
        let member = members + index
        let copy = member.pointee.pending[number]
        for position in member.pointee.pending.head..<member.pointee.pending.tail {
            let other = member.pointee.pending[position]
            guard !other.pointee.isDone, other.pointee.standing == .first,
                other.pointee.lane == copy.pointee.lane, areTwins(index, position, number)
            else { continue }
            other.pointee.standing = .again
            copy.pointee.standing = .first
            return true
        }
        return false
    }

    /// Whether two pending messages stand for one effect: to a service, whose events are also sent
    /// again under new numbers, where their keys are the same.
    private func areTwins(_ index: Int, _ one: Int, _ other: Int) -> Bool {
        let member = members + index
        if let desk = member.pointee.desk?.takeUnretainedValue() {
            return desk.key(one) == desk.key(other)
        }
        return member.pointee.pending[one].pointee.name
            == member.pointee.pending[other].pointee.name
    }

    private func noteWrongEffect(
        _ index: Int, _ message: UnsafeMutablePointer<PendingMessage>, _ what: String
    ) {
        members[index].lanes[Int(message.pointee.lane)].pointee.incidents
            .noteWrongEffect(message.pointee.name, what)
    }
}
