/// A latency that is kept as a histogram.
enum LatencyMetric: String, CaseIterable, Sendable {
    case response, endToEnd, queueing, service, sendDelay, acknowledgement
    // Of message groups of a queue.
    case hotGroupWaiting = "hotGroup.waiting"
    case otherGroupsWaiting = "otherGroups.waiting"

    /// Measured where a message is sent, so kept per producer and not per group.
    var belongsToProducer: Bool { self == .sendDelay || self == .acknowledgement }

    /// Kept per queue and not per group.
    var belongsToQueue: Bool { self == .hotGroupWaiting || self == .otherGroupsWaiting }
}

/// What is asked of a histogram.
enum LatencyStatistic: Equatable, Sendable {
    case percentile(Double)
    case mean, minimum, maximum, standardDeviation

    /// `p99`, `p99.9`, `mean`, `min`, `max`, `stddev`.
    init?(_ text: Substring) {
        switch text {
        case "mean": self = .mean
        case "min": self = .minimum
        case "max": self = .maximum
        case "stddev": self = .standardDeviation
        default:
            guard text.first == "p", let percentile = Self.percentile(text.dropFirst()) else {
                return nil
            }
            self = .percentile(percentile)
        }
    }

    /// A plain decimal number above 0 and below 100; `max` is the name of p100.
    private static func percentile(_ digits: Substring) -> Double? {
        let parts = digits.split(separator: ".", omittingEmptySubsequences: false)
        let plain = parts.allSatisfy { part in
            !part.isEmpty && part.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")) ~= $0 }
        }
        guard plain, parts.count <= 2, let value = Double(digits), value > 0, value < 100 else {
            return nil
        }
        return value
    }
}

/// A metric that is one number of a group or of the run.
enum ScalarMetric: String, CaseIterable, Sendable {
    // Lag of a group.
    case lagMax = "lag.max"
    case lagSeconds = "lag.seconds"
    case lagArea = "lag.area"
    case lagSlope = "lag.slope"
    case lagRecovery = "lag.recovery"
    case lagFinal = "lag.final"
    // Counts of a group.
    case delivered, handled, failed, duplicates, lost, reordered, redelivered, deadLettered
    case outOfRange, unhandled, corrupted, copies, repeated, skipped, violations
    case keyReordered, shed, expired, shortCircuited
    case breakerOpened = "breaker.opened"
    case rebalances
    case rebalancePause = "rebalances.pause"
    case rebalanceMoves = "rebalances.moved"
    // The idempotency store of a group.
    case storePerMessage = "store.perMessage"
    case storeRetries = "store.retries"
    case storeOutages = "store.outages"
    // Books of a group's service.
    case booksDifference = "books.difference"
    case booksAmountDifference = "books.amountDifference"
    case published = "published"
    case publishedAgain = "publishedAgain"
    case heldMessages = "held.messages"
    case heldBytes = "held.bytes"
    // Keys of a group.
    case hottestKeyShare = "keys.hottest"
    case keyUnfairness = "keys.unfairness"
    // Whether a run stays as it was.
    case latencyDrift = "latency.drift"
    case memorySlope = "memory.slope"
    case memoryMax = "memory.max"
    // Rates.
    case throughputSent = "throughput.sent"
    case throughputAcknowledged = "throughput.acknowledged"
    case throughputHandled = "throughput.handled"
    // Counts of the sending side.
    case scheduled, sent, acknowledged, sendFailed, backPressured, dropped, retried, deduplicated
    case lateness = "lateness.max"
    // Sends that failed.
    case reprocessed, overtaken
    case fallbackDropped = "fallback.dropped"
    case fallbackWaiting = "fallback.waiting"
    case fallbackPeak = "fallback.peak"
    // Counts of all queues.
    case repeats, suppressed, wronglySuppressed, notSuppressed, admitted, orderBreaks
    case redriven, redrivenLate, deadLettersLeft, soundDeadLetters, misdirected
    case handledAgain, deliveredEarly, deliveredAgain, staleHandles, crashes
    // What the run cost.
    case bytesPerMessage = "allocations.bytesPerMessage"
    case cpuLoad = "cpu.load"
    case cpuBusy = "cpu.busy"
    case cpuPerMessage = "cpu.perMessage"
    case harnessShare = "harness.share"

