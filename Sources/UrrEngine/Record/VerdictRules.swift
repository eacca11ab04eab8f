import UrrMeasure
import UrrPlatform
import UrrResults

/// Whether a run's numbers say what they seem to say. Apart from whether they are good: a run that
/// misses every threshold can be VALID.
struct VerdictRules {
    let plan: RunPlan
    let outcome: RunOutcome
    let record: RunRecord
    let isDebugBuild: Bool

    /// Lateness that a shared machine causes without anybody being wrong: a scheduler's slice.
    static let machineNoise: Nanoseconds = 5_000_000
    /// A generator that is late by this much at the median is permanently behind.
    static let permanentLateness: Nanoseconds = 1_000_000

    /// The worst of all reasons decides.
    func verdict() -> VerdictRecord {
        var reasons: [VerdictReason] = []
        reasons += build() + completeness() + repeats() + generator() + machine()
        for (index, group) in record.groups.enumerated() {
            reasons += self.group(group, plan.groups[index], lag: outcome.lag[index])
            let undecided = outcome.findings[index].undecided
            if undecided > 0 {
                reasons.append(
                    reason(
                        "undecided", .invalid,
                        "\(group.name): too many gaps or refusals at a time; of \(undecided) "
                            + "messages it is not known whether they arrived late or never"))
            }
        }
        return VerdictRecord(value: reasons.map(\.severity).max() ?? .valid, reasons: reasons)
    }

    private func reason(_ code: String, _ severity: Verdict, _ text: String) -> VerdictReason {
        VerdictReason(code: code, severity: severity, text: text)
    }

    private func build() -> [VerdictReason] {
        guard isDebugBuild, !outcome.simulated else { return [] }
        return [
            reason(
                "debug-build", .invalid, "a debug build: every time in it is several times too long"
            )
        ]
    }

    // MARK: - Completeness

    private func completeness() -> [VerdictReason] {
        var reasons: [VerdictReason] = []
        if !plan.verifies {
            reasons.append(
                reason(
                    "not-verified", .suspect,
                    "nothing was checked: messages that were lost, repeated or damaged do not show")
            )
        }
        if record.interrupted {
            reasons.append(
                reason("interrupted", .suspect, "interrupted: covers only what ran until then"))
        } else if record.accounting.dropped > 0 {
            reasons.append(
                reason(
                    "arrivals-dropped", .invalid,
                    "\(record.accounting.dropped) of \(record.accounting.scheduled) scheduled "
                        + "messages were never sent: the offered load was not applied"))
        }
        if outcome.warmupUnsent > 0, !record.interrupted {
            reasons.append(
                reason(
                    "warmup-unsent", .suspect,
                    "\(outcome.warmupUnsent) warm-up messages were never sent: the warm-up was not "
                        + "what the workload says"))
        }
        for (entry, found) in outcome.fallbacks.enumerated() {
            guard let found, found.waiting + found.dropped > 0 else { continue }
            reasons.append(
                reason(
                    "fallback", .suspect,
                    "\(plan.producers[entry].name): of the sends that failed \(found.waiting) were "
                        + "not sent again when the run ended, and \(found.dropped) found no room "
                        + "and are gone"))
        }
        for failure in outcome.closeFailures {
            reasons.append(reason("not-closed", .suspect, "an endpoint did not end: \(failure)"))
        }
        if outcome.leakedBacklog > 0 {
            reasons.append(
                reason(
                    "warmup-backlog", .suspect,
                    "\(outcome.leakedBacklog) warm-up messages were still unhandled when the "
                        + "measurement began: they delay what was measured"))
        }
        if !outcome.drained, !record.interrupted, record.accounting.unhandledAtEnd > 0 {
            reasons.append(
                reason(
                    "not-drained", .suspect,
                    "\(record.accounting.unhandledAtEnd) messages were still unhandled when the "
                        + "drain ended: their latencies, the longest, are missing"))
        }
        let counted = record.accounting
        let offered = counted.scheduled - counted.dropped
        let answered = counted.acknowledged + counted.sendFailed
        if !record.interrupted, offered > answered {
            reasons.append(
                reason(
                    "unanswered", .suspect,
                    "\(offered - answered) messages were neither acknowledged nor refused when "
                        + "the drain ended: their acknowledgement times, the longest, are missing"))
        }
        return reasons
    }

