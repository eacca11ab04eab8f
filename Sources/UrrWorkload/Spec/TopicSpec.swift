import UrrPlatform

/// What a producer meets when the log of a partition is full.
public enum FullPolicy: String, Sendable, CaseIterable {
    /// The offer is refused until the slowest group has moved on; the log must hold the largest
    /// backlog, or the producer is late.
    case backpressure
    /// The oldest messages go, read or not.
    case overwrite
}

/// One topic: a partitioned log.
public struct TopicSpec: Sendable, Equatable {
    /// The topic's name, unique in the workload.
    public var name: String
    /// Number of partitions, 1 to 10,000.
    public var partitions: Int
    /// Bytes of message data that one partition retains; a power of two.
    public var capacityBytes: Int
    /// Messages that one partition retains; a power of two.
    public var records: Int
    /// Largest message in bytes.
    public var maximumMessageSize: Int
    /// What happens when a partition is full.
    public var whenFull: FullPolicy
    /// Age at which messages may go, nil for no limit.
    public var retention: Nanoseconds?
    /// Bytes of a partition above which the oldest messages may go, nil for no limit.
    public var retentionBytes: Int?

    /// Capacity of a topic that states none: 64 MiB a partition.
    public static let defaultCapacityBytes = 64 << 20
    /// Largest message of a topic that states none: 1 MiB, or a quarter of the capacity.
    public static func defaultMaximumMessageSize(capacityBytes: Int) -> Int {
        min(1 << 20, max(WorkloadLimits.smallestMessageBytes, capacityBytes / 4))
    }

    /// A topic made in code. `records` defaults to what fits if every message has
    /// `smallestMessageBytes`, `maximumMessageSize` to `defaultMaximumMessageSize`.
    public init(
        name: String, partitions: Int = 1, capacityBytes: Int = defaultCapacityBytes,
        records: Int? = nil, smallestMessageBytes: Int = WorkloadLimits.smallestMessageBytes,
        maximumMessageSize: Int? = nil, whenFull: FullPolicy = .backpressure,
        retention: Nanoseconds? = nil, retentionBytes: Int? = nil
    ) {
        self.name = name
        self.partitions = partitions
        self.capacityBytes = capacityBytes
        self.records =
            records
            ?? Self.derivedRecords(
                capacityBytes: capacityBytes, smallestMessageBytes: smallestMessageBytes)
        self.maximumMessageSize =
            maximumMessageSize ?? Self.defaultMaximumMessageSize(capacityBytes: capacityBytes)
        self.whenFull = whenFull
        self.retention = retention
        self.retentionBytes = retentionBytes
    }

    /// The smallest power of two of records such that the bytes of a partition are full before its
    /// records are.
    public static func derivedRecords(capacityBytes: Int, smallestMessageBytes: Int) -> Int {
        let size = max(1, smallestMessageBytes)
        return nextPowerOfTwo(atLeast: max(1, (capacityBytes + size - 1) / size))
    }
}

/// The smallest power of two that is at least `value`; `value` is in 1...2^62.
func nextPowerOfTwo(atLeast value: Int) -> Int {
    value <= 1 ? 1 : 1 << (Int.bitWidth - (value - 1).leadingZeroBitCount)
}
