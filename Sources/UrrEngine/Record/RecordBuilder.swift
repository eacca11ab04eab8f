import UrrMeasure
import UrrPlatform
import UrrResults

/// Puts the outcome of a run into the form in which it is stored. Pure; the verdict and the
/// thresholds come after it, from the record.
public struct RecordBuilder {
    let plan: RunPlan
    let outcome: RunOutcome
    let inputs: RecordInputs

    /// A builder for one run.
    public init(plan: RunPlan, outcome: RunOutcome, inputs: RecordInputs) {
        self.plan = plan
        self.outcome = outcome
        self.inputs = inputs
    }

    /// The run's first instant: what the record's times count from.
    var origin: Nanoseconds {
        outcome.warmupStart > 0 ? outcome.warmupStart : outcome.measureStart
    }

    /// The start of the measurement, counted from the run's first instant.
    var measureOffset: Nanoseconds { outcome.measureStart - origin }

    /// The record, with a verdict and without thresholds.
    public func record() throws(MemoryError) -> RunRecord {
        let producers = try plan.producers.indices.map { index throws(MemoryError) in
            try producer(index)
        }
        let groups = try plan.groups.indices.map { index throws(MemoryError) in
            try group(index)
        }
        var record = RunRecord(
            runId: inputs.runId, startedAt: inputs.startedAt,
            durationNs: outcome.drainEnd - origin, simulated: outcome.simulated,
            interrupted: outcome.interrupted, workload: inputs.workload,
            seed: DecimalUInt64(plan.seed), driver: inputs.driver, machine: inputs.machine,
            settings: SettingsRecord(
                producerWorkers: plan.producerWorkers, consumerWorkers: plan.consumerWorkers,
                idle: plan.idleName, pinned: plan.pin && !outcome.simulated),
            phases: phases(), segments: segments(), producers: producers, groups: groups,
            accounting: accounting(producers, groups), faults: faults(), series: series(),
            harness: harness(groups),
            verdict: VerdictRecord(value: .valid))
        record.queues = try queues()
        record.shard = outcome.shard
        record.shard?.startAt = inputs.startAt
        record.verdict = VerdictRules(
            plan: plan, outcome: outcome, record: record, isDebugBuild: inputs.isDebugBuild
        ).verdict()
        return record
    }

    private func phases() -> [PhaseRecord] {
        var phases: [PhaseRecord] = []
        if outcome.warmupStart > 0 {
            phases.append(PhaseRecord(name: "warmup", startNs: 0, endNs: measureOffset))
        }
        let measureEnd = outcome.measureEnd - origin
        phases.append(PhaseRecord(name: "measure", startNs: measureOffset, endNs: measureEnd))
        phases.append(
            PhaseRecord(name: "drain", startNs: measureEnd, endNs: outcome.drainEnd - origin))
        return phases
    }

    private func segments() -> [SegmentRecord] {
        plan.segments.map {
            SegmentRecord(
                index: $0.index, name: $0.name, producer: $0.producer,
                startNs: $0.start + measureOffset, endNs: $0.end + measureOffset)
        }
    }

    // MARK: - Producers

    private func producer(_ index: Int) throws(MemoryError) -> ProducerRecord {
        let producer = plan.producers[index]
        let tally = outcome.producers.tallies[index]
        let own = plan.segments.filter { $0.producer == producer.name }.map(\.index)
        let unsent = outcome.unsent[index]
        return ProducerRecord(
            name: producer.name, target: plan.name(of: producer.destination),
            instances: producer.instances, executor: producer.executor,
            openLoop: producer.closedLoop == nil,
            variance: producer.samplers.schedule(.measure).variance.rawValue,
            scheduled: producer.followUpOf == nil
                ? outcome.offered[index].reduce(0, +) : tally.sent + tally.failed,
            sent: tally.sent,
            acknowledged: tally.acknowledged, failed: tally.failed,
            backPressured: tally.backPressured, dropped: unsent,
            maximumLatenessNs: tally.maximumLateness,
            latencies: ProducerLatencies(
                sendDelay: try merged(own.map { outcome.producers.sendDelay[$0] }),
                acknowledgement: try merged(own.map { outcome.producers.acknowledgement[$0] })),
            retried: tally.retried, deduplicated: tally.deduplicated,
            segments: try own.map { segment throws(MemoryError) in
                ProducerSegmentRecord(
                    index: segment, name: plan.segments[segment - 1].name,
                    latencies: ProducerLatencies(
                        sendDelay: try merged([outcome.producers.sendDelay[segment]]),
                        acknowledgement: try merged([outcome.producers.acknowledgement[segment]])))
            },
            fallback: outcome.fallbacks[index].map { fallback($0, reprocessed: tally.reprocessed) })
    }

