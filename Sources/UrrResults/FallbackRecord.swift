/// What became of a producer's sends that failed and were kept to be sent again.
public struct FallbackRecord: Codable, Sendable, Equatable {
    /// Failed sends that left a record.
    public var left: UInt64
    /// Failed sends that found no room for one: given up.
    public var dropped: UInt64
    /// Records that waited at one time, at the most (summed over workers).
    public var peak: UInt64
    /// Records that waited when the run ended.
    public var waiting: UInt64
    /// Messages that were sent again and taken by the target. `sent` and `acknowledged` of the
    /// producer do not count them.
    public var reprocessed: UInt64
    /// Of those, messages that came after a later one of their instance and partition, or message
    /// group: what re-processing costs in order.
    public var overtaken: UInt64
    /// Runs of the job that sends again.
    public var runs: UInt64
    /// Of those, runs that found the target away.
    public var failedRuns: UInt64

    /// A record of the given values; see the properties.
    public init(
        left: UInt64, dropped: UInt64, peak: UInt64, waiting: UInt64, reprocessed: UInt64,
        overtaken: UInt64, runs: UInt64, failedRuns: UInt64
    ) {
        self.left = left
        self.dropped = dropped
        self.peak = peak
        self.waiting = waiting
        self.reprocessed = reprocessed
        self.overtaken = overtaken
        self.runs = runs
        self.failedRuns = failedRuns
    }
}
