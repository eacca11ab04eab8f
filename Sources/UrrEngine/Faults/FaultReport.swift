import UrrPlatform

/// What a strike of a fault did, as a worker saw it.
public struct FaultEffect: Sendable {
    /// Index of the occurrence.
    public var fault: Int
    /// When it struck, in the clock of the run.
    public var at: Nanoseconds
    /// Deliveries that it makes necessary again: delivered and not committed.
    public var redeliveries: UInt64 = 0
    /// Messages that a member had in its hands and had not handled.
    public var dropped: UInt64 = 0
}

/// A time in which nobody read a partition because its group was being divided anew.
public struct RebalancePause: Sendable {
    /// Index of the group.
    public var group: Int
    /// From the last owner's end to the next owner's start.
    public var length: Nanoseconds
}

/// What one consuming worker knows about faults when it has ended.
@usableFromInline
struct FaultReport: Sendable {
    var effects: [FaultEffect] = []
    var pauses: [RebalancePause] = []
    /// Members that came or went, by group: as many new divisions.
    var rebalances: [Int: Int] = [:]
    /// By group: messages that were committed and not handled when the run ended.
    var unfinished: [Int: UInt64] = [:]
    /// What circuit breakers did, in order.
    var breakers: [BreakerChange] = []
}
