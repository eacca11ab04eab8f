import UrrPlatform

extension MetricCatalogue {
    static func scalar(
        _ metric: ScalarMetric, _ scope: MetricScope, _ record: RunRecord
    ) -> MetricValue {
        switch metric {
        case .lagMax, .lagSeconds, .lagArea, .lagSlope, .lagRecovery, .lagFinal:
            let groups = record.groups.filter { scope.group == nil || scope.group == $0.name }
            return MetricValue.worst(of: groups.map { lag(metric, of: $0) })
                ?? MetricValue(notMeasurable: "lag: no group", .messages, .lowerIsBetter)
        case .breakerOpened:
            let breakers = record.groups.filter { scope.group == nil || scope.group == $0.name }
                .compactMap(\.breaker)
            let count = breakers.reduce(0) { $0 + $1.opened }
            return MetricValue(Double(count), .messages, .neutral)
        case .rebalances, .rebalancePause, .rebalanceMoves: return rebalances(metric, scope, record)
        case .storePerMessage, .storeRetries, .storeOutages: return store(metric, scope, record)
        case .booksDifference, .booksAmountDifference, .published, .publishedAgain, .heldMessages,
            .heldBytes:
            return services(metric, scope, record)
        case .hottestKeyShare, .keyUnfairness: return keys(metric, scope, record)
        case .latencyDrift: return drift(scope, record)
        case .memorySlope, .memoryMax: return memory(metric, record)
        case .throughputSent: return sendRate(record, \.sent, metric)
        case .throughputAcknowledged: return sendRate(record, \.acknowledged, metric)
        case .throughputHandled: return handlingRate(scope, record)
        case .bytesPerMessage, .cpuLoad, .cpuBusy, .cpuPerMessage, .harnessShare:
            return cost(metric, record)
        case .lateness:
            let producers = record.producers.filter {
                scope.producer == nil || scope.producer == $0.name
            }
            let greatest = producers.map(\.maximumLatenessNs).max() ?? 0
            return MetricValue(Double(greatest), .nanoseconds, .lowerIsBetter)
        case .reprocessed, .overtaken, .fallbackDropped, .fallbackWaiting, .fallbackPeak:
            return fallback(metric, scope, record)
        case .repeats, .suppressed, .wronglySuppressed, .notSuppressed, .admitted, .orderBreaks,
            .redriven, .redrivenLate, .deadLettersLeft, .soundDeadLetters, .misdirected,
            .handledAgain, .deliveredEarly, .deliveredAgain, .staleHandles, .crashes:
            return queueCount(metric, record)
        default: return count(metric, scope, record)
        }
    }

    // MARK: Counts

    private static func count(
        _ metric: ScalarMetric, _ scope: MetricScope, _ record: RunRecord
    ) -> MetricValue {
        let number: UInt64
        if let name = scope.source {
            let group = record.groups.first { $0.name == scope.group }
            guard let source = group?.bySource?.first(where: { $0.name == name }) else {
                return MetricValue(
                    notMeasurable: "\(metric.rawValue): the group does not tell \(name) apart",
                    .messages, .lowerIsBetter)
            }
            number = source[metric]
        } else if let group = record.groups.first(where: { $0.name == scope.group }) {
            number = group.accounting[metric]
        } else if let producer = record.producers.first(where: { $0.name == scope.producer }) {
            number = producer[metric]
        } else {
            number = record.accounting[metric]
        }
        let direction: MetricDirection =
            switch metric {
            case .scheduled: .neutral
            case .sent, .acknowledged, .delivered, .handled: .higherIsBetter
            default: .lowerIsBetter
            }
        return MetricValue(Double(number), .messages, direction)
    }

    // MARK: Rebalances

    /// The number of them over all groups, or the longest pause of any.
    private static func rebalances(
        _ metric: ScalarMetric, _ scope: MetricScope, _ record: RunRecord
    ) -> MetricValue {
        let groups = record.groups.filter { scope.group == nil || scope.group == $0.name }
        let records = groups.compactMap(\.rebalances)
        if metric == .rebalances {
            let count = records.reduce(0) { $0 + $1.count }
            return MetricValue(Double(count), .messages, .neutral)
        }
        if metric == .rebalanceMoves {
            let count = records.reduce(UInt64(0)) { $0 + $1.pauses.count }
            return MetricValue(Double(count), .messages, .lowerIsBetter)
        }
        guard let longest = records.compactMap(\.pauses.maxNs).max() else {
            return MetricValue(
                notMeasurable: "rebalances.pause: no partition changed hands", .nanoseconds,
                .lowerIsBetter)
        }
        return MetricValue(Double(longest), .nanoseconds, .lowerIsBetter)
    }

