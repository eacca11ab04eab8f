import UrrMeasure
import UrrResults

/// Why results cannot be put together; every reason.
public struct ShardMergeError: Error, CustomStringConvertible, Equatable {
    /// One sentence each.
    public let problems: [String]
    /// All of them, one a line.
    public var description: String { problems.joined(separator: "\n") }
}

/// Puts the results of several load generators together into the result of the run that they made.
///
/// Counts are added, histograms merged, rows of the series added by phase and place in it; no
/// percentile is averaged. Loss and repetition are judged over the books of all generators
/// (``ShardBooks``). The lag is that of the rows of the series, since only sums of samples that were
/// taken at the same time mean anything; percentiles of single rows are left out.
public struct ShardMerge {
    private let records: [RunRecord]
    private let books: ShardBooks

    /// Takes `records`, in any order. Throws unless they are all the generators of one run.
    public init(_ records: [RunRecord]) throws(ShardMergeError) {
        let problems = Self.problems(records)
        guard problems.isEmpty else { throw ShardMergeError(problems: problems) }
        self.records = records.sorted { ($0.shard?.number ?? 0) < ($1.shard?.number ?? 0) }
        books = ShardBooks(
            self.records.compactMap(\.shard), groups: records.first?.groups.count ?? 0)
    }

    /// The result of all generators, without thresholds: those are to be judged anew. Throws where a
    /// histogram cannot be read.
    public func merged() throws -> RunRecord {
        var result = records[0]
        result.mergedFrom = records.map(\.runId)
        result.shard = nil
        result.runId = records[0].runId + "-merged"
        result.durationNs = records.map(\.durationNs).max() ?? 0
        result.interrupted = records.contains(where: \.interrupted)
        result.driver.facts["load generators"] = "\(records.count)"
        result.settings.producerWorkers = records.reduce(0) { $0 + $1.settings.producerWorkers }
        result.settings.consumerWorkers = records.reduce(0) { $0 + $1.settings.consumerWorkers }
        result.series = ShardSeries.merged(records.map(\.series))
        result.producers = try result.producers.indices.map { try producer($0) }
        result.groups = try result.groups.indices.map { index in
            try group(index, lag: lag(index, of: result))
        }
        result.queues = try queues()
        result.faults = faults()
        result.harness = harness()
        result.accounting = accounting(result)
        result.thresholds = []
        result.verdict = verdict()
        return result
    }

    // MARK: - Producers and groups

    private func producer(_ index: Int) throws -> ProducerRecord {
        let parts = records.map { $0.producers[index] }
        var sum = parts[0]
        for part in parts.dropFirst() {
            sum.scheduled += part.scheduled
            sum.sent += part.sent
            sum.acknowledged += part.acknowledged
            sum.failed += part.failed
            sum.backPressured += part.backPressured
            sum.dropped += part.dropped
            sum.retried += part.retried
            sum.deduplicated += part.deduplicated
            sum.maximumLatenessNs = max(sum.maximumLatenessNs, part.maximumLatenessNs)
        }
        sum.latencies = ProducerLatencies(
            sendDelay: try HistogramRecord(merging: parts.map(\.latencies.sendDelay)),
            acknowledgement: try HistogramRecord(merging: parts.map(\.latencies.acknowledgement)))
        return sum
    }

    private func group(_ index: Int, lag: LagRecord) throws -> GroupRecord {
        let parts = records.map { $0.groups[index] }
        var sum = parts[0]
        sum.accounting = accounting(ofGroup: index)
        sum.latencies = try Self.latencies(parts.map(\.latencies))
        sum.segments = try sum.segments.indices.map { segment in
            var merged = sum.segments[segment]
            merged.latencies = try Self.latencies(parts.map { $0.segments[segment].latencies })
            return merged
        }
        sum.lag = lag
        sum.firstViolations = Array(
            zip(records, parts).flatMap { record, part in
                part.firstViolations.map { "shard \(record.shard?.number ?? 0): \($0)" }
            }.prefix(8))
        sum.store = Self.store(parts.compactMap(\.store))
        sum.keys = try Self.keys(parts.map { $0.keys ?? [] })
        sum.rebalances = try Self.rebalances(parts.compactMap(\.rebalances))
        sum.bySource = try Self.sources(parts.compactMap(\.bySource))
        sum.breaker = Self.breakers(parts.compactMap(\.breaker))
        return sum
    }

