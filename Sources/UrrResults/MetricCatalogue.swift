/// The numbers of a run by name, for thresholds and comparisons.
///
/// Latencies, in nanoseconds: `response`, `endToEnd`, `queueing`, `service` of the groups,
/// `sendDelay`, `acknowledgement` of the producers; each followed by `.p50`, `.p99.9` or any other
/// percentile above 0 and below 100, `.mean`, `.min`, `.max` or `.stddev`.
///
/// A group, a segment of the arrivals, a group and a segment, or a producer may stand before:
/// `ticket-service-group.peak.response.p99`. Without one, a latency or a lag is the worst of all
/// groups (or producers), each by itself: merging first would let a group with much traffic hide
/// one with little. Counts are the total over all. Where a group reads several topics or leaves
/// messages out, one of its topics may stand behind it: `workers.vip-events.response.p99`,
/// `workers.vip-events.shed`.
///
/// Lag: `lag.max`, `lag.final` in messages; `lag.seconds` (age of the oldest unread message) and
/// `lag.recovery` in nanoseconds; `lag.area` in message-seconds; `lag.slope` in messages a second.
///
/// Counts: `lost`, `duplicates`, `reordered`, `failed`, `unhandled`, `outOfRange`, `corrupted`,
/// `redelivered`, `deadLettered`, `delivered`, `handled`, `copies`, `repeated`, `skipped`,
/// `keyReordered`, `shed`, `expired`, `shortCircuited` (left out on purpose), `breaker.opened` (how
/// often a circuit breaker did), `violations` (more than the guarantee and the injected faults allow); `scheduled`, `sent`,
/// `acknowledged`, `sendFailed`, `backPressured`, `dropped`, `retried`, `deduplicated`.
///
/// Members that come and go: `rebalances` (how often), `rebalances.moved` (partitions that were
/// without a reader for a time), `rebalances.pause` (ns, the longest such time).
///
/// Idempotency stores: `store.perMessage` (ns from asking to answering, per message looked up),
/// `store.retries`, `store.outages`.
///
/// Sends that failed and were kept: `reprocessed` (sent again and taken), `overtaken` (of those, after
/// a later one of their stream), `fallback.dropped`, `fallback.waiting` (when the run ended),
/// `fallback.peak`.
///
/// Counts of all queues: `repeats`, `suppressed`, `wronglySuppressed`, `notSuppressed`, `admitted`,
/// `orderBreaks`, `redriven`, `redrivenLate`, `deadLettersLeft`, `soundDeadLetters`, `misdirected`
/// (see `QueueAccounting`), `handledAgain`, `deliveredEarly`, `deliveredAgain`, `staleHandles`, `crashes`.
/// `hotGroup.waiting` and `otherGroups.waiting` are latencies: from sending to the handler, of the
/// hottest message group and of those that are not among the hottest.
///
/// Keys, where some are hotter than others and handlers take time: `keys.hottest` (share of the
/// hottest) and `keys.unfairness` (its messages' wait for a handler by that of the others, at the
/// 99th percentile).
///
/// Services: `books.difference` (events by which a service's count differs from the books of those
/// who sent them) and `books.amountDifference` (money by which it does), `published` and
/// `publishedAgain` (events that followed from handled ones), `held.messages` and `held.bytes` (the
/// most that its members had in their memory).
///
/// Long runs: `memory.max` (bytes) and `memory.slope` (bytes a second) of the process's resident
/// memory, `latency.drift` (growth of a second's p99 from the first half of the measured phase to
/// the second, as a share).
///
/// Rates over the measured phase: `throughput.sent`, `throughput.acknowledged` (total) and
/// `throughput.handled` (the lowest of the groups).
///
/// Costs: `lateness.max` (ns), `allocations.bytesPerMessage`, `cpu.load` and `cpu.busy` (of the
/// busiest worker: processor time by wall time, time with work by wall time), `cpu.perMessage`
/// (processor time of all workers per message sent, ns), `harness.share`.
public struct MetricCatalogue: Sendable {
    /// The catalogue; holds nothing.
    public init() {}