    private func fallback(_ found: FallbackFindings, reprocessed: UInt64) -> FallbackRecord {
        FallbackRecord(
            left: found.left, dropped: found.dropped, peak: found.peak, waiting: found.waiting,
            reprocessed: reprocessed, overtaken: found.overtaken, runs: found.runs,
            failedRuns: found.failedRuns)
    }

    // MARK: - Groups

    private func group(_ index: Int) throws(MemoryError) -> GroupRecord {
        let group = plan.groups[index]
        return GroupRecord(
            name: group.name, sources: plan.sources(ofGroup: index),
            members: group.members, idleMembers: outcome.idleMembers[index],
            accounting: groupAccounting(index), latencies: try latencies(index, segments: nil),
            segments: try segmentsRead(by: index).map { segment throws(MemoryError) in
                GroupSegmentRecord(
                    index: segment.index, name: segment.name,
                    latencies: try latencies(index, segments: [segment.index]))
            },
            lag: lag(index), firstViolations: outcome.findings[index].firstViolations,
            guarantee: group.guarantee.rawValue,
            store: store(index), service: service(index), keys: keys(index),
            bySource: try bySource(index), breaker: breaker(index),
            rebalances: group.isManaged
                ? RebalanceRecord(
                    count: outcome.rebalances[index],
                    pauses: HistogramRecord(outcome.rebalancePauses[index])) : nil)
    }

    private func store(_ index: Int) -> StoreRecord? {
        guard let spec = plan.groups[index].idempotency, let found = outcome.stores[index] else {
            return nil
        }
        let did = found.statistics
        return StoreRecord(
            name: spec.store.rawValue, batches: did.batches, keys: did.keys, lookups: did.lookups,
            known: did.known,
            retries: did.retries, outages: did.outages, evictions: did.evictions,
            nanoseconds: did.nanoseconds, facts: found.facts, lastFailure: found.lastFailure)
    }

    /// The hottest keys and the others.
    private func keys(_ index: Int) -> [KeyShareRecord]? {
        let classes = plan.groups[index].keyClasses
        guard classes.hot > 0, !plan.groups[index].isInstant else { return nil }
        let bank = outcome.consumers
        let cells = (0...classes.hot).map { bank.messageGroupCell(group: index, class: $0) }
        let total = cells.reduce(0) { $0 + bank.messageGroups[$1].handled }
        return cells.enumerated().map { number, cell in
            let handled = bank.messageGroups[cell].handled
            return KeyShareRecord(
                key: number < classes.hot ? UInt32(number) : nil, handled: handled,
                share: total > 0 ? Double(handled) / Double(total) : 0,
                waiting: HistogramRecord(bank.waiting[cell]))
        }
    }

    /// Every strike, with what it did over all workers.
    private func faults() -> [FaultRecord] {
        plan.faults.occurrences.enumerated().map { index, fault in
            let effects = outcome.faults.filter { $0.fault == index }
            let target =
                fault.group.map { plan.groups[$0].name }
                ?? fault.producer.map { plan.producers[$0].name }
                ?? fault.destination.map { plan.name(of: $0) }
            // What only lasts a time needs nobody to strike.
            let isWindow = ["slow-handler", "retry-storm", "outage", "send-failure"]
                .contains(fault.type)
            let struck = effects.first?.at ?? (isWindow ? fault.at : nil)
            return FaultRecord(
                type: fault.type, target: target, member: fault.member,
                dueNs: fault.at + measureOffset, struckNs: struck.map { $0 + measureOffset },
                redeliveries: effects.reduce(0) { $0 + $1.redeliveries },
                dropped: effects.reduce(0) { $0 + $1.dropped })
        }
    }

    /// Segments of producers that send to a topic of the group.
    private func segmentsRead(by group: Int) -> [SegmentPlan] {
        let producers = plan.producers.filter { plan.reads(group: group, $0) }
        let names = Set(producers.map(\.name))
        return plan.segments.filter { names.contains($0.producer) }
    }