    private static func sources(_ parts: [[SourceRecord]]) throws -> [SourceRecord]? {
        guard let first = parts.first else { return nil }
        return try first.indices.map { index in
            let rows = parts.map { $0[index] }
            func total(_ value: (SourceRecord) -> UInt64) -> UInt64 {
                rows.reduce(0) { $0 + value($1) }
            }
            return SourceRecord(
                name: first[index].name, handled: total(\.handled), shed: total(\.shed),
                expired: total(\.expired), shortCircuited: total(\.shortCircuited),
                latencies: try latencies(rows.map(\.latencies)))
        }
    }

    private static func breakers(_ parts: [BreakerRecord]) -> BreakerRecord? {
        guard !parts.isEmpty else { return nil }
        return BreakerRecord(
            opened: parts.reduce(0) { $0 + $1.opened },
            openNs: parts.reduce(0) { $0 + $1.openNs },
            changes: parts.flatMap(\.changes).sorted { $0.atNs < $1.atNs })
    }

    private static func latencies(_ parts: [GroupLatencies]) throws -> GroupLatencies {
        GroupLatencies(
            queueing: try HistogramRecord(merging: parts.map(\.queueing)),
            service: try HistogramRecord(merging: parts.map(\.service)),
            response: try HistogramRecord(merging: parts.map(\.response)),
            endToEnd: try HistogramRecord(merging: parts.map(\.endToEnd)))
    }

    private static func store(_ parts: [StoreRecord]) -> StoreRecord? {
        guard var sum = parts.first else { return nil }
        for part in parts.dropFirst() {
            sum.batches += part.batches
            sum.keys += part.keys
            sum.known += part.known
            sum.retries += part.retries
            sum.outages += part.outages
            sum.evictions += part.evictions
            sum.nanoseconds += part.nanoseconds
        }
        return sum
    }

    private static func keys(_ parts: [[KeyShareRecord]]) throws -> [KeyShareRecord]? {
        guard let first = parts.first, !first.isEmpty else { return nil }
        let total = parts.joined().reduce(0) { $0 + $1.handled }
        return try first.indices.map { index in
            let rows = parts.map { $0[index] }
            let handled = rows.reduce(0) { $0 + $1.handled }
            return KeyShareRecord(
                key: first[index].key, handled: handled,
                share: total > 0 ? Double(handled) / Double(total) : 0,
                waiting: try HistogramRecord(merging: rows.map(\.waiting)))
        }
    }

    private static func rebalances(_ parts: [RebalanceRecord]) throws -> RebalanceRecord? {
        guard !parts.isEmpty else { return nil }
        return RebalanceRecord(
            count: parts.reduce(0) { $0 + $1.count },
            pauses: try HistogramRecord(merging: parts.map(\.pauses)))
    }

    // MARK: - Lag

    private func lag(_ index: Int, of merged: RunRecord) -> LagRecord {
        let parts = records.map { $0.groups[index].lag }
        var sum = parts[0]
        let rows = merged.series.rows
        let peak = rows.max { ($0.groups[index].lag ?? 0) < ($1.groups[index].lag ?? 0) }
        sum.peak = peak?.groups[index].lag ?? 0
        sum.peakAtNs = peak?.atNs ?? 0
        sum.peakSeconds = parts.compactMap(\.peakSeconds).max()
        sum.area = parts.reduce(0) { $0 + $1.area }
        sum.finalLag = parts.reduce(0) { $0 + $1.finalLag }
        sum.slopePerSecond = Self.sum(parts.map(\.slopePerSecond))
        // The arrivals of different generators are independent.
        sum.slopeErrorPerSecond = Self.sum(
            parts.map { $0.slopeErrorPerSecond.map { $0 * $0 } }
        )?.squareRoot()
        let isRecovered = parts.allSatisfy { $0.recoveryNs != nil }
        sum.recoveryNs = isRecovered ? parts.compactMap(\.recoveryNs).max() : nil
        sum.sampleIntervalNs = merged.series.intervalNs
        sum.statesTimeline = ShardSeries.worst(parts.map(\.statesTimeline))
        return sum
    }

    private static func sum(_ values: [Double?]) -> Double? {
        values.reduce(0) { sum, value in
            guard let sum, let value else { return nil }
            return sum + value
        }
    }

    // MARK: - Accounting

