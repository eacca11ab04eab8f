import UrrResults

/// A made-up sweep over the number of consumers, for tests of whatever reads sweeps.
public enum SampleSweep {
    /// One group called `group`, a cell for each of `counts`; `throughput` tells what the group did
    /// in a cell and a trial, always behind.
    public static func record(
        counts: [Double], trials: Int, throughput: (Double, Int) -> Double
    ) -> SweepRecord {
        var sweep = SweepRecord(
            sweepId: "sample", startedAt: "2026-11-21T01:33:23Z",
            workload: WorkloadRecord(name: "scaling", digest: "00", document: .null), seed: 7,
            driver: DriverRecord(name: "embedded"), machine: SampleRun.record().machine,
            trials: trials,
            axes: [
                SweepAxisRecord(name: "consumers", values: counts.map { "\(Int($0))" })
            ],
            cells: counts.map {
                SweepCellRecord(
                    values: ["\(Int($0))"], overrides: ["consumers.0.instances=\(Int($0))"])
            })
        for trial in 0..<trials {
            for (cell, count) in counts.enumerated() {
                sweep.runs.append(
                    run(cell, trial, members: Int(count), throughput(count, trial)))
            }
        }
        return sweep
    }

    private static func run(
        _ cell: Int, _ trial: Int, members: Int, _ throughput: Double
    ) -> SweepRunRecord {
        SweepRunRecord(
            cell: cell, trial: trial, runId: "r\(cell)-\(trial)", startedAt: "2026-11-21T01:33:23Z",
            durationNs: 7_000_000_000, verdict: VerdictRecord(value: .valid),
            offeredPerSecond: 100_000, sentPerSecond: 100_000, processorNsPerMessage: 800,
            processorLoad: 0.4,
            groups: [
                SweepGroupRecord(
                    name: "group", members: members, idleMembers: 0, handledPerSecond: throughput,
                    saturatedPerSecond: throughput,
                    response: SampleRun.histogram([1_000_000: 9_900, 20_000_000: 100]),
                    lag: LagRecord(
                        peak: 5000, peakAtNs: 1, peakSeconds: 0.1, area: 1, recoveryNs: 2_000_000,
                        finalLag: 0, sampleIntervalNs: 20_000_000))
            ])
    }
}
