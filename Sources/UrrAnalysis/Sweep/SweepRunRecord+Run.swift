import UrrResults

extension SweepRunRecord {
    /// The short form of `run`, which was trial `trial` of cell `cell`.
    public init(_ run: RunRecord, cell: Int, trial: Int) {
        let catalogue = MetricCatalogue()
        func value(_ name: String) -> Double? { catalogue.evaluate(name, in: run)?.value }
        let groups = run.groups.enumerated().map { index, group in
            var lag = group.lag
            lag.statesTimeline = []
            return SweepGroupRecord(
                name: group.name, members: group.members, idleMembers: group.idleMembers,
                handledPerSecond: value("\(group.name).throughput.handled"),
                saturatedPerSecond: SaturatedRate.perSecond(ofGroup: index, in: run),
                response: group.latencies.response, lag: lag)
        }
        self.init(
            cell: cell, trial: trial, runId: run.runId, startedAt: run.startedAt,
            durationNs: run.durationNs, verdict: run.verdict,
            offeredPerSecond: Self.offered(run), sentPerSecond: value("throughput.sent"),
            processorNsPerMessage: value("cpu.perMessage"), processorLoad: value("cpu.load"),
            lost: run.accounting.lost, corrupted: run.accounting.corrupted,
            reordered: run.accounting.reordered, duplicates: run.accounting.duplicates,
            violations: Self.violations(run), groups: groups)
    }

    private static func violations(_ run: RunRecord) -> UInt64 {
        let queues = (run.queues ?? []).map(\.accounting)
        return run.accounting.violations
            + queues.reduce(0) { $0 + $1.wronglySuppressed + $1.notSuppressed }
    }

    /// Messages a second that the schedule asked for, over the rows of the measured phase.
    private static func offered(_ run: RunRecord) -> Double? {
        var count = 0.0
        var seconds = 0.0
        var before: Int64 = 0
        for row in run.series.rows {
            if row.phase == "measure" {
                count += Double(row.offered)
                seconds += Double(row.atNs - before) / 1e9
            }
            before = row.atNs
        }
        return seconds > 0 ? count / seconds : nil
    }
}