    private func accounting(ofGroup index: Int) -> GroupAccounting {
        let parts = records.map { $0.groups[index].accounting }
        func total(_ value: (GroupAccounting) -> UInt64) -> UInt64 {
            parts.reduce(0) { $0 + value($1) }
        }
        let sources = Set(records[0].groups[index].sources)
        let topics = sources.subtracting((records[0].queues ?? []).map(\.name))
        let unhandled = total(\.unhandledAtEnd)
        let taken = total(\.outOfRange)
        var lost = total(\.lost)
        var again: UInt64 = 0
        if !topics.isEmpty {
            // What is left in the log or was taken by retention is missing and not lost.
            let balance = books.balance(group: index, topics: topics)
            let crashed = records.reduce(0) { $0 + ($1.shard?.lostByCrash[index] ?? 0) }
            lost = balance.missing - min(balance.missing, unhandled + taken) + crashed
            again = balance.again
        }
        let own = total(\.lost)
        let violations = total(\.violations) - min(total(\.violations), own) + min(own, lost)
        return GroupAccounting(
            delivered: total(\.delivered), handled: total(\.handled), failed: total(\.failed),
            duplicates: total(\.duplicates) + again, lost: lost, reordered: total(\.reordered),
            redelivered: total(\.redelivered), deadLettered: total(\.deadLettered),
            outOfRange: taken, unhandledAtEnd: unhandled, corrupted: total(\.corrupted),
            copies: total(\.copies), repeated: total(\.repeated), skipped: total(\.skipped),
            keyReordered: total(\.keyReordered), shed: total(\.shed), expired: total(\.expired),
            shortCircuited: total(\.shortCircuited),
            violations: violations + (lost - min(own, lost)) + again)
    }

    private func accounting(_ merged: RunRecord) -> AccountingRecord {
        func producers(_ value: (ProducerRecord) -> UInt64) -> UInt64 {
            merged.producers.reduce(0) { $0 + value($1) }
        }
        func groups(_ value: (GroupAccounting) -> UInt64) -> UInt64 {
            merged.groups.reduce(0) { $0 + value($1.accounting) }
        }
        return AccountingRecord(
            scheduled: producers(\.scheduled), sent: producers(\.sent),
            acknowledged: producers(\.acknowledged), sendFailed: producers(\.failed),
            backPressured: producers(\.backPressured), dropped: producers(\.dropped),
            delivered: groups(\.delivered), handled: groups(\.handled), failed: groups(\.failed),
            duplicates: groups(\.duplicates), lost: groups(\.lost),
            reordered: groups(\.reordered), redelivered: groups(\.redelivered),
            deadLettered: groups(\.deadLettered), outOfRange: groups(\.outOfRange),
            unhandledAtEnd: groups(\.unhandledAtEnd), corrupted: groups(\.corrupted),
            retried: producers(\.retried), deduplicated: producers(\.deduplicated),
            copies: groups(\.copies), repeated: groups(\.repeated), skipped: groups(\.skipped),
            keyReordered: groups(\.keyReordered), shed: groups(\.shed),
            expired: groups(\.expired), shortCircuited: groups(\.shortCircuited),
            violations: groups(\.violations))
    }

    private func queues() throws -> [QueueRecord]? {
        guard let first = records[0].queues else { return nil }
        return try first.indices.map { index in
            try QueueRecord(merging: records.compactMap { $0.queues?[index] })
        }
    }

    private func faults() -> [FaultRecord] {
        records[0].faults.indices.map { index in
            var sum = records[0].faults[index]
            sum.redeliveries = records.reduce(0) { $0 + $1.faults[index].redeliveries }
            sum.dropped = records.reduce(0) { $0 + $1.faults[index].dropped }
            sum.struckNs = records.compactMap { $0.faults[index].struckNs }.min()
            return sum
        }
    }

    // MARK: - Trust

    private func harness() -> HarnessRecord {
        var sum = records[0].harness
        func greatest(_ value: (HarnessRecord) -> Double) -> Double {
            records.map { value($0.harness) }.max() ?? 0
        }
        sum.clockReadNs = greatest(\.clockReadNs)
        sum.histogramRecordNs = greatest(\.histogramRecordNs)
        sum.verificationNs = greatest(\.verificationNs)
        sum.estimatedShare = greatest(\.estimatedShare)
        sum.placement = nil
        let allocated = records.compactMap(\.harness.allocatedBytesPerMessage)
        sum.allocatedBytesPerMessage = allocated.count == records.count ? allocated.max() : nil
        sum.workers = records.flatMap { record in
            record.harness.workers.map { worker in
                var worker = worker
                worker.name = "shard-\(record.shard?.number ?? 0)/\(worker.name)"
                return worker
            }
        }
        return sum
    }

    private func verdict() -> VerdictRecord {
        VerdictRecord(
            value: records.map(\.verdict.value).max() ?? .valid,
            reasons: records.flatMap { record in
                record.verdict.reasons.map { reason in
                    var reason = reason
                    reason.text = "shard \(record.shard?.number ?? 0): \(reason.text)"
                    return reason
                }
            })
    }
}
