import UrrPlatform
import UrrWorkload

/// What faults have made of a member.
@usableFromInline
struct MemberLife {
    /// Whether it takes part.
    @usableFromInline
    enum Condition: UInt8 {
        /// It polls and handles.
        case present
        /// It finishes what it has received, and then leaves.
        case leaving
        /// Its process stands still.
        case stopped
        /// It is not in the group: before it joins, after it left or crashed.
        case outside
    }

    @usableFromInline var condition = Condition.present
    /// Where it is to go back to.
    @usableFromInline var replay: SeekTarget?
    /// Whether it is about to crash, at the next occasion of this kind.
    @usableFromInline var crash: CrashPoint?
    /// How long it will be away after that; nil is for good.
    var absence: Nanoseconds?
    /// The fault that it is about to follow.
    var fault = 0
    /// Whether it was about to leave when it was stopped.
    var wasLeaving = false
    /// Counts its departures, so that what was planned for an earlier life is not done in a later
    /// one.
    var turn = 0

    /// Whether nothing has to be done before it may poll.
    @inlinable
    @inline(__always)
    var isUndisturbed: Bool { condition == .present && replay == nil }

    /// It is out of its group.
    mutating func leaveBehind() {
        condition = .outside
        replay = nil
        crash = nil
        absence = nil
        turn += 1
    }
}
