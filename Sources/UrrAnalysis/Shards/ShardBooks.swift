import UrrResults

/// The books of all load generators of a run, closed together: a message that one sent and the
/// members of another received is neither lost nor unknown.
struct ShardBooks {
    /// What a group got, over all generators.
    struct Balance: Equatable {
        /// Messages that were sent and that no generator received.
        var missing: UInt64 = 0
        /// Messages that more than one generator received, each counted once less than that.
        var again: UInt64 = 0
    }

    private struct Stream: Hashable {
        var topic: String
        var partition: Int
        var producer: Int
    }

    private var sent: [Stream: UInt64] = [:]
    private var received: [[Stream: [Range<UInt64>]]]

    /// The books of all `shards`, for `groups` groups.
    init(_ shards: [ShardRecord], groups: Int) {
        received = Array(repeating: [:], count: groups)
        for shard in shards {
            for item in shard.sent {
                let stream = Stream(
                    topic: item.topic, partition: item.partition, producer: item.producer)
                sent[stream, default: 0] += item.count
            }
            for item in shard.received where received.indices.contains(item.group) {
                let stream = Stream(
                    topic: item.topic, partition: item.partition, producer: item.producer)
                received[item.group][stream, default: []] += item.ranges.compactMap { pair in
                    pair.count == 2 && pair[0] <= pair[1] ? pair[0]..<pair[1] : nil
                }
            }
        }
    }

    /// The balance of a group that reads `topics`. O(r log r) for r ranges.
    func balance(group: Int, topics: Set<String>) -> Balance {
        var balance = Balance()
        for (stream, count) in sent where topics.contains(stream.topic) {
            let (distinct, total) = Self.covered(received[group][stream] ?? [], below: count)
            balance.missing += count - distinct
            balance.again += total - distinct
        }
        return balance
    }

    /// Numbers below `end` that `ranges` hold: each once, and as often as they do.
    static func covered(
        _ ranges: [Range<UInt64>], below end: UInt64
    ) -> (distinct: UInt64, total: UInt64) {
        var distinct: UInt64 = 0
        var total: UInt64 = 0
        var reached: UInt64 = 0
        for range in ranges.sorted(by: { $0.lowerBound < $1.lowerBound }) {
            let from = min(range.lowerBound, end)
            let to = min(range.upperBound, end)
            total += to - from
            if to > reached { distinct += to - max(from, reached) }
            reached = max(reached, to)
        }
        return (distinct, total)
    }
}
