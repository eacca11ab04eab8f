import UrrDriver
import UrrMeasure
import UrrPlatform

/// What members do against a backlog: leave messages out, handle several in one go, prefer topics.
extension ConsumerLoop {
    /// What the caller does with the message that waits next.
    @usableFromInline
    enum Admission {
        /// Its handler starts.
        case handle
        /// It was left out; the next one waits.
        case next
        /// Nothing starts for now.
        case wait
    }

    /// Decides about the message that waits next, whose handler would start at `instant`.
    @inline(never)
    @usableFromInline
    mutating func admit(_ index: Int, at instant: Nanoseconds) -> Admission {
        let position = members[index].pending.next
        let message = members[index].pending[position]
        let before = members[index].remedies.breaker?.state
        let (decision, reason) = members[index].remedies.decide(
            lane: message.pointee.lane, intended: message.pointee.intended, at: instant)
        noteBreaker(index, before: before, at: instant)
        switch decision {
        case .handle: return .handle
        case .wait:
            if let until = members[index].remedies.breaker?.until, until > instant {
                // What waits for it starts then, not when a handler last ended.
                for slot in 0..<members[index].concurrency {
                    members[index].freeAt[slot] = max(members[index].freeAt[slot], until)
                }
                wakeUp(index, at: until)
            }
            return .wait
        case .skip:
            message.pointee.isDone = true
            members[index].pending.next = position + 1
            if message.pointee.standing == .first, message.pointee.segment != 0 {
                recorder.active.pointee.countDrop(
                    group: members[index].group, segment: Int(message.pointee.segment), reason)
            }
            return .next
        }
    }

    /// Has the member look at what waits again when its breaker has been open long enough.
    private mutating func wakeUp(_ index: Int, at instant: Nanoseconds) {
        guard members[index].wakeUpAt != instant else { return }
        members[index].wakeUpAt = instant
        measurement.pauseCounting()
        defer { measurement.resumeCounting() }
        agenda.add(
            Agenda.Entry(
                at: instant, fault: -1, member: index, turn: members[index].life.turn,
                action: .tryAgain))
    }

    /// Adds the messages that follow to the batch that begins at `instant`; returns how long they
    /// take together.
    @inline(never)
    @usableFromInline
    mutating func fillBatch(_ index: Int, at instant: Nanoseconds) -> Nanoseconds {
        let member = members + index
        var duration = member.pointee.remedies.batchCost
        var taken = 1
        while taken < member.pointee.remedies.batchMessages, member.pointee.pending.hasWaiting {
            let message = member.pointee.pending[member.pointee.pending.next]
            if message.pointee.isDone {
                member.pointee.pending.next += 1
                continue
            }
            // What came after the batch began is for the next one.
            guard message.pointee.sent <= instant else { break }
            if member.pointee.remedies.mayDrop {
                let admission = admit(index, at: instant)
                if admission == .next { continue }
                if admission == .wait { break }
            }
            message.pointee.started = instant
            duration += member.pointee.serviceTime.duration(message.pointee.identity)
            member.pointee.pending.next += 1
            taken += 1
        }
        member.pointee.remedies.batchEnd = member.pointee.pending.next
        return duration
    }

    /// Takes note of how a handler ended.
    @inline(never)
    @usableFromInline
    mutating func noteEnd(_ index: Int, started: Nanoseconds, ended: Nanoseconds) {
        let before = members[index].remedies.breaker?.state
        members[index].remedies.ended(after: ended - started, at: ended)
        noteBreaker(index, before: before, at: ended)
    }

    private mutating func noteBreaker(
        _ index: Int, before: CircuitBreaker.State?, at instant: Nanoseconds
    ) {
        guard let state = members[index].remedies.breaker?.state, state != before,
            self.state == .measure || self.state == .drain,
            report.breakers.count < BreakerChange.capacity
        else { return }
        measurement.pauseCounting()
        defer { measurement.resumeCounting() }
        report.breakers.append(
            BreakerChange(
                group: members[index].group, member: members[index].number, at: instant,
                state: state.rawValue))
    }

    /// How many records the member's partitions hold that it has not received.
    @inline(never)
    @usableFromInline
    mutating func noteLag(_ index: Int) {
        let member = members + index
        guard member.pointee.remedies.shedLag != .max else { return }
        let assignment = member.pointee.consumer.takeUnretainedValue().assignment
        var lag: Int64 = 0
        for (lane, partition) in assignment.enumerated() {
            let position = driver._withUnsafeGuaranteedRef {
                $0.position(group: member.pointee.group, of: partition)
            }
            lag += max(0, position.endOffset - member.pointee.lanes[lane].pointee.delivered)
        }
        member.pointee.remedies.lag = lag
    }

    /// A poll that takes from some topics before others.
    @inline(never)
    @usableFromInline
    static func pollByPreference(
        _ member: UnsafeMutablePointer<Member<Driver>>, limit: Int,
        _ body: (IncomingMessage) -> Void
    ) -> Int {
        member.pointee.remedies.beginPoll()
        var total = 0
        // First everybody's share, then what is left of it, topic by topic.
        for round in 0..<2 {
            for place in 0..<member.pointee.remedies.topicCount {
                let most = round == 0 ? member.pointee.remedies.quota(place, of: limit) : limit
                var number = 0
                while let lane = member.pointee.remedies.lane(place, number) {
                    let room = min(limit - total, most - member.pointee.remedies.taken[place])
                    guard room > 0 else { break }
                    let count = member.pointee.consumer._withUnsafeGuaranteedRef {
                        $0.poll(lane: lane, limit: room, body)
                    }
                    member.pointee.remedies.taken[place] += count
                    total += count
                    number += 1
                }
            }
        }
        return total
    }
}
