import UrrMeasure
import UrrResults

/// A made-up run whose numbers agree with each other: a spike of 50,000 messages a second for ten
/// seconds onto a group that handles at most 12,000 a second. For tests of whatever reads results.
public enum SampleRun {
    /// Length of the phases in seconds.
    static let warmup = 5, measure = 60, drain = 30
    /// Most messages that the group handles in a second.
    static let capacity: UInt64 = 12_000

    /// The record of the run.
    public static func record() -> RunRecord {
        let series = self.series()
        let sent = series.rows.reduce(0) { $0 + $1.sent }
        let peak = series.rows.max { ($0.groups[0].lag ?? 0) < ($1.groups[0].lag ?? 0) }!
        return RunRecord(
            runId: "20261121T013323-spike", startedAt: "2026-11-21T01:33:23Z",
            durationNs: seconds(warmup + measure + drain), simulated: false, interrupted: false,
            workload: WorkloadRecord(
                name: "spike", file: "spike.json", digest: "sha256:00",
                document: .object(["name": .string("spike")])),
            seed: 20_261_120, driver: DriverRecord(name: "embedded"), machine: machine,
            settings: SettingsRecord(
                producerWorkers: 1, consumerWorkers: 1, idle: "spin", pinned: true),
            phases: phases, segments: segments, producers: [producer(sent: sent)],
            groups: [group(sent: sent, peak: peak)], accounting: accounting(sent: sent),
            series: series, harness: harness(messages: sent), thresholds: thresholds,
            verdict: VerdictRecord(value: .valid))
    }

    /// A stored histogram with `count` values of each of `values` nanoseconds.
    public static func histogram(_ values: KeyValuePairs<Int64, UInt64>) -> HistogramRecord {
        guard let histogram = try? Histogram() else { fatalError("no memory for a histogram") }
        defer { histogram.deallocate() }
        for (value, count) in values { histogram.record(value, count: count) }
        return HistogramRecord(histogram)
    }

    static func seconds(_ count: Int) -> Int64 { Int64(count) * 1_000_000_000 }

    static let machine = MachineRecord(
        cpuModel: "AMD EPYC 7B13", architecture: "x86_64", logicalCPUs: 2, allowedCPUs: [0, 1],
        memoryBytes: 8 << 30, kernel: "Linux 6.1.0", clockSource: "time-stamp-counter",
        clockSpreadPPM: 0.4, timerCostNs: 9.1, swiftVersion: "6.3.1",
        gitCommit: "0123456789abcdef0123456789abcdef01234567-dirty", buildMode: "release",
        allocator: "jemalloc 5.3.0")

    static let phases = [
        PhaseRecord(name: "warmup", startNs: 0, endNs: seconds(warmup)),
        PhaseRecord(name: "measure", startNs: seconds(warmup), endNs: seconds(warmup + measure)),
        PhaseRecord(
            name: "drain", startNs: seconds(warmup + measure),
            endNs: seconds(warmup + measure + drain)),
    ]

    static let segments = [
        SegmentRecord(
            index: 0, name: "baseline", producer: "payment-service", startNs: 0,
            endNs: seconds(10)),
        SegmentRecord(
            index: 1, name: "hold", producer: "payment-service", startNs: seconds(10),
            endNs: seconds(20)),
        SegmentRecord(
            index: 2, name: "after", producer: "payment-service", startNs: seconds(20),
            endNs: seconds(65)),
    ]

    /// Messages that the schedule asks for in second `second`.
    static func offered(_ second: Int) -> UInt64 {
        if second >= warmup + measure { return 0 }
        return (10..<20).contains(second) ? 50_000 : 500
    }

