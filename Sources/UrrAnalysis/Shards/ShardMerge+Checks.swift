import UrrResults

extension ShardMerge {
    /// Why `records` are not the generators of one run; empty where they are.
    static func problems(_ records: [RunRecord]) -> [String] {
        guard let first = records.first else { return ["nothing to merge"] }
        let strangers = records.filter { $0.shard == nil }
        guard strangers.isEmpty else {
            return strangers.map { "\($0.runId): is not one of several shards" }
        }
        return differences(records, from: first) + numbering(records)
    }

    /// What all generators of a run have in common.
    private static let common: [(name: String, value: @Sendable (RunRecord) -> String)] = [
        ("workload", { $0.workload.name }),
        ("digest of the workload", { $0.workload.digest }),
        ("seed", { "\($0.seed.value)" }),
        ("driver", { $0.driver.name }),
        ("number of shards", { "\($0.shard?.count ?? 1)" }),
        ("start", { $0.shard?.startAt ?? "not agreed on" }),
        ("time", { $0.simulated ? "simulated" : "measured" }),
        ("phases", { $0.phases.map(\.name).joined(separator: ", ") }),
    ]

    private static func differences(_ records: [RunRecord], from first: RunRecord) -> [String] {
        var problems: [String] = []
        for record in records.dropFirst() {
            for item in common where item.value(record) != item.value(first) {
                problems.append(
                    "\(item.name): \(first.runId) has \(item.value(first)), \(record.runId) has "
                        + item.value(record))
            }
        }
        return problems.isEmpty ? shapes(records, of: first) : problems
    }

    /// The same workload gives records of the same shape; a file that somebody changed may not.
    private static func shapes(_ records: [RunRecord], of first: RunRecord) -> [String] {
        records.filter { record in
            record.producers.map(\.name) != first.producers.map(\.name)
                || record.groups.map(\.name) != first.groups.map(\.name)
                || record.groups.map(\.segments.count) != first.groups.map(\.segments.count)
                || record.groups.map { $0.keys?.count } != first.groups.map { $0.keys?.count }
                || record.queues.map { $0.map(\.name) } != first.queues.map { $0.map(\.name) }
                || record.queues.map { $0.map(\.messageGroups.count) }
                    != first.queues.map { $0.map(\.messageGroups.count) }
                || record.faults.count != first.faults.count
                || record.shard?.lostByCrash.count != first.groups.count
                || record.series.intervalNs != first.series.intervalNs
                || !record.series.rows.allSatisfy { $0.groups.count == first.groups.count }
        }.map {
            "\($0.runId): its producers, groups, queues or rows are not those of \(first.runId)"
        }
    }

    private static func numbering(_ records: [RunRecord]) -> [String] {
        let count = records.first?.shard?.count ?? 0
        let numbers = records.compactMap(\.shard?.number)
        var problems: [String] = []
        for number in Set(numbers).sorted() {
            let same = records.filter { $0.shard?.number == number }
            if same.count > 1 {
                problems.append(
                    "shard \(number) is there \(same.count) times: "
                        + same.map(\.runId).joined(separator: ", "))
            }
            if !(1...max(1, count)).contains(number) {
                problems.append("shard \(number): there are only \(count)")
            }
        }
        let missing = Set(1...max(1, min(count, 10_000))).subtracting(numbers).sorted()
        guard !missing.isEmpty else { return problems }
        let some = missing.prefix(10).map { "\($0)" }.joined(separator: ", ")
        let rest = missing.count > 10 ? " and \(missing.count - 10) more" : ""
        return problems + ["of \(count) shards these are missing: \(some)\(rest)"]
    }
}
