import Foundation
import UrrPlatform
import UrrReport
import UrrResults
import UrrWorkload

/// Makes the simulated runs of a plan, each at most once, until the time is over.
final class PlanTrials {
    /// Why no further run was made.
    enum Stop: Error {
        case limited
        case interrupted
    }

    private struct Key: Hashable {
        let size: PlanSize
        let factor: Double
        let change: PlanWorkload.Change
    }

    /// What one run came to, with more than is stored of it.
    struct Outcome {
        var trial: PlanTrialRecord
        var run: RunRecord
    }

    let setup: PlanSetup
    private let isQuiet: Bool
    private let started = ContinuousClock.now
    private var known: [Key: Outcome] = [:]
    /// Every run, in order.
    private(set) var records: [PlanTrialRecord] = []
    /// The last run, for what it says about driver and machine.
    private(set) var last: RunRecord?
    /// How many runs there may be.
    let most: Int

    init(_ setup: PlanSetup, most: Int, isQuiet: Bool) {
        self.setup = setup
        self.most = most
        self.isQuiet = isQuiet
    }

    /// Seconds since the plan was begun.
    private var elapsed: Double {
        let parts = (ContinuousClock.now - started).components
        return Double(parts.seconds) + Double(parts.attoseconds) / 1e18
    }

    /// The run of `size`; throws `Stop` where there is no time for it.
    func outcome(
        _ size: PlanSize, factor: Double = 1, change: PlanWorkload.Change = .none, purpose: String
    ) throws -> Outcome {
        let key = Key(size: size, factor: factor, change: change)
        if let outcome = known[key] { return outcome }
        if Interruption.isRequested { throw Stop.interrupted }
        // The first run tells what the others will take, and is always made.
        if let limit = setup.limitSeconds, !records.isEmpty, elapsed >= limit {
            throw Stop.limited
        }
        let loaded = try setup.workload.variant(size, factor: factor, change)
        let run = try WorkloadRun(loaded: loaded, overrides: setup.overrides, manner: .none)
            .simulate(setup.calibration)
        if run.interrupted || Interruption.isRequested { throw Stop.interrupted }
        var trial = judge(run, size: size, purpose: purpose)
        trial.loadFactor = factor
        last = run
        records.append(trial)
        tell(trial)
        trial.series = PlanSeriesRecord(run)
        let outcome = Outcome(trial: trial, run: run)
        known[key] = outcome
        return outcome
    }

    private func judge(_ run: RunRecord, size: PlanSize, purpose: String) -> PlanTrialRecord {
        let group = run.groups[0]
        let judged = setup.objectives.judge(run)
        var reasons = judged.filter { $0.answer != .holds }.map { answer in
            let record = answer.record
            let value = answer.answer == .unknown ? record.reason ?? "cannot be told" : nil
            return value.map { "\(record.expression): \($0)" } ?? record.expression
        }
        // Percentiles of those that were handled would leave out the worst.
        if group.accounting.unhandledAtEnd > 0 {
            reasons.append(
                "\(Quantity.count(group.accounting.unhandledAtEnd)) messages were not handled by "
                    + "the end of the drain")
        }
        if run.producers.contains(where: { $0.backPressured > 0 }) {
            reasons.append(
                "the simulated log, as large as this machine's memory allows, was full and held "
                    + "producers back")
        }
        return PlanTrialRecord(
            purpose: purpose, size: size, held: reasons.isEmpty, reasons: reasons,
            objectives: judged.map { answer in
                var record = answer.record
                record.passed = answer.answer == .holds
                return record
            }, lagPeak: group.lag.peak, recoveryNs: group.lag.recoveryNs,
            idleMembers: group.idleMembers)
    }

    private func tell(_ trial: PlanTrialRecord) {
        guard !isQuiet else { return }
        Console.progress(PlanText.line(trial, number: records.count) + "\n")
        // The first run tells what the others will take.
        if records.count == 1 {
            let seconds = elapsed * Double(most)
            var text = "about \(SweepText.time(seconds)) at the most"
            if let limit = setup.limitSeconds, seconds > limit {
                text += "; ends after \(SweepText.time(limit)) (--limit) with what is known then"
            }
            Console.progress(text + "\n")
        }
    }
}

extension PlanSeriesRecord {
    /// The planned group of `run` over time.
    fileprivate init(_ run: RunRecord) {
        var before: Int64 = 0
        var offered: [Double] = []
        for row in run.series.rows {
            let length = Double(row.atNs - before) / 1e9
            // The rest of an interval at the end of a phase makes no rate.
            let isWhole = row.atNs - before >= run.series.intervalNs / 4
            offered.append(length > 0 && isWhole ? Double(row.offered) / length : 0)
            before = row.atNs
        }
        self.init(
            instantsNs: run.series.rows.map(\.atNs),
            lag: run.series.rows.map { $0.groups.first?.lag },
            responseP99Ns: run.series.rows.map { $0.groups.first?.responseP99Ns },
            offeredPerSecond: offered)
    }
}