    /// The total over all queues.
    private static func queueCount(_ metric: ScalarMetric, _ record: RunRecord) -> MetricValue {
        let isGood = metric == .admitted
        let direction: MetricDirection =
            isGood
            ? .higherIsBetter
            : [.repeats, .suppressed, .redriven].contains(metric) ? .neutral : .lowerIsBetter
        guard let queues = record.queues else {
            return MetricValue(
                notMeasurable: "\(metric.rawValue): the run has no queue", .messages, direction)
        }
        let total = queues.reduce(UInt64(0)) { $0 + $1.accounting[metric] }
        return MetricValue(Double(total), .messages, direction)
    }

    // MARK: Lag

    private static func lag(_ metric: ScalarMetric, of group: GroupRecord) -> MetricValue {
        let lag = group.lag
        func value(_ number: Double?, _ unit: MetricUnit, _ reason: String) -> MetricValue {
            guard let number else {
                return MetricValue(
                    notMeasurable: "\(group.name): \(reason)", unit, .lowerIsBetter)
            }
            return MetricValue(number, unit, .lowerIsBetter)
        }
        switch metric {
        case .lagMax: return value(Double(lag.peak), .messages, "")
        case .lagFinal: return value(Double(lag.finalLag), .messages, "")
        case .lagArea: return value(lag.area, .messageSeconds, "")
        case .lagSlope:
            return value(lag.slopePerSecond, .messagesPerSecond, "too few samples of the lag")
        case .lagSeconds:
            return value(
                lag.peakSeconds.map { $0 * Double(nanosecondsPerSecond) }, .nanoseconds,
                "the age of unread messages is not known")
        default:
            return value(
                lag.recoveryNs.map { Double($0) }, .nanoseconds, "the lag did not recover")
        }
    }

    // MARK: Rates

    /// Messages a second over the rows of the measured phase, to the resolution of a row.
    private static func rate(
        _ record: RunRecord, _ metric: ScalarMetric, _ count: (SeriesRow) -> UInt64
    ) -> MetricValue {
        var total = 0.0
        var time = 0.0
        var previous: Int64 = 0
        for row in record.series.rows {
            if row.phase == "measure" {
                total += Double(count(row))
                time += Double(row.atNs) - Double(previous)
            }
            previous = row.atNs
        }
        guard time > 0 else {
            return MetricValue(
                notMeasurable:
                    "\(metric.rawValue): no row of the series lies in the measured phase",
                .messagesPerSecond, .higherIsBetter)
        }
        let rate = total / (time / Double(nanosecondsPerSecond))
        return MetricValue(rate, .messagesPerSecond, .higherIsBetter)
    }

    private static func sendRate(
        _ record: RunRecord, _ field: KeyPath<SeriesRow, UInt64>, _ metric: ScalarMetric
    ) -> MetricValue {
        rate(record, metric) { $0[keyPath: field] }
    }

    private static func handlingRate(_ scope: MetricScope, _ record: RunRecord) -> MetricValue {
        let indices = record.groups.indices.filter {
            scope.group == nil || scope.group == record.groups[$0].name
        }
        let values = indices.map { index in
            rate(record, .throughputHandled) {
                index < $0.groups.count ? $0.groups[index].handled : 0
            }
        }
        return MetricValue.worst(of: values)
            ?? MetricValue(
                notMeasurable: "throughput.handled: no group", .messagesPerSecond, .higherIsBetter)
    }

    // MARK: Costs