    private func groupAccounting(_ index: Int) -> GroupAccounting {
        let tally = outcome.consumers.tallies[index]
        let findings = outcome.findings[index]
        return GroupAccounting(
            delivered: tally.delivered, handled: tally.handled, failed: tally.failed,
            duplicates: findings.duplicates + findings.redelivered + findings.copies,
            lost: findings.lost, reordered: findings.reordered,
            redelivered: findings.redelivered + tally.redelivered,
            deadLettered: deadLettered(index), outOfRange: findings.outOfRange,
            unhandledAtEnd: findings.unhandledAtEnd, corrupted: tally.corrupted,
            copies: findings.copies, repeated: tally.repeated, skipped: tally.skipped,
            keyReordered: tally.keyReordered, shed: drops(index).shed,
            expired: drops(index).expired, shortCircuited: drops(index).shortCircuited,
            violations: findings.violations + tally.corrupted)
    }

    /// Dead letters of the queue, told at the first of its groups.
    private func deadLettered(_ group: Int) -> UInt64 {
        guard let queue = plan.groups[group].receiving?.queue,
            plan.firstGroup(reading: queue) == group
        else { return 0 }
        let returned = plan.groups.indices.filter { plan.groups[$0].receiving?.queue == queue }
            .reduce(0) { $0 + outcome.consumers.tallies[$1].returned }
        return outcome.queues[queue].deadLettered.reduce(returned, +)
    }

    func latencies(
        _ group: Int, segments: [Int]?
    ) throws(MemoryError) -> GroupLatencies {
        let chosen = segments ?? Array(1..<plan.segmentCount)
        let records = try ConsumerLatency.allCases.map { kind throws(MemoryError) in
            try merged(
                chosen.map { outcome.consumers.latency(kind, group: group, segment: $0) })
        }
        return GroupLatencies(
            queueing: records[ConsumerLatency.queueing.rawValue],
            service: records[ConsumerLatency.service.rawValue],
            response: records[ConsumerLatency.response.rawValue],
            endToEnd: records[ConsumerLatency.endToEnd.rawValue])
    }

    func merged(_ histograms: [Histogram]) throws(MemoryError) -> HistogramRecord {
        let sum = try Histogram()
        defer { sum.deallocate() }
        for histogram in histograms { sum.add(histogram) }
        return HistogramRecord(sum)
    }

    /// Recovered means: at most 1 % of the peak, or at most 10 records, until the end.
    static func recoveryThreshold(peak: Int64) -> Int64 { max(10, peak / 100) }

    private func lag(_ index: Int) -> LagRecord {
        let tracker = outcome.lag[index]
        let peak = tracker.peak
        let measured = outcome.measureEnd - outcome.measureStart
        let recovered = peak.flatMap {
            tracker.recovery(from: $0.at, threshold: Self.recoveryThreshold(peak: $0.lag))
        }
        return LagRecord(
            peak: peak?.lag ?? 0, peakAtNs: (peak?.at ?? 0) + measureOffset,
            peakSeconds: tracker.peakSeconds ?? 0, area: tracker.area,
            slopePerSecond: tracker.slope(from: measured / 2, to: measured),
            slopeErrorPerSecond: tracker.slopeError(from: measured / 2, to: measured),
            recoveryNs: recovered.flatMap { instant in peak.map { instant - $0.at } },
            finalLag: tracker.finalLag ?? 0, sampleIntervalNs: plan.lagInterval,
            statesTimeline: tracker.states.map {
                LagStateRecord(atNs: $0.at + measureOffset, state: $0.state)
            })
    }

    // MARK: - Whole run

    private func accounting(
        _ producers: [ProducerRecord], _ groups: [GroupRecord]
    ) -> AccountingRecord {
        func sum(_ value: (GroupAccounting) -> UInt64) -> UInt64 {
            groups.reduce(0) { $0 + value($1.accounting) }
        }
        return AccountingRecord(
            scheduled: producers.reduce(0) { $0 + $1.scheduled },
            sent: producers.reduce(0) { $0 + $1.sent },
            acknowledged: producers.reduce(0) { $0 + $1.acknowledged },
            sendFailed: producers.reduce(0) { $0 + $1.failed },
            backPressured: producers.reduce(0) { $0 + $1.backPressured },
            dropped: producers.reduce(0) { $0 + $1.dropped },
            delivered: sum(\.delivered), handled: sum(\.handled), failed: sum(\.failed),
            duplicates: sum(\.duplicates), lost: sum(\.lost), reordered: sum(\.reordered),
            redelivered: sum(\.redelivered), deadLettered: sum(\.deadLettered),
            outOfRange: sum(\.outOfRange), unhandledAtEnd: sum(\.unhandledAtEnd),
            corrupted: sum(\.corrupted), retried: producers.reduce(0) { $0 + $1.retried },
            deduplicated: producers.reduce(0) { $0 + $1.deduplicated }, copies: sum(\.copies),
            repeated: sum(\.repeated), skipped: sum(\.skipped),
            keyReordered: sum(\.keyReordered), shed: sum(\.shed), expired: sum(\.expired),
            shortCircuited: sum(\.shortCircuited), violations: sum(\.violations))
    }

