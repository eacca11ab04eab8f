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
    /// Range of the failed sends that a producer keeps; each takes 24 bytes.
    public static let fallbackRecords = 1...1 << 24
    /// Most stages of all producers together: the number is one byte in each message.
    public static let segments = 255
    /// Most groups times stages: a run keeps about ten histograms for each, in memory that is
    /// touched as far as it is used.
    public static let groupSegments = 10_000
    /// Bytes that a log puts before each record.
    public static let recordHeaderBytes = 16
    /// Most repeats of a producer entry that wait for their time at once.
    public static let waitingRepeats = 1 << 27
    /// Most stages of a ramp.
    public static let stages = 100
    /// Most entries of a weighted list.
    public static let weights = 1_000
    /// Most messages of one batch, one poll, one handler's concurrency or a closed loop's window.
    public static let batch = 1_000_000
    /// Range of a queue's visibility timeout, as in SQS: 0 to 12 hours.
    public static let visibilityTimeout: ClosedRange<Nanoseconds> =
        0...43_200 * nanosecondsPerSecond
    /// Range of a queue's delay, as in SQS: 0 to 15 minutes.
    public static let queueDelay: ClosedRange<Nanoseconds> = 0...900 * nanosecondsPerSecond
    /// Range of a receive's wait time, as in SQS: 0 to 20 seconds.
    public static let waitTime: ClosedRange<Nanoseconds> = 0...20 * nanosecondsPerSecond
    /// Range of a queue's retention, as in SQS: a minute to 14 days.
    public static let queueRetention: ClosedRange<Nanoseconds> =
        60 * nanosecondsPerSecond...1_209_600 * nanosecondsPerSecond
    /// Range of the deduplication window: 1 ms to 14 days; 5 minutes in SQS.
    public static let deduplicationWindow: ClosedRange<Nanoseconds> =
        1_000_000...1_209_600 * nanosecondsPerSecond
    /// Range of a queue's largest message, as in SQS.
    public static let queueMessageBytes = 1024...1_048_576
    /// Range of the messages that a queue holds or has in flight.
    public static let queueMessages = 1...1 << 27
    /// Range of the bytes that a queue holds: 1 MiB to 64 GiB.
    public static let queueBytes = 1 << 20...1 << 36
    /// Range of the deliveries before a message is a dead letter, as in SQS.
    public static let maxReceiveCount = 1...1000
    /// Most entries of `faults`, and most instants of all of them together.
    public static let faults = 1_000
    /// Most times that one message is sent again.
    public static let copies = 100
    /// Most members of a group that comes and goes, and its partitions times its members.
    public static let managedMembers = 1_000
    /// Largest factor of a slow handler.
    public static let slowness = 1e6
    /// Largest step of the time of day: 100 years.
    public static let clockStep: Nanoseconds = 100 * 365 * 24 * 3600 * nanosecondsPerSecond
    /// Most keys that a store in memory remembers.
    public static let rememberedKeys = 1 << 30
    /// Most values of one axis of a sweep.
    public static let sweepValues = 1_000
    /// Most cells of a sweep.
    public static let sweepCells = 1_000_000
    /// Most repetitions of a cell.
    public static let trials = 1_000
    /// Largest amount of a payment: sums of 10^11 of them fit into 64 bits.
    public static let amount = 100_000_000
    /// Largest weight of a kind of event.
    public static let eventWeight = 1e15
    /// Most people that a member keeps in its memory.
    public static let waitingRoom = 10_000_000
    /// Bytes that are charged for the index entry of one record when memory is estimated.
    public static let recordIndexBytes = 32
}