    static func series() -> SeriesRecord {
        var lag: UInt64 = 0
        let rows = (0..<warmup + measure + drain).map { second in
            let offered = self.offered(second)
            let handled = min(lag + offered, capacity)
            lag = lag + offered - handled
            let phase = second < warmup ? 0 : second < warmup + measure ? 1 : 2
            return SeriesRow(
                atNs: seconds(second + 1), phase: phases[phase].name, offered: offered,
                sent: offered, acknowledged: offered,
                groups: [
                    SeriesGroupRow(
                        delivered: handled, handled: handled, lag: Int64(lag),
                        lagSeconds: Double(lag) / Double(capacity))
                ])
        }
        return SeriesRecord(intervalNs: seconds(1), rows: rows)
    }

    static func producer(sent: UInt64) -> ProducerRecord {
        ProducerRecord(
            name: "payment-service", target: "payment-events", instances: 2, executor: "spike",
            openLoop: true, variance: "poisson", scheduled: sent, sent: sent, acknowledged: sent,
            failed: 0, backPressured: 0, dropped: 0, maximumLatenessNs: 41_000,
            latencies: ProducerLatencies(
                sendDelay: histogram([300: 9000, 2_000: 990, 41_000: 10]),
                acknowledgement: histogram([120: 9999, 5_000: 1])))
    }

    static func group(sent: UInt64, peak: SeriesRow) -> GroupRecord {
        let rows = peak.groups[0]
        return GroupRecord(
            name: "ticket-service-group", sources: ["payment-events"], members: 3, idleMembers: 0,
            accounting: GroupAccounting(
                delivered: sent, handled: sent, failed: 0, duplicates: 0, lost: 0, reordered: 0,
                redelivered: 0, deadLettered: 0, outOfRange: 0, unhandledAtEnd: 0, corrupted: 0),
            latencies: GroupLatencies(
                queueing: histogram([1_000_000: 5000, 9_000_000_000: 5000]),
                service: histogram([212_000: 50]),
                response: histogram([1_250_000: 5000, 9_100_000_000: 5000]),
                endToEnd: histogram([1_450_000: 5000, 9_300_000_000: 5000])),
            lag: LagRecord(
                peak: rows.lag ?? 0, peakAtNs: peak.atNs - 1, peakSeconds: rows.lagSeconds ?? 0,
                area: 1e7, slopePerSecond: -310, recoveryNs: 33_000_000_000, finalLag: 0,
                sampleIntervalNs: 100_000_000,
                statesTimeline: [LagStateRecord(atNs: 0, state: .ok)]))
    }

    static func accounting(sent: UInt64) -> AccountingRecord {
        AccountingRecord(
            scheduled: sent, sent: sent, acknowledged: sent, sendFailed: 0, backPressured: 0,
            dropped: 0, delivered: sent, handled: sent, failed: 0, duplicates: 0, lost: 0,
            reordered: 0, redelivered: 0, deadLettered: 0, outOfRange: 0, unhandledAtEnd: 0,
            corrupted: 0)
    }

    static func harness(messages: UInt64) -> HarnessRecord {
        func worker(_ name: String, _ role: String, cpu: Int, busy: Double) -> WorkerRecord {
            WorkerRecord(
                name: name, role: role, cpu: cpu, busyShare: busy,
                processorTimeNs: seconds(94), wallTimeNs: seconds(95), messages: messages,
                rounds: 1_000_000, allocatedBytes: 0)
        }
        return HarnessRecord(
            clockReadNs: 9.1, histogramRecordNs: 2.04, verificationNs: 12.3,
            estimatedShare: 0.0042,
            workers: [
                worker("producer-0", "producer", cpu: 0, busy: 0.123),
                worker("consumer-0", "consumer", cpu: 1, busy: 0.871),
            ],
            allocatedBytesPerMessage: 0)
    }

    static let thresholds = [
        ThresholdRecord(
            expression: "lag.max < 10000", metric: "lag.max", actual: 380_000, unit: "messages",
            passed: false),
        ThresholdRecord(
            expression: "endToEnd.p99 < 50ms", metric: "endToEnd.p99", actual: 9_300_000_000,
            unit: "ns", passed: false, reason: "group ticket-service-group"),
        ThresholdRecord(
            expression: "lost == 0", metric: "lost", actual: 0, unit: "messages", passed: true),
    ]
}