    /// Whether `name` is a metric of a run with these groups, segments and producers.
    public static func isKnown(
        _ name: String, groups: [String], segments: [String], producers: [String] = [],
        sources: [String] = []
    ) -> Bool {
        // Scopes are pairs of names: of those that stand in the name there are few.
        func standing(_ names: [String]) -> [String] { names.filter { name.contains($0 + ".") } }
        let scopes = MetricScope.all(
            groups: standing(groups), segments: standing(segments),
            producers: standing(producers), sources: standing(sources))
        return MetricName(name, scopes: scopes) != nil
    }

    /// Up to three known names that look like `name`, best first.
    public static func suggestions(
        for name: String, groups: [String], segments: [String], producers: [String] = [],
        sources: [String] = []
    ) -> [String] {
        // Farther than a third of the name is another name.
        let limit = max(2, name.utf8.count / 3)
        let wanted = Array(name.lowercased().utf8)
        var found: [(distance: Int, name: String)] = []
        let all = groups.count * (segments.count + sources.count) + producers.count
        // Where there are very many names, those that stand in this one.
        func near(_ names: [String]) -> [String] {
            all <= mostScopes ? names : names.filter { name.contains($0 + ".") }
        }
        let scopes = MetricScope.all(
            groups: near(groups), segments: near(segments), producers: near(producers),
            sources: near(sources))
        for scope in scopes {
            for kind in commonNames {
                guard MetricName.Kind(kind[...])?.exists(in: scope) == true else { continue }
                let candidate = scope.prefix + kind
                let bytes = Array(candidate.lowercased().utf8)
                guard abs(bytes.count - wanted.count) <= limit else { continue }
                let distance = editDistance(wanted, bytes)
                if distance <= limit { found.append((distance, candidate)) }
            }
        }
        found.sort { ($0.distance, $0.name) < ($1.distance, $1.name) }
        return found.prefix(3).map(\.name)
    }

    /// The value of `name` in `record`, or nil where there is no such metric.
    public func evaluate(_ name: String, in record: RunRecord) -> MetricValue? {
        var segments: [String] = []
        for segment in record.segments where !segments.contains(segment.name) {
            segments.append(segment.name)
        }
        let scopes = MetricScope.all(
            groups: record.groups.map(\.name), segments: segments,
            producers: record.producers.map(\.name),
            sources: Array(Set(record.groups.flatMap { $0.bySource ?? [] }.map(\.name))).sorted())
        guard let name = MetricName(name, scopes: scopes) else { return nil }
        switch name.kind {
        case .latency(let metric, let statistic):
            return Self.latency(metric, statistic, name.scope, record)
        case .scalar(let metric):
            return Self.scalar(metric, name.scope, record)
        }
    }

    /// Every scalar, and every latency with the statistics that people ask for.
    private static let commonNames: [String] =
        ScalarMetric.allCases.map(\.rawValue)
        + LatencyMetric.allCases.flatMap { metric in
            ["p50", "p90", "p95", "p99", "p99.9", "p99.99", "mean", "min", "max", "stddev"].map {
                metric.rawValue + "." + $0
            }
        }

    /// Most scopes that are searched for a name that looks like one that was given.
    private static let mostScopes = 200

    /// Insertions, deletions and replacements from one to the other (Levenshtein).
    private static func editDistance(_ left: [UInt8], _ right: [UInt8]) -> Int {
        var row = Array(0...right.count)
        for (i, byte) in left.enumerated() {
            var diagonal = row[0]
            row[0] = i + 1
            for j in right.indices {
                let replaced = diagonal + (byte == right[j] ? 0 : 1)
                diagonal = row[j + 1]
                row[j + 1] = min(replaced, row[j] + 1, diagonal + 1)
            }
        }
        return row[right.count]
    }
}
