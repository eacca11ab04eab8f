import UrrResults

/// What can be said about a size without simulating it. Pure.
///
/// Loads are offered work over what can be handled: `rate x service time / servers` (the utilisation
/// of queueing theory, Kleinrock, Queueing Systems I, 2.1).
public enum CapacityArithmetic {
    /// Consumers that the rule of thumb asks for before its headroom: the peak over the rate of one
    /// consumer, rounded up; at least 1.
    public static func consumers(
        peakPerSecond: Double, serviceNs: Double, concurrency: Int
    ) -> Int {
        let needed = peakPerSecond * serviceNs / 1e9 / Double(max(1, concurrency))
        guard needed.isFinite, needed < 1e9 else { return 1_000_000_000 }
        // A whole number that was missed by rounding alone is that number.
        return max(1, Int((needed - 1e-9).rounded(.up)))
    }

    /// Total rate at which the hottest key alone keeps the one consumer busy that may handle it, in
    /// messages per second: `concurrency / (share x service time)`. Nil without keys or work.
    public static func keyCap(share: Double, serviceNs: Double, concurrency: Int) -> Double? {
        guard share > 0, serviceNs > 0 else { return nil }
        return Double(max(1, concurrency)) / (share * serviceNs / 1e9)
    }

    /// What a day takes: the measured phase happens once, the initial rate holds for the rest of the
    /// 86,400 s, and what is kept is `retention` of such days, partly counted.
    public static func storage(
        _ load: PlanLoadRecord, measureNs: Int64, indexBytes: Int, replication: Int,
        retentionNs: Int64
    ) -> PlanStorageRecord {
        let stored = load.messageBytes + Double(indexBytes)
        let rest = max(0, 86_400 - Double(measureNs) / 1e9)
        let messages = load.messages + load.baselinePerSecond * rest
        let bytes = messages * stored * Double(replication)
        return PlanStorageRecord(
            storedBytesPerMessage: stored, messagesPerDay: messages, replication: replication,
            bytesPerDay: bytes, retentionNs: retentionNs,
            retainedBytes: bytes * Double(retentionNs) / 86_400e9)
    }

    /// What gives way first at `size` when the load grows; `heaviestPartition` is the share of the
    /// messages that the heaviest partition gets, nil for a queue.
    public static func bottleneck(
        _ load: PlanLoadRecord, size: PlanSize, heaviestPartition: Double?
    ) -> PlanBottleneckRecord {
        let work = load.groupPeakPerSecond * load.serviceNs / 1e9
        let slots = Double(max(1, load.concurrency))
        let consumers = work / (Double(min(size.consumers, size.partitions ?? .max)) * slots)
        var division: Double?
        if let partitions = size.partitions {
            let most = (partitions + size.consumers - 1) / size.consumers
            division = work * Double(most) / Double(partitions) / slots
        }
        let partition = heaviestPartition.map { $0 * work / slots }
        // A queue hands out one message of a group at a time, however many a worker could handle.
        let key = load.hottestKeyShare * work / (size.partitions == nil ? 1 : slots)
        return PlanBottleneckRecord(
            kind: kind(consumers, division, partition, key), consumers: consumers,
            division: division, partition: partition, key: key)
    }

    /// The narrowest one that carries nearly as much as the most loaded: a key is in a partition,
    /// and a partition at a consumer, so the inner one is the cause where it explains the outer.
    private static func kind(
        _ consumers: Double, _ division: Double?, _ partition: Double?, _ key: Double
    ) -> PlanBottleneckRecord.Kind {
        let most = max(consumers, division ?? 0, partition ?? 0, key)
        let enough = 0.9 * most
        if key >= enough, key > consumers { return .key }
        if let partition, partition >= enough, partition > 1.1 * max(consumers, division ?? 0) {
            return .partition
        }
        if let division, division >= enough, division > 1.05 * consumers { return .division }
        return .consumers
    }
}
