import UrrPlatform

/// Partitions of one configuration under one name of theirs: 0 to `partitionCount - 1`.
public final class Topic: Sendable {
    /// The partitions in the order of their numbers.
    public let partitions: [PartitionLog]

    /// Opens `partitionCount` (at least 1) partitions, where there is memory for all of them. They
    /// lie side by side in one mapping; a partition keeps it as long as it is kept itself.
    public init(partitionCount: Int, _ configuration: LogConfiguration) throws(LogError) {
        var problems = configuration.problems()
        if partitionCount < 1 {
            problems.append("partitions: must be at least 1, got \(partitionCount)")
        }
        if !problems.isEmpty { throw .configuration(problems) }
        try PartitionLog.checkMemory(configuration, count: partitionCount)
        let region = try LogRegion(configuration, count: partitionCount)
        partitions = (0..<partitionCount).map {
            PartitionLog(checked: configuration, in: region, at: $0)
        }
    }

    /// How many partitions there are.
    public var partitionCount: Int { partitions.count }

    /// The partition of a key: the one that Kafka's default partitioner gives it.
    @inlinable
    public func partition(forKey key: UnsafeRawBufferPointer) -> Int {
        partition(forKeyHash: murmur2(key))
    }

    /// The partition of a key whose `murmur2` is `hash`.
    @inlinable
    public func partition(forKeyHash hash: UInt32) -> Int {
        UrrPlatform.partition(forKeyHash: hash, partitions: partitions.count)
    }

    /// Attaches a group to every partition; the cursors are in the order of the partitions. Where
    /// one partition has no room for it, the group is attached to none.
    public func attachGroup(from start: OffsetReset) throws(LogError) -> [GroupCursor] {
        var cursors: [GroupCursor] = []
        for log in partitions {
            do {
                cursors.append(try log.attachGroup(from: start))
            } catch {
                for (attached, cursor) in zip(partitions, cursors) {
                    try attached.detachGroup(cursor)
                }
                throw error
            }
        }
        return cursors
    }

    /// Closes every partition: appends are refused from now on.
    public func close() { partitions.forEach { $0.close() } }
}
