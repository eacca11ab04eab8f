/// Every case there is, in the order of the table.
///
/// Another structure adds its cases here: each is a `CoreCase`, and everything else (trials, table,
/// record, smoke test) goes by that.
enum CoreCaseTable {
    static let all: [any CoreCase] =
        floors + streams + groups + appenders + partitions + latencies + queues

    private static let batches = [1, 32, 256]

    private static let floors: [any CoreCase] = MessageSize.allCases.map { CopyRingCase(size: $0) }

    private static let streams: [any CoreCase] =
        MessageSize.allCases.flatMap { size in
            batches.map { LogStreamCase(size: size, batch: $0) }
        } + [
            LogStreamCase(size: .bytes64, batch: 1, limit: 256),
            LogStreamCase(size: .bytes256, batch: 1, limit: 256),
            LogStreamCase(size: .bytes64, batch: 1, style: .copying),
            LogStreamCase(size: .bytes64, batch: 32, style: .copying),
        ]

    private static let groups: [any CoreCase] = [2, 4].flatMap { count in
        [MessageSize.bytes64, .bytes256].flatMap { size in
            batches.map { LogStreamCase(size: size, batch: $0, groups: count) }
        }
    }

    private static let appenders: [any CoreCase] =
        [1, 32].flatMap { batch -> [any CoreCase] in
            [
                LogStreamCase(size: .bytes64, batch: batch, style: .shared),
                LogPairCase(batch: batch, placement: .unpinned),
                LogPairCase(batch: batch, placement: .oneCore),
                LogAppendCase(producers: 1, batch: batch),
                LogAppendCase(producers: 2, batch: batch),
            ]
        }

    private static let partitions: [any CoreCase] = [1, 10, 100, 1000].flatMap { count in
        [1, 32].map { LogPartitionsCase(partitions: count, batch: $0) }
    }

    private static let latencies: [any CoreCase] =
        [MessageSize.bytes16, .bytes64, .bytes256].flatMap { size -> [any CoreCase] in
            [LogOneWayCase(size: size), LogRoundTripCase(size: size)]
        }

    private static let queues: [any CoreCase] =
        [1, 10].flatMap { batch in
            [1, 100, 10_000].map { QueueFloorCase(batch: batch, groups: $0) }
        }
        + [0, 1, 2].flatMap { pairs in
            [1, 10].flatMap { batch in
                [1, 100, 10_000].flatMap { groups in queues(batch, groups, pairs) }
            }
        }

    private static func queues(_ batch: Int, _ groups: Int, _ pairs: Int) -> [any CoreCase] {
        [true, false].flatMap { deduplicates in
            [1000, 1_000_000].map {
                QueueCase(
                    batch: batch, groups: groups, deduplicates: deduplicates, retained: $0,
                    pairs: pairs)
            }
        }
    }

    /// The cases that one of `filters` matches (all, where there are none) and the floors that
    /// they are compared with.
    static func selected(_ filters: [String]) -> [any CoreCase] {
        let patterns = filters.map { CaseFilter($0) }
        let chosen = all.filter { candidate in
            patterns.isEmpty || patterns.contains { $0.matches(candidate.name) }
        }
        let wanted = Set(chosen.map(\.name) + chosen.compactMap(\.floor))
        return all.filter { wanted.contains($0.name) }
    }
}