    /// Repeats of which the check could not be what it should be.
    private func repeats() -> [VerdictReason] {
        outcome.repeats.enumerated().compactMap { entry, findings in
            let undecided = outcome.producers.tallies[entry].undecidedRepeats
            guard findings.dropped + undecided > 0 else { return nil }
            return reason(
                "repeats", .suspect,
                "\(plan.producers[entry].name): \(findings.dropped) messages were not repeated for "
                    + "want of room, and of \(undecided) repeats the deduplication window ended "
                    + "while they were under way")
        }
    }

    // MARK: - Generator

    /// Share of the measured time from which a full target counts as the cause of lateness.
    static let pushedBackShare = 0.01

    private func generator() -> [VerdictReason] {
        var reasons: [VerdictReason] = []
        let measured = Double(max(1, outcome.measureEnd - outcome.measureStart))
        for (index, producer) in record.producers.enumerated() where producer.openLoop {
            // Each of the entry's workers adds the time that it was kept from sending itself.
            let workers = (0..<plan.producerWorkers).count {
                plan.carries(plan.producers[index], worker: $0)
            }
            let heldBack =
                Double(outcome.producers.tallies[index].heldBack) / measured
                / Double(max(1, workers))
            // Less than that is in the accounting, and in the response times, and no more.
            if heldBack >= Self.pushedBackShare {
                reasons.append(
                    reason(
                        "back-pressure", .suspect,
                        "\(producer.name): held back \(producer.backPressured) times, "
                            + "\(percent(heldBack)) of the time, by a full log; the wait is part "
                            + "of the response time"))
            } else {
                reasons += lateness(producer)
            }
        }
        return reasons
    }

    /// Whether a producer that nothing held back was late.
    private func lateness(_ producer: ProducerRecord) -> [VerdictReason] {
        guard let median = producer.latencies.sendDelay.percentilesNs["50"] else { return [] }
        let p99 = producer.latencies.sendDelay.percentilesNs["99"] ?? median
        if median > Self.permanentLateness {
            return [
                reason(
                    "generator-late", .invalid,
                    "\(producer.name): half of the messages went out more than "
                        + "\(milliseconds(median)) late: the generator, not the target, was at "
                        + "its limit")
            ]
        }
        guard p99 > Self.machineNoise else { return [] }
        return [
            reason(
                "generator-late", .suspect,
                "\(producer.name): 1 % of the messages went out more than \(milliseconds(p99)) "
                    + "late")
        ]
    }

    private func milliseconds(_ value: Nanoseconds) -> String {
        "\(value / 1_000_000).\(value / 100_000 % 10) ms"
    }

    // MARK: - Machine

    /// Share of its processor that a worker which never sleeps must have had.
    static let leastProcessorShare = 0.9

    private func machine() -> [VerdictReason] {
        guard !outcome.simulated, plan.idle.parkNanoseconds == 0 else { return [] }
        return record.harness.workers.compactMap { worker in
            guard worker.wallTimeNs > 0 else { return nil }
            let share = Double(worker.processorTimeNs) / Double(worker.wallTimeNs)
            guard share < Self.leastProcessorShare else { return nil }
            return reason(
                "processor-lost", .suspect,
                "\(worker.name) had its processor for only \(percent(share)) of the time: other "
                    + "work ran on the same processor")
        }
    }

    private func percent(_ share: Double) -> String { "\(Int((share * 100).rounded())) %" }

    // MARK: - Groups

    /// Fewer handled messages than this support a 99th percentile badly.
    static let fewestSamples: UInt64 = 1000

    private func group(
        _ group: GroupRecord, _ groupPlan: GroupPlan, lag: LagTracker
    ) -> [VerdictReason] {
        var reasons = clockAndRange(group)
        if group.accounting.handled < Self.fewestSamples {
            reasons.append(
                reason(
                    "few-samples", .suspect,
                    "\(group.name): only \(group.accounting.handled) messages were handled; "
                        + "percentiles need more"))
        }
        if let store = group.store, store.outages > 0 {
            let cause = store.lastFailure.map { ", last: \($0)" } ?? ""
            reasons.append(
                reason(
                    "store-away", .suspect,
                    "\(group.name): its store \(store.name) went away \(store.outages) times, and "
                        + "\(store.retries) attempts had to be repeated\(cause)"))
        }
        reasons += handlerModel(group, groupPlan) + littlesLaw(group, groupPlan, lag)
        return reasons
    }

