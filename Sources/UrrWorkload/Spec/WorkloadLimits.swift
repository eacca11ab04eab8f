import UrrPlatform

/// Bounds of what a workload file may ask for, in one place.
public enum WorkloadLimits {
    /// Bytes of the engine's trace header, hence of the smallest message: intended time (8), sent
    /// time (8), sequence (8), key (4), producer (2), segment (1), flags (1), run tag (4) and
    /// checksum (4).
    public static let smallestMessageBytes = 40
    /// Largest message: 1 GiB.
    public static let largestMessageBytes = 1 << 30
    /// Most partitions of one topic.
    public static let partitions = 10_000
    /// Most instances of a producer entry or members of a group.
    public static let instances = 65_535
    /// Most producer entries, groups and topics of one file.
    public static let entries = 1_000
    /// Smallest capacity of a partition: 4 KiB.
    public static let smallestCapacityBytes = 4096
    /// Largest capacity of a partition: 1 TiB.
    public static let largestCapacityBytes = 1 << 40
    /// Most retained records of a partition.
    public static let records = 1 << 32
    /// Most different keys; a zipf table takes 8 bytes a key.
    public static let cardinality = 10_000_000
    /// Highest rate, in messages per second.
    public static let rate = 1e9
    /// Longest phase: 30 days.
    public static let phase: Nanoseconds = 30 * 24 * 3600 * nanosecondsPerSecond
    /// Longest retention: ten years.
    public static let longestRetention: Nanoseconds = 3650 * 24 * 3600 * nanosecondsPerSecond
    /// Longest service time: one hour. Sampled values above it are clamped to it.
    public static let longestServiceTime: Nanoseconds = 3600 * nanosecondsPerSecond
    /// Most messages of one burst.
    public static let burst = 1_000_000_000
    /// Most threads of one kind.
    public static let workers = 1024
    /// Most stages of a ramp.
    public static let stages = 100
    /// Most entries of a weighted list.
    public static let weights = 1_000
    /// Most messages of one batch, one poll, one handler's concurrency or a closed loop's window.
    public static let batch = 1_000_000
    /// Most values of one axis of a sweep.
    public static let sweepValues = 1_000
    /// Most cells of a sweep.
    public static let sweepCells = 1_000_000
    /// Most repetitions of a cell.
    public static let trials = 1_000
    /// Bytes that are charged for the index entry of one record when memory is estimated.
    public static let recordIndexBytes = 32
}
