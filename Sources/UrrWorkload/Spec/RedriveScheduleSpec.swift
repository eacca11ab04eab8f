import UrrPlatform

/// When and how the messages of a dead-letter queue are moved back to where they came from.
public struct RedriveScheduleSpec: Sendable, Equatable {
    /// Name of the dead-letter queue.
    public var source: String
    /// Index of that queue in `WorkloadSpec.queues`.
    public var sourceIndex: Int
    /// Index of the queue that its messages come from and go back to.
    public var destinationIndex: Int
    /// When the moves begin.
    public var times: FaultTimes
    /// Messages a second at the most: MaxNumberOfMessagesPerSecond.
    public var rate: Double
    /// Messages of one move at the most; nil moves what the queue holds when the move begins.
    public var limit: Int?

    /// SQS's highest MaxNumberOfMessagesPerSecond.
    public static let defaultRate = 500.0

    /// A schedule made in code; nothing is checked.
    public init(
        source: String, sourceIndex: Int, destinationIndex: Int, times: FaultTimes,
        rate: Double = defaultRate, limit: Int? = nil
    ) {
        self.source = source
        self.sourceIndex = sourceIndex
        self.destinationIndex = destinationIndex
        self.times = times
        self.rate = rate
        self.limit = limit
    }
}
