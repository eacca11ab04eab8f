/// Which message groups are told apart in a result: the hottest ones, each by itself, and the rest
/// together. With keys of a zipf distribution the hottest are those with the lowest numbers; with
/// others none is hotter than the rest.
@frozen
public struct MessageGroupClasses: Sendable, Equatable {
    /// Message groups that are told apart at the most.
    public static let hottest = 3
    /// Classes: the hottest and the rest.
    @inlinable public static var count: Int { 4 }

    /// How many are told apart, 0 to `hottest`.
    public let hot: Int

    /// Classes in which the `hot` lowest keys stand alone.
    public init(hot: Int) { self.hot = min(max(0, hot), Self.hottest) }

    /// The class of a message group: its own number, or that of the rest.
    @inlinable
    @inline(__always)
    public func number(_ key: UInt32) -> Int { key < UInt32(hot) ? Int(key) : hot }
}

/// What one consuming worker counts for one class of message groups, measured messages only.
@frozen
public struct MessageGroupTally: Sendable, Equatable {
    /// Deliveries.
    public var delivered: UInt64 = 0
    /// Deliveries that the queue says are not the first.
    public var redelivered: UInt64 = 0
    /// Messages whose handling succeeded, each once.
    public var handled: UInt64 = 0
    /// Messages deleted.
    public var deleted: UInt64 = 0
    /// Attempts at handling that failed.
    public var failed: UInt64 = 0
    /// Dead letters that were moved back and came again.
    public var returned: UInt64 = 0

    /// Nothing counted.
    @inlinable
    public init() {}

    mutating func add(_ other: MessageGroupTally) {
        delivered += other.delivered
        redelivered += other.redelivered
        handled += other.handled
        deleted += other.deleted
        failed += other.failed
        returned += other.returned
    }
}