    private func series() -> SeriesRecord {
        let offered = offeredByRow()
        // What services publish is offered by no schedule.
        let scheduled = plan.producers.indices.filter { plan.producers[$0].followUpOf == nil }
        return SeriesRecord(
            intervalNs: nanosecondsPerSecond,
            rows: zip(outcome.series, offered).map { row, offered in
                SeriesRow(
                    atNs: row.to + measureOffset, phase: "\(row.state)", offered: offered,
                    sent: scheduled.reduce(0) { $0 + row.producers[$1].sent },
                    acknowledged: scheduled.reduce(0) { $0 + row.producers[$1].acknowledged },
                    groups: row.groups.map(Self.seriesGroup),
                    residentBytes: row.residentBytes.map { Int64($0) })
            })
    }

    /// Messages of the schedule by row. They are known by the second in which they were intended: a
    /// second counts in the row that holds its middle, or in the last one.
    private func offeredByRow() -> [UInt64] {
        let rows = outcome.series
        var offered = [UInt64](repeating: 0, count: rows.count)
        guard !rows.isEmpty else { return offered }
        let end = outcome.measureEnd - outcome.measureStart
        for second in 0..<plan.secondCount {
            let from = Nanoseconds(second) * nanosecondsPerSecond
            let middle = from + max(0, min(nanosecondsPerSecond, end - from)) / 2
            let row = rows.firstIndex { middle < $0.to } ?? rows.count - 1
            offered[row] += outcome.offered.reduce(0) { $0 + $1[second] }
        }
        return offered
    }

    private static func seriesGroup(_ group: IntervalReport.Group) -> SeriesGroupRow {
        SeriesGroupRow(
            delivered: group.tally.delivered, handled: group.tally.handled, lag: group.lag,
            lagSeconds: group.lagAge.map { Double($0) / Double(nanosecondsPerSecond) },
            responseP50Ns: group.responseP50, responseP99Ns: group.responseP99,
            responseMaxNs: group.responseMaximum)
    }

    private func harness(_ groups: [GroupRecord]) -> HarnessRecord {
        let handled = groups.reduce(0) { $0 + $1.accounting.handled }
        let sent = plan.producers.indices.reduce(0) { $0 + outcome.producers.tallies[$1].sent }
        let times = outcome.workers.reduce(0) { $0 + $1.wallTime }
        let rounds = outcome.workers.reduce(0) { $0 + $1.busyRounds }
        // A round with work reads the clock at its start, when a batch arrives and when it is
        // done; a message counts in four histograms and is checked once in each group.
        let share = inputs.cost.share(
            clockReads: 3 * rounds, records: 4 * handled + 2 * sent, verifications: handled,
            workerTime: times)
        let allocated = outcome.workers.compactMap(\.allocatedBytes)
        let counted = allocated.count == outcome.workers.count && sent + handled > 0
        return HarnessRecord(
            clockReadNs: inputs.cost.clockReadNs, histogramRecordNs: inputs.cost.histogramRecordNs,
            verificationNs: inputs.cost.verificationNs, estimatedShare: share,
            workers: outcome.workers.map(Self.worker),
            allocatedBytesPerMessage: counted
                ? Double(allocated.reduce(0, +)) / Double(sent + handled) : nil,
            placement: inputs.placement)
    }

    private static func worker(_ report: WorkerReport) -> WorkerRecord {
        WorkerRecord(
            name: "\(report.role.rawValue)-\(report.number)", role: report.role.rawValue,
            cpu: report.cpu,
            busyShare: report.wallTime > 0
                ? Double(report.busyTime) / Double(report.wallTime) : 0,
            processorTimeNs: report.processorTime, wallTimeNs: report.wallTime,
            messages: report.messages, rounds: report.rounds,
            allocatedBytes: report.allocatedBytes,
            faultAllocatedBytes: report.faultAllocatedBytes,
            storeAllocatedBytes: report.storeAllocatedBytes)
    }
}
