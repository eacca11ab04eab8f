import Foundation
import UrrAnalysis
import UrrPlatform
import UrrReport
import UrrResults
import UrrWorkload

/// Carries out one plan: search, margin, rule of thumb, what-ifs.
final class PlanRun {
    private let setup: PlanSetup
    private let trials: PlanTrials
    private let identity: WorkloadRun
    private let rules: PlanSearch.Rules
    private let ruleCount: Int

    init(_ setup: PlanSetup, isQuiet: Bool) {
        self.setup = setup
        let load = setup.workload.load
        ruleCount = CapacityArithmetic.consumers(
            peakPerSecond: load.groupPeakPerSecond, serviceNs: load.serviceNs,
            concurrency: load.concurrency)
        rules = PlanSearch.Rules(
            start: ruleCount, mostConsumers: setup.mostConsumers,
            mostPartitions: setup.mostPartitions)
        identity = WorkloadRun(loaded: setup.base, overrides: setup.overrides, manner: .none)
        trials = PlanTrials(
            setup,
            most: rules.mostTrials + MarginSearch.mostTrials + PlanVariants.mostTrials,
            isQuiet: isQuiet)
    }

    /// What is about to happen, with its price.
    var announcement: String {
        let load = setup.workload.load
        return "plan of group \(printable(setup.workload.spec.consumers[0].group)): at most "
            + "\(trials.most) runs in virtual time of about \(Quantity.number(load.messages)) "
            + "messages each; the first tells how long they take"
    }

    /// Plans to the end, to the limit of time, or to an interrupt.
    func run() throws -> PlanRecord {
        var finding = PlanFindingRecord(kind: .limited)
        var largest: PlanSize?
        var search = PlanSearch(rules)
        do {
            stepping: while true {
                switch search.request {
                case .trial(let size, let purpose):
                    let held = try trials.outcome(size, purpose: purpose.rawValue).trial.held
                    search.record(size, held: held)
                case .found(let size):
                    finding = PlanFindingRecord(kind: .found, size: size)
                    break stepping
                case .impossible(let size):
                    finding.kind = .impossible
                    largest = size
                    break stepping
                }
            }
        } catch let stop as PlanTrials.Stop {
            finding = self.finding(stop, search)
        }
        if let largest { try explain(largest, &finding) }
        return try record(finding)
    }

    private func finding(_ stop: PlanTrials.Stop, _ search: PlanSearch) -> PlanFindingRecord {
        PlanFindingRecord(
            kind: stop == .limited ? .limited : .interrupted, size: search.smallestKnown)
    }

    private func explain(_ size: PlanSize, _ finding: inout PlanFindingRecord) throws {
        let outcome = try trials.outcome(size, purpose: "consumers")
        let obstacles = PlanObstacles(setup, outcome)
        finding.reasons = obstacles.reasons
        finding.changes = obstacles.changes
    }

    // MARK: The record

    private func record(_ finding: PlanFindingRecord) throws -> PlanRecord {
        guard let last = trials.last else {
            throw SteadyLoad.Problem(lines: ["plan: stopped before anything was simulated"])
        }
        var record = PlanRecord(
            planId: identity.runId, startedAt: identity.startedAtText,
            workload: try identity.workloadRecord(), seed: DecimalUInt64(setup.base.spec.seed),
            driver: last.driver, machine: last.machine, group: last.groups[0].name,
            objectives: setup.objectives.objectives.map(\.expression), load: setup.workload.load,
            largest: PlanSize(
                consumers: rules.mostConsumers, partitions: rules.mostPartitions),
            finding: finding, trials: [],
            assumptions: PlanAssumptions.texts(setup, on: last.machine),
            prediction: setup.prediction)
        if finding.kind == .found, let size = finding.size {
            try complete(&record, size)
        }
        record.trials = trials.records
        return record
    }

    /// Adds what follows from the size that was found.
    private func complete(_ record: inout PlanRecord, _ size: PlanSize) throws {
        let outcome = try trials.outcome(size, purpose: "partitions")
        record.phases = outcome.run.phases
        let variants = PlanVariants(trials, size: size)
        record.whatIfs = try variants.whatIfs()
        record.ruleOfThumb = try variants.ruleOfThumb(ruleCount)
        let margin = try self.margin(size)
        let answer = PlanAnswer(setup, outcome, neighbours: neighbours(size))
        record.answer = answer.record(margin: margin)
        record.profile = setup.profile.map { PlanQuotas.judge($0, setup, answer) }
    }

    private func margin(_ size: PlanSize) throws -> PlanMarginRecord? {
        var search = MarginSearch()
        do {
            while true {
                switch search.request {
                case .trial(let factor):
                    let outcome = try trials.outcome(size, factor: factor, purpose: "margin")
                    search.record(factor, held: outcome.trial.held)
                case .done(let held, let missed):
                    return PlanMarginRecord(heldFactor: held, missedFactor: missed)
                }
            }
        } catch is PlanTrials.Stop {
            return nil
        }
    }

    /// What the search found out about one consumer and one partition fewer.
    private func neighbours(_ size: PlanSize) -> [String] {
        func missed(_ other: PlanSize) -> Bool {
            trials.records.contains {
                $0.size == other && $0.loadFactor == 1 && !$0.held && $0.purpose != "what-if"
            }
        }
        var texts: [String] = []
        let fewer = PlanSize(consumers: size.consumers - 1, partitions: size.partitions)
        if size.consumers == 1 {
            texts.append("One consumer is the least there can be.")
        } else if missed(fewer) {
            texts.append("One consumer fewer misses the objectives.")
        }
        if let partitions = size.partitions {
            let fewer = PlanSize(consumers: size.consumers, partitions: partitions - 1)
            if partitions == size.consumers {
                texts.append(
                    "One partition fewer leaves a consumer without one, which is one consumer "
                        + "fewer.")
            } else if missed(fewer) {
                texts.append("One partition fewer misses the objectives.")
            }
        }
        return texts
    }
}
