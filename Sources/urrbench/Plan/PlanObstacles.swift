import UrrAnalysis
import UrrReport
import UrrResults
import UrrWorkload

/// Why no size meets the objectives, from the run of the largest one, and what would have to change.
struct PlanObstacles {
    /// In sentences; at least one.
    private(set) var reasons: [String] = []
    /// In sentences; at least one.
    private(set) var changes: [String] = []

    private let load: PlanLoadRecord
    private let size: PlanSize

    init(_ setup: PlanSetup, _ outcome: PlanTrials.Outcome) {
        load = setup.workload.load
        size = outcome.trial.size
        explainKey()
        explainService(setup, outcome.run)
        explainLack(setup)
        explainFailures(setup)
        let values = outcome.trial.reasons.joined(separator: "; ")
        let partitions = size.partitions.map { ", \($0) partitions" } ?? ""
        reasons.append("At \(size.consumers) consumers\(partitions): \(values).")
        if changes.isEmpty {
            changes.append(
                "More consumers would not help: an objective that fits the workload would.")
        }
    }

    private var cap: Double? {
        CapacityArithmetic.keyCap(
            share: load.hottestKeyShare, serviceNs: load.serviceNs,
            concurrency: size.partitions == nil ? 1 : load.concurrency)
    }

    /// Messages of one key are handled by one consumer, however many there are.
    private mutating func explainKey() {
        guard let cap, cap < load.groupPeakPerSecond else { return }
        let share = load.hottestKeyShare
        let service = load.serviceNs / 1e9
        reasons.append(
            "The hottest key has \(Quantity.percent(share)) of the messages, "
                + "\(Quantity.rate(share * load.groupPeakPerSecond)) at the peak, and the one "
                + "consumer that may handle them does \(Quantity.rate(share * cap)): a load of "
                + "\(Quantity.percent(load.groupPeakPerSecond / cap)), whatever the number of "
                + "consumers.")
        changes.append(
            "Split the hottest key, so that it has at most "
                + "\(Quantity.percent(share * cap / load.groupPeakPerSecond)) of the messages; or "
                + "handle a message in at most "
                + "\(Quantity.duration(seconds: service * cap / load.groupPeakPerSecond)); or keep "
                + "the peak below \(Quantity.rate(cap)); or allow a backlog during the peak, with "
                + "an objective such as lag.recovery.")
    }

    /// A response is never shorter than its service.
    private mutating func explainService(_ setup: PlanSetup, _ run: RunRecord) {
        for objective in setup.objectives.objectives {
            guard objective.comparison == .less || objective.comparison == .lessOrEqual,
                let part = ["response.", "endToEnd."].first(where: {
                    objective.metric.contains($0)
                }), let range = objective.metric.range(of: part)
            else { continue }
            let statistic = objective.metric[range.upperBound...]
            let service = MetricCatalogue().evaluate("service.\(statistic)", in: run)?.value
            guard let service, !objective.comparison.holds(service, objective.limit) else {
                continue
            }
            let time = Quantity.duration(seconds: service / 1e9)
            reasons.append(
                "Handling alone has a \(statistic) of \(time), which \(objective.expression) does "
                    + "not allow even without any waiting.")
            changes.append(
                "Make handling faster than "
                    + "\(Quantity.duration(seconds: objective.limit / 1e9)) (\(statistic)), or "
                    + "raise the objective above \(time).")
        }
    }

    /// A message that failed waits for its next attempt, whoever is free meanwhile.
    private mutating func explainFailures(_ setup: PlanSetup) {
        guard let faults = setup.workload.spec.consumers[0].receiving?.faults else { return }
        let rate = faults.failureRate + faults.poisonRate + faults.crashBeforeHandling
        guard rate + faults.crashAfterHandling > 0 else { return }
        reasons.append(
            "The file lets workers fail and crash: what failed comes again only after its wait or "
                + "its visibility timeout, and holds up what is behind it in its message group, "
                + "whatever the number of workers.")
        changes.append(
            "Shorten retryAfter and the visibility timeout, fail less often, or plan without "
                + "failures (--set consumers.N.failureRate=0, poisonRate=0, crash=null).")
    }

    /// The bound of the search, and not the system, may be what is in the way.
    private mutating func explainLack(_ setup: PlanSetup) {
        let needed = CapacityArithmetic.consumers(
            peakPerSecond: load.groupPeakPerSecond, serviceNs: load.serviceNs,
            concurrency: load.concurrency)
        guard needed > size.consumers || reasons.isEmpty && needed * 2 > size.consumers else {
            return
        }
        reasons.append(
            "The peak is the work of \(needed) consumers, and \(size.consumers) is the most that "
                + "the search may take.")
        changes.append(
            "Raise --max-consumers\(size.partitions == nil ? "" : " and --max-partitions").")
    }
}