    /// Whether each group has this number, so that its name may stand before it.
    var belongsToGroup: Bool {
        switch self {
        case .lagMax, .lagSeconds, .lagArea, .lagSlope, .lagRecovery, .lagFinal, .delivered,
            .handled, .failed, .duplicates, .lost, .reordered, .redelivered, .deadLettered,
            .outOfRange, .unhandled, .corrupted, .copies, .repeated, .skipped, .violations,
            .keyReordered, .shed, .expired, .shortCircuited, .breakerOpened,
            .rebalances, .rebalancePause, .rebalanceMoves, .hottestKeyShare, .keyUnfairness,
            .latencyDrift, .throughputHandled, .storePerMessage, .storeRetries, .storeOutages,
            .booksDifference, .booksAmountDifference, .published, .publishedAgain,
            .heldMessages, .heldBytes:
            true
        default: false
        }
    }

    /// Whether a group has this number for each of its topics.
    var belongsToSource: Bool {
        switch self {
        case .handled, .shed, .expired, .shortCircuited: true
        default: false
        }
    }

    /// Whether each producer has this number.
    var belongsToProducer: Bool {
        switch self {
        case .scheduled, .sent, .acknowledged, .sendFailed, .backPressured, .dropped, .retried,
            .deduplicated, .lateness, .reprocessed, .overtaken, .fallbackDropped,
            .fallbackWaiting, .fallbackPeak:
            true
        default: false
        }
    }
}

/// What a metric is of: the whole run, or the group, segment or producer named before it, or a topic
/// of the group.
struct MetricScope: Equatable, Sendable {
    var group: String?
    var segment: String?
    var producer: String?
    var source: String?

    /// The scopes of a run with these names; where several fit a name, the first counts: fewer
    /// prefixes before more, a group before a segment before a producer.
    static func all(
        groups: [String], segments: [String], producers: [String], sources: [String] = []
    ) -> [MetricScope] {
        var scopes = [MetricScope()]
        scopes += groups.map { MetricScope(group: $0) }
        scopes += segments.map { MetricScope(segment: $0) }
        scopes += producers.map { MetricScope(producer: $0) }
        for group in groups {
            scopes += segments.map { MetricScope(group: group, segment: $0) }
            scopes += sources.map { MetricScope(group: group, source: $0) }
        }
        return scopes
    }

    /// What stands before the metric: `group.segment.`.
    var prefix: String {
        [group, segment, producer, source].compactMap { $0 }.map { $0 + "." }.joined()
    }
}

/// A metric's name taken apart: a scope, then `latency.statistic` or the name of a scalar.
struct MetricName: Equatable, Sendable {
    enum Kind: Equatable, Sendable {
        case latency(LatencyMetric, LatencyStatistic)
        case scalar(ScalarMetric)

        init?(_ text: Substring) {
            if let scalar = ScalarMetric(rawValue: String(text)) {
                self = .scalar(scalar)
                return
            }
            guard
                let latency = LatencyMetric.allCases.first(where: {
                    text.hasPrefix($0.rawValue + ".")
                }), let statistic = LatencyStatistic(text.dropFirst(latency.rawValue.count + 1))
            else { return nil }
            self = .latency(latency, statistic)
        }

        /// Whether the metric exists for what stands before it.
        func exists(in scope: MetricScope) -> Bool {
            switch self {
            case .latency(let metric, _):
                if metric.belongsToQueue { return scope == MetricScope() }
                if scope.source != nil { return !metric.belongsToProducer }
                return metric.belongsToProducer ? scope.group == nil : scope.producer == nil
            case .scalar(let metric):
                if scope.source != nil { return metric.belongsToSource }
                return scope.segment == nil && (scope.group == nil || metric.belongsToGroup)
                    && (scope.producer == nil || metric.belongsToProducer)
            }
        }
    }

    var scope: MetricScope
    var kind: Kind

    /// Names of groups and segments may contain points themselves, so a prefix is looked for among
    /// `scopes` and not at the first point.
    init?(_ text: String, scopes: [MetricScope]) {
        for scope in scopes {
            let prefix = scope.prefix
            guard text.hasPrefix(prefix), let kind = Kind(text.dropFirst(prefix.count)),
                kind.exists(in: scope)
            else { continue }
            self.scope = scope
            self.kind = kind
            return
        }
        return nil
    }
}
