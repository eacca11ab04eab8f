import UrrResults

/// A made-up plan whose numbers agree with each other, for tests of whatever reads plans.
public enum SamplePlan {
    /// A plan that found 8 consumers on 16 partitions; `change` may make it another.
    public static func record(_ change: (inout PlanRecord) -> Void = { _ in }) -> PlanRecord {
        let run = SampleRun.record()
        let size = PlanSize(consumers: 8, partitions: 16)
        let planned = trial(size, held: true, p99: 12_000_000)
        var record = PlanRecord(
            planId: "sample", startedAt: run.startedAt, workload: run.workload, seed: 7,
            driver: run.driver, machine: run.machine, group: "ticket-service-group",
            objectives: ["response.p99 < 50ms"], load: load,
            largest: PlanSize(consumers: 1000, partitions: 4000),
            finding: PlanFindingRecord(kind: .found, size: size),
            trials: [
                trial(PlanSize(consumers: 4, partitions: 16), held: false, p99: 900_000_000),
                planned,
                trial(PlanSize(consumers: 7, partitions: 16), held: false, p99: 80_000_000),
            ])
        record.answer = PlanAnswerRecord(
            trial: planned, margin: PlanMarginRecord(heldFactor: 1.25, missedFactor: 1.27),
            bottleneck: PlanBottleneckRecord(
                kind: .partition, consumers: 0.6, division: 0.6, partition: 0.9, key: 0.1),
            keyCapPerSecond: 60_000, backlogBytes: 200 * 288, storage: storage,
            consumersPerInstance: 3, instances: 3,
            neighbours: ["One consumer fewer misses the objectives."])
        record.whatIfs = [
            PlanVariantRecord(
                name: "one hot concert", change: "one key takes 20.0 % of all messages",
                trial: trial(size, held: false, p99: 4_000_000_000)),
            PlanVariantRecord(
                name: "a consumer crashes", change: "it stops for good",
                omitted: "the time was over"),
        ]
        record.ruleOfThumb = [1, 2, 3].map { factor in
            let count = 5 * factor
            return PlanVariantRecord(
                name: "x \(factor)", change: "\(count) consumers",
                trial: trial(
                    PlanSize(consumers: count, partitions: count), held: factor > 1,
                    p99: 20_000_000))
        }
        record.profile = profile
        record.assumptions = ["Everything was simulated."]
        record.prediction = PredictionRecord(
            date: "2026-11-21", cpuModel: "sample", cpus: 2, driver: "embedded",
            configurations: 20,
            errors: [
                PredictionErrorRecord(
                    metric: "response p99", compared: 20, median: 0.01, worst: 0.06, goal: 0.2)
            ])
        record.phases = [
            PhaseRecord(name: "measure", startNs: 0, endNs: 3_000_000_000),
            PhaseRecord(name: "drain", startNs: 3_000_000_000, endNs: 4_000_000_000),
        ]
        change(&record)
        return record
    }

    /// A run of `size` with a response p99 of `p99` nanoseconds.
    public static func trial(_ size: PlanSize, held: Bool, p99: Double) -> PlanTrialRecord {
        PlanTrialRecord(
            purpose: "consumers", size: size, held: held,
            reasons: held ? [] : ["response.p99 < 50ms"],
            objectives: [
                ThresholdRecord(
                    expression: "response.p99 < 50ms", metric: "response.p99", actual: p99,
                    unit: "ns", passed: held)
            ], lagPeak: 200, recoveryNs: 1_000_000_000,
            series: PlanSeriesRecord(
                instantsNs: [1_000_000_000, 2_000_000_000, 3_000_000_000], lag: [1, 200, nil],
                responseP99Ns: [nil, Int64(p99), 5_000_000], offeredPerSecond: [10, 5000, 10]))
    }

    private static let load = PlanLoadRecord(
        peakPerSecond: 8000, groupPeakPerSecond: 5000, peakAtNs: 1_000_000_000, scale: 1,
        messages: 9000, baselinePerSecond: 10, serviceNs: 1_000_000, concurrency: 1,
        messageBytes: 256, hottestKeyShare: 0.0167)

    private static let storage = PlanStorageRecord(
        storedBytesPerMessage: 288, messagesPerDay: 873_000, replication: 3,
        bytesPerDay: 754_272_000, retentionNs: 604_800_000_000_000, retainedBytes: 5_279_904_000)

    private static let profile = PlanProfileRecord(
        name: "sqs-fifo", title: "Amazon SQS FIFO queue",
        quotas: [
            PlanQuotaRecord(
                quantity: "inFlight", limit: 120_000, needed: 80, unit: "messages",
                strictness: "adjustable", remark: "received and not deleted",
                source: "https://example.com/quotas", date: "2026-11-21"),
            PlanQuotaRecord(
                quantity: "messagesPerSecond", limit: 3000, needed: 5000, unit: "/s",
                strictness: "hard", remark: "the peak", source: "https://example.com/quotas",
                date: "2026-11-21"),
        ])
}