    private static func cost(_ metric: ScalarMetric, _ record: RunRecord) -> MetricValue {
        let harness = record.harness
        switch metric {
        case .bytesPerMessage:
            guard let bytes = harness.allocatedBytesPerMessage else {
                return MetricValue(
                    notMeasurable: "allocations: the allocator does not count", .bytes,
                    .lowerIsBetter)
            }
            return MetricValue(bytes, .bytes, .lowerIsBetter)
        case .cpuBusy:
            return MetricValue(
                harness.workers.map(\.busyShare).max() ?? 0, .share, .lowerIsBetter)
        case .cpuLoad:
            let loads = harness.workers.filter { $0.wallTimeNs > 0 }.map {
                Double($0.processorTimeNs) / Double($0.wallTimeNs)
            }
            return MetricValue(loads.max() ?? 0, .share, .lowerIsBetter)
        case .cpuPerMessage:
            guard record.accounting.sent > 0 else {
                return MetricValue(
                    notMeasurable: "cpu.perMessage: nothing was sent", .nanoseconds,
                    .lowerIsBetter)
            }
            let time = harness.workers.reduce(0.0) { $0 + Double($1.processorTimeNs) }
            return MetricValue(
                time / Double(record.accounting.sent), .nanoseconds, .lowerIsBetter)
        default:
            return MetricValue(harness.estimatedShare, .share, .lowerIsBetter)
        }
    }
}

extension QueueAccounting {
    /// The count of a metric that queues have.
    subscript(metric: ScalarMetric) -> UInt64 {
        switch metric {
        case .repeats: repeats
        case .suppressed: suppressed
        case .wronglySuppressed: wronglySuppressed
        case .notSuppressed: notSuppressed
        case .admitted: admitted
        case .orderBreaks: orderBreaks
        case .redriven: redriven
        case .redrivenLate: redrivenLate
        case .deadLettersLeft: deadLettersLeft
        case .soundDeadLetters: soundDeadLetters
        case .misdirected: misdirected
        case .handledAgain: handledAgain
        case .deliveredEarly: early
        case .deliveredAgain: unexpected
        case .staleHandles: staleHandles
        case .crashes: crashes
        default: 0
        }
    }
}

extension GroupAccounting {
    /// The count of a metric that groups have.
    subscript(metric: ScalarMetric) -> UInt64 {
        switch metric {
        case .delivered: delivered
        case .handled: handled
        case .failed: failed
        case .duplicates: duplicates
        case .lost: lost
        case .reordered: reordered
        case .redelivered: redelivered
        case .deadLettered: deadLettered
        case .outOfRange: outOfRange
        case .unhandled: unhandledAtEnd
        case .corrupted: corrupted
        case .copies: copies
        case .repeated: repeated
        case .skipped: skipped
        case .violations: violations
        case .keyReordered: keyReordered
        case .shed: shed
        case .expired: expired
        case .shortCircuited: shortCircuited
        default: 0
        }
    }
}

extension SourceRecord {
    /// The count of a metric that topics of a group have.
    subscript(metric: ScalarMetric) -> UInt64 {
        switch metric {
        case .handled: handled
        case .shed: shed
        case .expired: expired
        case .shortCircuited: shortCircuited
        default: 0
        }
    }
}

extension ProducerRecord {
    /// The count of a metric that producers have.
    subscript(metric: ScalarMetric) -> UInt64 {
        switch metric {
        case .scheduled: scheduled
        case .sent: sent
        case .acknowledged: acknowledged
        case .sendFailed: failed
        case .backPressured: backPressured
        case .dropped: dropped
        case .retried: retried
        case .deduplicated: deduplicated
        default: 0
        }
    }
}

extension AccountingRecord {
    /// The total of a count.
    subscript(metric: ScalarMetric) -> UInt64 {
        switch metric {
        case .scheduled: scheduled
        case .sent: sent
        case .acknowledged: acknowledged
        case .sendFailed: sendFailed
        case .backPressured: backPressured
        case .dropped: dropped
        case .delivered: delivered
        case .handled: handled
        case .failed: failed
        case .duplicates: duplicates
        case .lost: lost
        case .reordered: reordered
        case .redelivered: redelivered
        case .deadLettered: deadLettered
        case .outOfRange: outOfRange
        case .unhandled: unhandledAtEnd
        case .corrupted: corrupted
        case .retried: retried
        case .deduplicated: deduplicated
        case .copies: copies
        case .repeated: repeated
        case .skipped: skipped
        case .violations: violations
        case .keyReordered: keyReordered
        case .shed: shed
        case .expired: expired
        case .shortCircuited: shortCircuited
        default: 0
        }
    }
}
