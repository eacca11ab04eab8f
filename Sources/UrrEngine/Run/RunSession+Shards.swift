import UrrDriver
import UrrResults

/// The books of a load generator that is one of several.
extension RunSession {
    /// What was sent and received, for whoever puts the results of all generators together.
    func shardBooks(
        _ findings: [RunOutcome.GroupFindings]
    ) -> ShardRecord? {
        let shard = plan.sharding.shard
        guard shard != .whole else { return nil }
        return ShardRecord(
            number: shard.number, count: shard.count, sent: sentMessages(),
            received: plan.groups.indices.flatMap { receivedMessages(group: $0) },
            lostByCrash: findings.map(\.lostByCrash))
    }

    private func sentMessages() -> [SentMessages] {
        var result: [SentMessages] = []
        for (index, topic) in plan.topology.topics.enumerated() {
            for instance in 0..<plan.producerInstances {
                let row = sequences[index].row(instance: instance)
                for partition in 0..<topic.partitions where row[partition] > 0 {
                    result.append(
                        SentMessages(
                            topic: topic.name, partition: partition, producer: instance,
                            count: row[partition]))
                }
            }
        }
        return result
    }

    private func receivedMessages(group: Int) -> [ReceivedMessages] {
        var result: [ReceivedMessages] = []
        for (row, partition) in books[group].partitions.enumerated() {
            for producer in 0..<plan.producerInstances {
                let ranges = trackers[group].received(partition: row, producer: producer)
                guard !ranges.isEmpty else { continue }
                result.append(
                    ReceivedMessages(
                        group: group, topic: plan.topology.topics[partition.topic].name,
                        partition: partition.partition, producer: producer,
                        ranges: ranges.map { [$0.lowerBound, $0.upperBound] }))
            }
        }
        return result
    }
}
