import UrrMeasure
import UrrResults

/// A record of the given values, each as often as said.
func histogram(_ values: [(value: Int64, count: UInt64)]) throws -> HistogramRecord {
    let histogram = try Histogram()
    defer { histogram.deallocate() }
    for entry in values { histogram.record(entry.value, count: entry.count) }
    return HistogramRecord(histogram)
}

/// A complete record with two producers, two groups and two segments, made by hand.
func sampleRecord() throws -> RunRecord {
    RunRecord(
        runId: "a1b2c3", startedAt: "2026-11-20T12:34:56Z", durationNs: 4_000_000_000,
        simulated: false, interrupted: false,
        workload: WorkloadRecord(
            name: "spike", file: "workloads/spike.json", digest: "fnv1a64:0011223344556677",
            overrides: ["seed=7"],
            document: .object(["name": .string("spike"), "seed": .unsigned(.max)])),
        seed: DecimalUInt64(.max),
        driver: DriverRecord(
            name: "embedded", semantics: ["order": "partition"], facts: ["version": "1"]),
        machine: sampleMachine(),
        settings: SettingsRecord(
            producerWorkers: 1, consumerWorkers: 1, idle: "yield", pinned: true),
        phases: [
            PhaseRecord(name: "warmup", startNs: 0, endNs: 1_000_000_000),
            PhaseRecord(name: "measure", startNs: 1_000_000_000, endNs: 3_000_000_000),
            PhaseRecord(name: "drain", startNs: 3_000_000_000, endNs: 4_000_000_000),
        ],
        segments: [
            SegmentRecord(
                index: 0, name: "baseline", producer: "payment-service", startNs: 0,
                endNs: 2_000_000_000),
            SegmentRecord(
                index: 1, name: "peak", producer: "payment-service", startNs: 2_000_000_000,
                endNs: 3_000_000_000),
        ],
        producers: [try sampleProducer("payment-service"), try sampleProducer("ticket.service")],
        groups: [
            try sampleGroup("ticket-group", slow: 1), try sampleGroup("stats.group", slow: 3),
        ],
        accounting: AccountingRecord(
            scheduled: 2200, sent: 2000, acknowledged: 1990, sendFailed: 10, backPressured: 30,
            dropped: 200, delivered: 4020, handled: 3980, failed: 8, duplicates: 20, lost: 2,
            reordered: 4, redelivered: 20, deadLettered: 6, outOfRange: 8, unhandledAtEnd: 10,
            corrupted: 12),
        series: sampleSeries(), harness: sampleHarness(),
        thresholds: [
            ThresholdRecord(
                expression: "lost == 0", metric: "lost", actual: 2, unit: "messages", passed: false)
        ],
        verdict: VerdictRecord(
            value: .suspect,
            reasons: [VerdictReason(code: "late", severity: .suspect, text: "late by 2 ms")]))
}

private func sampleMachine() -> MachineRecord {
    MachineRecord(
        cpuModel: "Model", architecture: "x86_64", logicalCPUs: 2, allowedCPUs: [0, 1],
        memoryBytes: 8 << 30, kernel: "Linux 6.1", clockSource: "time-stamp-counter",
        clockSpreadPPM: 3.5, timerCostNs: 9.4, swiftVersion: "6.3", gitCommit: "abc",
        buildMode: "release", allocator: "jemalloc 5.3.0")
}

private func sampleProducer(_ name: String) throws -> ProducerRecord {
    ProducerRecord(
        name: name, target: "payment-events", instances: 2, executor: "spike", openLoop: true,
        variance: "poisson", scheduled: 1100, sent: 1000, acknowledged: 995, failed: 5,
        backPressured: 15, dropped: 100,
        maximumLatenessNs: name == "payment-service" ? 2_000_000 : 3_000_000,
        latencies: ProducerLatencies(
            sendDelay: try histogram([(100, 900), (2000, 100)]),
            acknowledgement: try histogram([(5000, 995)])))
}

/// A group whose latencies are `slow` times 1000 ns, with a tail of 100 times that.
private func sampleGroup(_ name: String, slow: Int64) throws -> GroupRecord {
    let latency = try histogram([(1000 * slow, 1980), (100_000 * slow, 20)])
    let few = try histogram([(70 * slow, 12)])
    let latencies = GroupLatencies(
        queueing: latency, service: latency, response: latency, endToEnd: latency)
    let peak = GroupLatencies(queueing: few, service: few, response: few, endToEnd: few)
    let none = GroupLatencies(
        queueing: .empty, service: .empty, response: .empty, endToEnd: .empty)
    return GroupRecord(
        name: name, sources: ["payment-events"], members: 3, idleMembers: 0,
        accounting: GroupAccounting(
            delivered: 2010, handled: 1990, failed: 4, duplicates: 10, lost: 1, reordered: 2,
            redelivered: 10, deadLettered: 3, outOfRange: 4, unhandledAtEnd: 5, corrupted: 6),
        latencies: latencies,
        segments: [
            GroupSegmentRecord(index: 0, name: "baseline", latencies: slow == 1 ? latencies : none),
            GroupSegmentRecord(index: 1, name: "peak", latencies: peak),
        ],
        lag: LagRecord(
            peak: 100 * slow, peakAtNs: 2_500_000_000, peakSeconds: 0.5 * Double(slow), area: 50,
            slopePerSecond: -2, recoveryNs: 300_000_000 * slow, finalLag: 5,
            sampleIntervalNs: 10_000_000,
            statesTimeline: [
                LagStateRecord(atNs: 0, state: .ok), LagStateRecord(atNs: 2, state: .warn),
            ]),
        firstViolations: ["key 7: 5 after 6"])
}

private func sampleSeries() -> SeriesRecord {
    let phases = ["warmup", "measure", "measure", "drain"]
    return SeriesRecord(
        intervalNs: 1_000_000_000,
        rows: phases.enumerated().map { index, phase in
            SeriesRow(
                atNs: Int64(index + 1) * 1_000_000_000, phase: phase, offered: 550,
                sent: 400 + 100 * UInt64(index), acknowledged: 490,
                groups: [
                    SeriesGroupRow(
                        delivered: 500, handled: 600, lag: 7, lagSeconds: 0.1, responseP50Ns: 1000,
                        responseP99Ns: 2000, responseMaxNs: 3000),
                    SeriesGroupRow(delivered: 500, handled: 450),
                ])
        })
}

private func sampleHarness() -> HarnessRecord {
    HarnessRecord(
        clockReadNs: 9.4, histogramRecordNs: 1.2, verificationNs: 20, estimatedShare: 0.04,
        workers: [
            WorkerRecord(
                name: "producers-0", role: "producer", cpu: 0, busyShare: 0.5,
                processorTimeNs: 2_000_000_000, wallTimeNs: 4_000_000_000, messages: 2000,
                rounds: 9000, allocatedBytes: 0),
            WorkerRecord(
                name: "consumers-0", role: "consumer", busyShare: 0.25,
                processorTimeNs: 3_000_000_000, wallTimeNs: 4_000_000_000, messages: 4000,
                rounds: 8000),
        ],
        allocatedBytesPerMessage: 0.5,
        placement: PlacementRecord(beforeNs: 100, afterNs: 110, label: "same core"))
}