    private func clockAndRange(_ group: GroupRecord) -> [VerdictReason] {
        let all = [
            group.latencies.queueing, group.latencies.service, group.latencies.response,
            group.latencies.endToEnd,
        ]
        var reasons: [VerdictReason] = []
        let anomalies = all.reduce(0) { $0 + $1.anomalies }
        if anomalies > 0 {
            reasons.append(
                reason(
                    "clock-anomaly",
                    anomalies * 10_000 > group.accounting.handled
                        ? .invalid : .suspect,
                    "\(group.name): \(anomalies) times were negative: the processors' clocks "
                        + "disagree"))
        }
        let overflow = all.reduce(0) { $0 + $1.overflow }
        if overflow > 0 {
            reasons.append(
                reason(
                    "overflow", .suspect,
                    "\(group.name): \(overflow) times were above 1 h and have no percentile"))
        }
        return reasons
    }

    /// The modelled handlers must take as long as declared: a worker that notices their ends late
    /// measures itself.
    private func handlerModel(_ group: GroupRecord, _ groupPlan: GroupPlan) -> [VerdictReason] {
        // A fault that slows handlers, or stops the process around them, is no lateness.
        // Messages of a batch all take as long as the batch.
        guard !groupPlan.isInstant, !groupPlan.hasFaults, groupPlan.remedies.batchMessages == 1,
            let mean = group.latencies.service.meanNs
        else { return [] }
        let declared = groupPlan.meanServiceTime
        guard mean > declared * 1.1, mean > declared + 50_000 else { return [] }
        return [
            reason(
                "handler-late", .suspect,
                "\(group.name): handlers took \(milliseconds(Nanoseconds(mean))) on average, "
                    + "declared are \(milliseconds(Nanoseconds(declared))): the consuming "
                    + "workers were at their limit")
        ]
    }

    /// Samples and backlog below which Little's law says nothing.
    static let fewestLagSamples = 100
    static let smallestMeanLag = 10.0
    static let littleTolerance = 0.1

    /// Little's law: the mean number of messages in the system is the rate times the mean time
    /// that each spends in it (Little 1961). Both sides are measured independently here: the lag
    /// by offsets, the time by stamps. Asked only where messages stay longer than two samples of
    /// the lag are apart: what comes and goes between samples is seen by them by chance, and most
    /// often when the sampling worker itself was held up.
    private func littlesLaw(
        _ group: GroupRecord, _ groupPlan: GroupPlan, _ lag: LagTracker
    ) -> [VerdictReason] {
        // The law is about messages that leave the lag when their handler ends.
        guard groupPlan.autoCommitInterval == 0, !groupPlan.commitsFirst, !groupPlan.hasFaults,
            !groupPlan.remedies.mayDrop,
            group.accounting.outOfRange == 0, group.accounting.unhandledAtEnd == 0,
            group.accounting.deadLettered == 0,
            lag.samples.count >= Self.fewestLagSamples,
            let first = lag.samples.first, let last = lag.samples.last, last.at > first.at,
            let mean = group.latencies.endToEnd.meanNs,
            mean >= 2 * Double(plan.lagInterval)
        else { return [] }
        let seconds = Double(last.at - first.at) / Double(nanosecondsPerSecond)
        guard lag.area / seconds >= Self.smallestMeanLag else { return [] }
        let spent =
            mean / Double(nanosecondsPerSecond) * Double(group.latencies.endToEnd.count)
        let ratio = lag.area / spent
        guard abs(ratio - 1) > Self.littleTolerance else { return [] }
        return [
            reason(
                "littles-law", .suspect,
                "\(group.name): messages in the system by lag and by time spent differ by "
                    + "\(percent(abs(ratio - 1))): lag and latency do not fit together")
        ]
    }
}
