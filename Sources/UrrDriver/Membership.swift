import UrrPlatform

/// How the members of a group share its partitions.
public enum GroupMembership: Sendable, Equatable {
    /// All members are there from the beginning to the end.
    case fixed
    /// Members come and go. Cooperatively, only partitions that move are given back; else everybody
    /// gives back everything before anybody goes on.
    case managed(cooperative: Bool)
}

/// How partitions are divided over members, topic by topic.
public enum PartitionDivision: Sendable, Equatable {
    /// Contiguous ranges.
    case range
    /// Dealt out in turn.
    case roundRobin
    /// As many as possible stay where they are.
    case sticky
}

/// Where an endpoint is sent to read again.
public enum ReplayStart: Sendable, Equatable {
    /// The oldest retained record.
    case earliest
    /// This offset, or the oldest retained record where it is gone.
    case offset(Int64)
    /// The first record that was appended at this instant of the engine's clock or later.
    case time(Nanoseconds)
}

/// What only endpoints of groups with managed membership have to do; the others need none of it.
///
/// An endpoint is made outside its group and enters it with `join`. All calls are made by the
/// thread that owns the endpoint, and none of them while a poll is under way.
extension MessageConsumer {
    /// Enters the group; its partitions come with `rebalance`.
    public func join() {}

    /// Leaves the group in order: gives everything back, so that others can have it at once.
    public func leave() {}

    /// Ends as a crash does: nothing is committed and nobody is told, so the group takes the member
    /// for alive. The endpoint can `join` again, as another member.
    public func vanish() {}

    /// The group finds out that members that vanished are dead. For targets in this process, which
    /// have no clock of their own; real ones go by their session timeout.
    public func expire() {}

    /// Whether the group has a new division that this member has not gone along with. Asked before
    /// each poll.
    @inlinable
    public var isBehind: Bool { false }

    /// Goes along with the new division as far as the others allow: gives back what it must, which
    /// has to be handled and committed before, and takes what is free. True where anything changed;
    /// `assignment`, and with it the meaning of lanes, is another one then.
    public func rebalance() -> Bool { false }

    /// Goes to another place in a lane. What follows is delivered again, and the group's committed
    /// offset goes back with it. The offset of the next record; nil where it cannot.
    public func replay(lane: Int32, from start: ReplayStart) -> Int64? { nil }
}
