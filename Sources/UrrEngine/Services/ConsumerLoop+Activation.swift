import UrrDriver
import UrrPlatform

/// Members that keep everybody in their memory, and a scheduler that activates some at each tick.
extension ConsumerLoop {
    /// The ticks of a phase begin at `start`.
    mutating func startTicking(at start: Nanoseconds) {
        nextTick = .max
        for index in 0..<memberCount {
            guard let activation = members[index].activation else { continue }
            members[index].nextTick = start + activation.every
            nextTick = min(nextTick, members[index].nextTick)
        }
    }

    /// Activates those who have waited longest, at every member whose tick has come; a tick finds
    /// the scheduler busy where the one before is not done, and is left out, as with a fixed delay.
    @inline(never)
    @usableFromInline
    mutating func tick(now: Nanoseconds) -> Int {
        var started = 0
        nextTick = .max
        for index in 0..<memberCount {
            guard let activation = members[index].activation else { continue }
            let due = members[index].nextTick
            if due <= now {
                members[index].nextTick =
                    due + ((now - due) / activation.every + 1) * activation.every
                started += activate(index, atMost: activation.atMost, at: due, now: now)
            }
            nextTick = min(nextTick, members[index].nextTick)
        }
        return started
    }

    private mutating func activate(
        _ index: Int, atMost: Int, at tick: Nanoseconds, now: Nanoseconds
    ) -> Int {
        let member = members + index
        guard member.pointee.life.condition == .present, member.pointee.busySlots == 0,
            !member.pointee.pending.hasWaiting, !freezes[member.pointee.group].isFrozen(now)
        else { return 0 }
        let pending = member.pointee.pending.tail - member.pointee.pending.ready
        let count = min(atMost, pending)
        member.pointee.pending.ready += count
        member.pointee.freeAt.update(repeating: tick, count: member.pointee.concurrency)
        startWaiting(index, now: now)
        return count
    }
}
