import UrrDriver
import UrrEvents
import UrrMeasure
import UrrPlatform

/// Members whose handlers are services: what follows from a message is published before its effect
/// is recorded and before it is committed.
extension ConsumerLoop {
    /// Publishes what follows from the message at `position`, whose handler has ended; false where
    /// the target is full, so that it has to be tried again.
    @inlinable
    @inline(never)
    mutating func publish(_ index: Int, _ position: Int, now: Nanoseconds) -> Bool {
        let member = members + index
        guard let desk = member.pointee.desk else { return true }
        let message = member.pointee.pending[position]
        let form = desk._withUnsafeGuaranteedRef { $0.followUp(position) }
        guard form >= 0, message.pointee.standing != .damaged,
            let sender = sender(group: member.pointee.group, form: form),
            let bank = followUps?.active
        else { return true }
        desk._withUnsafeGuaranteedRef { $0.end(position, now: now) }
        let isRepeat = isPublished(index, position)
        let result = desk._withUnsafeGuaranteedRef { desk in
            sender.pointee.offer(
                form, of: desk[position].pointee, key: message.pointee.keyIndex,
                isMeasured: message.pointee.segment != 0, isRepeat: isRepeat, clock: clock,
                bank: bank)
        }
        switch result {
        case .accepted:
            desk._withUnsafeGuaranteedRef { $0[position].pointee.isPublished = true }
            return true
        case .duplicate, .failed: return true
        case .backPressured, .retry, .closed: return false
        }
    }

    /// Who publishes events of a form for a group.
    @inlinable
    func sender(group: Int, form: Int) -> UnsafeMutablePointer<FollowUpSender<Driver>>? {
        let place = senderOfForm[group &* formCount &+ form]
        return place < 0 ? nil : senders + Int(place)
    }

    /// Whether what follows from a message has been published before: because its effect had been
    /// applied, or by a member that crashed before it could record that.
    @usableFromInline
    func isPublished(_ index: Int, _ position: Int) -> Bool {
        let member = members + index
        let message = member.pointee.pending[position]
        if message.pointee.standing == .again, !takeFromTwin(index, position) { return true }
        return member.pointee.lanes[Int(message.pointee.lane)].pointee.incidents
            .hasPublished(message.pointee.name)
    }

    /// Keeps the end of a handler for later: its slot stays taken.
    @usableFromInline
    mutating func park(_ timer: TimerHeap.Entry) { parked.append(timer) }

    /// Tries again what could not be published; returns how many handlers ended.
    @inlinable
    @inline(never)
    mutating func retryParked(now: Nanoseconds, bank: UnsafeMutablePointer<ConsumerBank>) -> Int {
        var ended = 0
        var rest = parked.count
        while rest > 0, !parked.isEmpty {
            rest &-= 1
            var timer = parked.removeFirst()
            // A process that is stopped tries nothing.
            if members[Int(timer.owner)].life.condition == .stopped {
                parked.append(timer)
                continue
            }
            let before = parked.count
            // It has not ended before the target took what follows from it.
            timer.due = now
            complete(timer, now: now, bank: bank)
            if parked.count <= before { ended &+= 1 }
        }
        return ended
    }

    /// Settles what is done, and lets go of what was held of it.
    @inlinable
    @inline(__always)
    mutating func settle(_ index: Int) {
        let head = members[index].pending.head
        let settled = members[index].settleHandled()
        if members[index].commitsFirst { heldFirst &-= settled }
        if let desk = members[index].desk {
            desk._withUnsafeGuaranteedRef { $0.release(head..<(head &+ settled)) }
        }
    }

    /// Applies the effect of a message of a group without a store: whenever it is handled.
    @usableFromInline
    func applyHandled(_ index: Int, _ position: Int) {
        let standing = members[index].pending[position].pointee.standing
        if standing != .damaged { applyEffect(index, position, isRepeat: standing == .again) }
    }

    /// What the member's service does with the message at `position`, once and for all.
    func applyEffect(_ index: Int, _ position: Int, isRepeat: Bool) {
        guard let desk = members[index].desk else { return }
        desk.takeUnretainedValue().apply(position, isRepeat: isRepeat)
    }

    // MARK: - At the end

    /// What the services of this worker came to.
    var serviceEnding: ServiceEnding {
        var ending = ServiceEnding()
        for group in 0..<groupCount {
            ending.applied[group] = applied[group].figures
            ending.again[group] = appliedAgain[group].figures
        }
        ending.held = crew.held
        for index in 0..<memberCount {
            guard let desk = members[index].desk?.takeUnretainedValue() else { continue }
            ending.held[members[index].group, default: HeldMessages()].add(desk.peak)
        }
        for index in 0..<senderCount {
            let sender = senders + index
            ending.published[sender.pointee.entry] = sender.pointee.published.figures
            ending.publishedAgain[sender.pointee.entry] = sender.pointee.again.figures
        }
        return ending
    }
}

/// What one consuming worker's services came to, all phases.
@usableFromInline
struct ServiceEnding {
    /// Effects by group, and those of them that had been applied before.
    var applied: [Int: EventFigures] = [:]
    var again: [Int: EventFigures] = [:]
    /// Most messages that were held at one time, by group.
    var held: [Int: HeldMessages] = [:]
    /// Events by producer entry, and those that were published again.
    var published: [Int: EventFigures] = [:]
    var publishedAgain: [Int: EventFigures] = [:]
}
