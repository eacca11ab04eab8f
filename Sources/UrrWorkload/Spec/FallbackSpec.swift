import UrrPlatform

/// What a producer does with sends that failed: each leaves a record, which a job sends again later.
public struct FallbackSpec: Sendable, Equatable {
    /// Records that are kept at the most, over all instances of a worker; what finds no room is given
    /// up and counted.
    public var records: Int
    /// Records that the job sends again at a time.
    public var batch: Int
    /// Time between two runs of the job.
    public var every: Nanoseconds

    /// `records` and `batch` of at least 1, `every` above 0.
    public init(records: Int = 1 << 20, batch: Int = 500, every: Nanoseconds = nanosecondsPerSecond)
    {
        self.records = records
        self.batch = batch
        self.every = every
    }
}
