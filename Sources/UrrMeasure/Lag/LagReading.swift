import UrrPlatform

/// How far one consumer group had come in one partition at one instant.
public struct LagReading: Sendable, Equatable {
    /// Offset that the next appended message will get.
    public var endOffset: Int64
    /// Offset that the group would resume at.
    public var committed: Int64
    /// When the oldest message not yet read was appended; nil where nothing is unread or the time
    /// is not known.
    public var oldestUnreadAppend: Nanoseconds?
    /// When the group last polled or committed here; nil where that is not known.
    public var lastActivity: Nanoseconds?
    /// The state, where it was judged already, as for a reading that stands for several partitions.
    public var state: LagState?

    /// A reading of the given values.
    public init(
        endOffset: Int64, committed: Int64, oldestUnreadAppend: Nanoseconds? = nil,
        lastActivity: Nanoseconds? = nil, state: LagState? = nil
    ) {
        self.endOffset = endOffset
        self.committed = committed
        self.oldestUnreadAppend = oldestUnreadAppend
        self.lastActivity = lastActivity
        self.state = state
    }

    /// Messages appended and not committed. Negative only where something is wrong.
    public var lag: Int64 { endOffset - committed }
}

/// The lag of a whole group at one instant.
public struct LagSample: Sendable, Equatable {
    /// When.
    public var at: Nanoseconds
    /// Messages not committed, over all partitions.
    public var lag: Int64
    /// Age of the oldest unread message over all partitions in nanoseconds; 0 where nothing is
    /// unread, nil where it is not known.
    public var age: Nanoseconds?

    /// A sample of the given values.
    public init(at: Nanoseconds, lag: Int64, age: Nanoseconds?) {
        self.at = at
        self.lag = lag
        self.age = age
    }
}
