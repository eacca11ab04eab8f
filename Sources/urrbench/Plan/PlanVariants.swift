import UrrPlatform
import UrrReport
import UrrResults
import UrrWorkload

/// The planned size when something is not as assumed, and the sizes of the rule of thumb.
struct PlanVariants {
    /// Runs that these rows need at the most.
    static let mostTrials = 8

    private let trials: PlanTrials
    private let size: PlanSize
    private var workload: PlanWorkload { trials.setup.workload }

    init(_ trials: PlanTrials, size: PlanSize) {
        self.trials = trials
        self.size = size
    }

    // MARK: What if

    /// One row for each thing that can go wrong.
    func whatIfs() throws -> [PlanVariantRecord] {
        [try crash(), try hotConcert(), try doublePeak(), try slowService(), try fewerPartitions()]
            .compactMap { $0 }
    }

    private func crash() throws -> PlanVariantRecord {
        let timeout = Quantity.duration(workload.spec.consumers[0].sessionTimeout)
        let row = PlanVariantRecord(
            name: "a consumer crashes",
            change:
                "one consumer stops at the peak for good; its partitions have no reader for the "
                + "session timeout of \(timeout)")
        if workload.readsQueue {
            return omitted(row, "workers of a queue crash by the rates of the file only")
        }
        if size.consumers > WorkloadLimits.managedMembers {
            return omitted(
                row, "members of at most \(WorkloadLimits.managedMembers) can come and go")
        }
        return try run(row, change: .crash(at: workload.load.peakAtNs))
    }

    private func hotConcert() throws -> PlanVariantRecord {
        let present = workload.load.hottestKeyShare
        // A share that the hottest key has already would change nothing.
        let share = min(0.9, max(trials.setup.hotShare, 2 * present))
        let row = PlanVariantRecord(
            name: "one hot concert",
            change: "one key takes \(Quantity.percent(share)) of all messages instead of "
                + Quantity.percent(present))
        guard workload.hasKeys else {
            return omitted(row, "messages have no keys that decide where they go")
        }
        return try run(row, change: .hotKey(share: share))
    }

    private func doublePeak() throws -> PlanVariantRecord {
        try run(
            PlanVariantRecord(
                name: "the load twice as high",
                change: "every rate is doubled: a peak of "
                    + Quantity.rate(2 * workload.load.groupPeakPerSecond)), factor: 2)
    }

    private func slowService() throws -> PlanVariantRecord {
        try run(
            PlanVariantRecord(
                name: "handling twice as slow",
                change: "a message takes "
                    + Quantity.duration(seconds: 2 * workload.load.serviceNs / 1e9)
                    + " on average"), change: .slowService(factor: 2))
    }

    private func fewerPartitions() throws -> PlanVariantRecord? {
        guard let partitions = size.partitions else { return nil }
        let row = PlanVariantRecord(
            name: "one partition fewer", change: "\(partitions - 1) instead of \(partitions)")
        guard partitions > 1 else { return omitted(row, "there is only one") }
        return try run(
            row, size: PlanSize(consumers: size.consumers, partitions: partitions - 1))
    }

    // MARK: Rule of thumb

    /// Headroom factors of the rule: none, and what is usually added.
    private static let headroom = [1, 2, 3]

    /// The peak over the rate of one consumer, with one, two and three times as many; a partition
    /// for each.
    func ruleOfThumb(_ count: Int) throws -> [PlanVariantRecord] {
        try Self.headroom.map { factor in
            let consumers = factor * count
            let row = PlanVariantRecord(
                name: factor == 1 ? "without headroom" : "x \(factor)",
                change: "\(consumers) consumers"
                    + (size.partitions == nil ? "" : ", a partition for each"))
            guard consumers <= WorkloadLimits.partitions else {
                return omitted(row, "more than the \(WorkloadLimits.partitions) that can be had")
            }
            return try run(
                row,
                size: PlanSize(
                    consumers: consumers, partitions: size.partitions.map { _ in consumers }),
                purpose: "rule")
        }
    }

    // MARK: Runs

    private func run(
        _ row: PlanVariantRecord, size: PlanSize? = nil, factor: Double = 1,
        change: PlanWorkload.Change = .none, purpose: String = "what-if"
    ) throws -> PlanVariantRecord {
        var row = row
        do {
            row.trial = try trials.outcome(
                size ?? self.size, factor: factor, change: change, purpose: purpose
            ).trial
            return row
        } catch is PlanTrials.Stop {
            return omitted(row, "the time was over")
        } catch let problem as SteadyLoad.Problem {
            return omitted(row, problem.lines.joined(separator: "; "))
        }
    }

    private func omitted(_ row: PlanVariantRecord, _ reason: String) -> PlanVariantRecord {
        var row = row
        row.omitted = reason
        return row
    }
}
