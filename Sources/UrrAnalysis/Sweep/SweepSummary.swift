import UrrMeasure
import UrrResults

/// One group in one cell of a sweep, over all its trials that can be used.
public struct SweepCellSummary: Sendable, Equatable {
    /// Index of the cell.
    public let cell: Int
    /// Runs of the cell, whatever their verdict.
    public let runs: Int
    /// Runs by verdict.
    public let verdicts: [Verdict: Int]
    /// Members of the group, those without a partition among them.
    public let members, idleMembers: Int
    /// Messages handled a second in each usable trial, in the order of the trials.
    public let handled: [Double]
    /// The same while the group was behind; fewer where it was not.
    public let saturated: [Double]
    /// Messages a second that the schedule asked for; the mean of the trials.
    public let offered: Double?
    /// Percentiles of the response from the merged histograms of all usable trials, in nanoseconds;
    /// those that the number of messages supports.
    public let responseNs: [Double: Int64]
    /// Highest lag of any trial, in messages.
    public let lagPeak: Int64
    /// Longest recovery of the trials; nil where one did not recover.
    public let recoveryNs: Int64?
    /// Processor time of all workers per message sent, in nanoseconds; the median of the trials.
    public let processorNsPerMessage: Double?

    /// Members that had something to do.
    public var activeMembers: Int { members - idleMembers }

    /// The percentiles that are kept.
    public static let percentiles: [Double] = [50, 99, 99.9]
}

extension SweepRecord {
    /// Names of all groups, in the order of the workload.
    public var groupNames: [String] {
        var names: [String] = []
        for run in runs {
            for group in run.groups where !names.contains(group.name) { names.append(group.name) }
        }
        return names
    }

    /// Runs that are still to be made.
    public var missingRuns: Int { cells.count * trials - runs.count }

    /// Every cell that was run at least once, for one group. Runs that are INVALID are counted and
    /// not used. O(runs), and their histograms are decoded and merged.
    public func summaries(ofGroup name: String) -> [SweepCellSummary] {
        cells.indices.compactMap { cell in
            let runs = runs.filter { $0.cell == cell }.sorted { $0.trial < $1.trial }
            return runs.isEmpty ? nil : Self.summary(cell, runs, name)
        }
    }

    private static func summary(
        _ cell: Int, _ runs: [SweepRunRecord], _ name: String
    ) -> SweepCellSummary? {
        guard let first = runs.lazy.compactMap({ $0.group(name) }).first else { return nil }
        let usable = runs.filter { $0.verdict.value != .invalid }
        let groups = usable.compactMap { $0.group(name) }
        let recoveries = groups.map(\.lag.recoveryNs)
        let offered = usable.compactMap(\.offeredPerSecond)
        return SweepCellSummary(
            cell: cell, runs: runs.count,
            verdicts: Dictionary(runs.map { ($0.verdict.value, 1) }, uniquingKeysWith: +),
            members: first.members, idleMembers: first.idleMembers,
            handled: groups.compactMap(\.handledPerSecond),
            saturated: groups.compactMap(\.saturatedPerSecond),
            offered: offered.isEmpty ? nil : offered.reduce(0, +) / Double(offered.count),
            responseNs: percentiles(groups.map(\.response)),
            lagPeak: groups.map(\.lag.peak).max() ?? 0,
            recoveryNs: recoveries.contains(nil) ? nil : recoveries.compactMap { $0 }.max(),
            processorNsPerMessage: Quantile.median(usable.compactMap(\.processorNsPerMessage)))
    }

    /// Percentiles of everything that the histograms hold together; a damaged one is left out.
    private static func percentiles(_ records: [HistogramRecord]) -> [Double: Int64] {
        guard let sum = try? Histogram() else { return [:] }
        defer { sum.deallocate() }
        for record in records { try? record.withHistogram { sum.add($0) } }
        let count = sum.count + sum.overflow
        var found: [Double: Int64] = [:]
        for percentile in SweepCellSummary.percentiles
        where Percentiles.isSupported(percentile, count: count) {
            found[percentile] = sum.value(atPercentile: percentile)
        }
        return found
    }
}

extension SweepRunRecord {
    /// The group of that name.
    public func group(_ name: String) -> SweepGroupRecord? {
        groups.first { $0.name == name }
    }
}
