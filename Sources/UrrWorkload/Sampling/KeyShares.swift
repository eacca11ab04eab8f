import UrrPlatform

/// How the messages of a producer divide over keys and partitions, as expected values. Cold.
public enum KeyShares {
    /// Keys of a zipf distribution that are followed one by one; the rest is spread evenly. The
    /// hottest key beyond them has less than a hundred-thousandth of the messages.
    private static let followed = 1 << 17

    /// Share of the messages that the hottest key has; 0 without keys. O(cardinality) for zipf keys.
    public static func hottest(_ keys: KeySpec) -> Double {
        switch keys {
        case .none: return 0
        case .fixed: return 1
        case .uniform(let count), .sequential(let count): return 1 / Double(max(1, count))
        case .zipf(let count, let exponent):
            let weights = KeyDistribution.zipfWeights(cardinality: count, exponent: exponent)
            let sum = weights.reduce(0, +)
            return sum > 0 ? (weights.first ?? 0) / sum : 0
        }
    }

    /// Share of the producer's messages that each of `partitions` gets, in their order; sums to 1.
    public static func ofPartitions(_ producer: ProducerSpec, partitions: Int) -> [Double] {
        var shares = [Double](repeating: 0, count: max(1, partitions))
        let even = 1 / Double(shares.count)
        switch producer.partitioning {
        case .roundRobin: return shares.map { _ in even }
        case .partition(let index):
            if shares.indices.contains(index) { shares[index] = 1 }
            return shares
        case .key: break
        }
        switch producer.keys {
        case .none: return shares.map { _ in even }
        case .fixed: add([1], rest: 0, to: &shares)
        case .uniform(let count), .sequential(let count):
            // So many keys fall so evenly that the difference is not worth the hashing.
            guard count < min(followed, 10_000 * shares.count) else {
                return shares.map { _ in even }
            }
            let share = 1 / Double(max(1, count))
            add([Double](repeating: share, count: count), rest: 0, to: &shares)
        case .zipf(let count, let exponent):
            let weights = KeyDistribution.zipfWeights(cardinality: count, exponent: exponent)
            let sum = weights.reduce(0, +)
            let hot = weights.prefix(followed).map { $0 / sum }
            add(hot, rest: max(0, 1 - hot.reduce(0, +)), to: &shares)
        }
        return shares
    }

    /// Puts the share of each key on its partition, and `rest` on all evenly.
    private static func add(_ keys: [Double], rest: Double, to shares: inout [Double]) {
        let count = shares.count
        for (key, share) in keys.enumerated() {
            let hash = KeyTable.computedHash(UInt32(key))
            shares[partition(forKeyHash: hash, partitions: count)] += share
        }
        for index in shares.indices { shares[index] += rest / Double(count) }
    }
}
