import Foundation
import UrrAnalysis
import UrrPlatform
import UrrReport
import UrrResults
import UrrWorkload

/// Carries out one search for the knee.
final class KneeRun {
    struct Options {
        var rules: KneeSearch.Rules
        /// How long a rate is held, in nanoseconds.
        var hold: Nanoseconds
        var seed: UInt64
        var isVirtual: Bool
        var isQuiet: Bool
        var hasHysteresis: Bool
    }

    private let path: String
    private let overrides: [String]
    private let base: LoadedWorkload
    private let load: SteadyLoad
    private let objectives: KneeObjectives
    private let options: Options
    private let judge: StepJudge
    private var steps: [KneeStepRecord] = []
    private var last: RunRecord?
    private let identity: WorkloadRun

    init(
        path: String, overrides: [String], base: LoadedWorkload, load: SteadyLoad,
        objectives: KneeObjectives, options: Options
    ) {
        self.path = path
        self.overrides = overrides
        self.base = base
        self.load = load
        self.objectives = objectives
        self.options = options
        judge = StepJudge(objectives: objectives)
        identity = WorkloadRun(loaded: base, overrides: overrides, manner: .none)
    }

    /// Searches to the end, or to an interrupt.
    func run() throws -> KneeRecord {
        var search = KneeSearch(options.rules)
        var finding: KneeFindingRecord?
        while finding == nil {
            switch search.request {
            case .done(let found): finding = found
            case .step(let stage, let rate):
                guard let step = try self.step(stage, rate) else {
                    finding = KneeFindingRecord(kind: .interrupted)
                    continue
                }
                steps.append(step)
                search.record(step.outcome)
                tell(step)
            }
        }
        let found = finding ?? KneeFindingRecord(kind: .interrupted)
        return try record(found, hysteresis: try hysteresis(found))
    }

    private func record(
        _ finding: KneeFindingRecord, hysteresis: KneeHysteresisRecord?
    ) throws -> KneeRecord {
        guard let last else {
            throw SteadyLoad.Problem(lines: ["knee: interrupted before anything was measured"])
        }
        return KneeRecord(
            kneeId: identity.runId, startedAt: identity.startedAtText,
            simulated: options.isVirtual, workload: try identity.workloadRecord(),
            seed: DecimalUInt64(options.seed), driver: last.driver, machine: last.machine,
            objectives: objectives.objectives.map(\.expression),
            resolution: options.rules.resolution, steps: steps, finding: finding,
            hysteresis: hysteresis)
    }

    // MARK: Steps

    /// Longest time that a rate is held, as a multiple of what was asked for.
    private static let longestHold: Nanoseconds = 64
    private static let warmup: Nanoseconds = 1_000_000_000
    private static let drain: Nanoseconds = 2_000_000_000

    /// Tries a rate for as long as it takes to tell; nil where somebody interrupts.
    private func step(_ stage: KneeSearch.Stage, _ rate: Double) throws -> KneeStepRecord? {
        var hold = shortestHold(rate)
        while true {
            let run = try execute(
                load.steady(rate: rate, hold: hold, warmup: Self.warmup, drain: Self.drain))
            if run.interrupted || Interruption.isRequested { return nil }
            last = run
            let sent = MetricCatalogue().evaluate("throughput.sent", in: run)?.value
            func result(_ outcome: KneeOutcome, _ reasons: [String], _ judged: [ThresholdRecord])
                -> KneeStepRecord
            {
                KneeStepRecord(
                    stage: stage.rawValue, ratePerSecond: rate, sentPerSecond: sent, holdNs: hold,
                    outcome: outcome, reasons: reasons, objectives: judged,
                    verdict: run.verdict.value)
            }
            if let judged = judge.judge(run) {
                return result(judged.outcome, judged.reasons, judged.objectives)
            }
            guard hold < options.hold * Self.longestHold else {
                let open = objectives.judge(run).filter { $0.answer == .unknown }
                return result(
                    .disturbed, open.map { $0.record.reason ?? $0.record.expression },
                    open.map(\.record))
            }
            hold *= 2
        }
    }

    /// Long enough for the percentiles that are asked for, at this rate.
    private func shortestHold(_ rate: Double) -> Nanoseconds {
        let needed = 1.2 * Double(objectives.samplesNeeded) / max(rate, 1e-3) * 1e9
        let most = options.hold * Self.longestHold
        return max(options.hold, Nanoseconds(min(needed, Double(most))))
    }

    private func execute(_ changes: [String]) throws -> RunRecord {
        // Another seed for each step: the same arrivals again would be the same answer again.
        let seed = options.seed &+ UInt64(steps.count)
        let texts = overrides + changes + ["seed=\(seed)"]
        let loaded = try WorkloadFile.load(
            path: path, overrides: try texts.map { text in try Override(text) },
            checks: options.isVirtual ? .forSimulation : .forThisProgram)
        let run = WorkloadRun(loaded: loaded, overrides: texts, manner: .none)
        return options.isVirtual ? try run.simulate() : try run.execute(log: nil)
    }

    private func tell(_ step: KneeStepRecord) {
        guard !options.isQuiet else { return }
        Console.progress(KneeText.line(step, number: steps.count) + "\n")
    }

    // MARK: Up and down

    /// Rates of the run up and down, as shares of the knee: close by, and once well beyond.
    private static let climb = [0.8, 0.9, 0.95, 1, 1.05, 1.1, 1.25]

    private func hysteresis(_ finding: KneeFindingRecord) throws -> KneeHysteresisRecord? {
        guard options.hasHysteresis, finding.kind == .found, let knee = finding.ratePerSecond,
            objectives.objectives.contains(where: { PlateauJudge.canTell($0) })
        else { return nil }
        let shares = Self.climb + Self.climb.dropLast().reversed()
        let rates = shares.map { $0 * knee }
        let hold = shortestHold(rates.min() ?? knee)
        if !options.isQuiet {
            let seconds = Double(hold) * Double(rates.count) / 1e9
            Console.progress("up and down past the knee, about \(SweepText.time(seconds))\n")
        }
        let run = try execute(
            load.plateaus(
                rates: rates, hold: hold, warmup: Self.warmup, drain: 15 * Self.drain))
        if run.interrupted || Interruption.isRequested { return nil }
        let plateaus = rates.indices.map { index in
            PlateauJudge(objectives: objectives.objectives).judge(
                run, plateau: index, isUp: index < Self.climb.count, rate: rates[index])
        }
        return Self.hysteresis(plateaus)
    }

    /// Up to where the rate held on the way up, and from where on it held on the way down.
    static func hysteresis(_ plateaus: [KneePlateauRecord]) -> KneeHysteresisRecord {
        let up = plateaus.filter(\.isUp).prefix { $0.held }
        let down = plateaus.filter { !$0.isUp }.reversed().prefix { $0.held }
        return KneeHysteresisRecord(
            plateaus: plateaus, upPerSecond: up.last?.ratePerSecond,
            downPerSecond: down.last?.ratePerSecond)
    }
}
