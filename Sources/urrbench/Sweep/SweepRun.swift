import Foundation
import UrrAnalysis
import UrrReport
import UrrResults
import UrrWorkload

/// Carries out a sweep, from where it stands.
final class SweepRun {
    private let setup: SweepSetup
    private let destination: ResultDestination
    private let options: Options
    private(set) var record: SweepRecord
    /// Where the sweep is stored.
    private(set) var path: String?
    /// Runs that could not be carried out, for the user.
    private(set) var failures: [String] = []

    struct Options {
        /// Whether to say nothing meanwhile.
        var isQuiet = false
        /// Whether to store the whole record of each run, too.
        var keepsRuns = false
        /// Whether to run in virtual time.
        var isVirtual = false
    }

    init(
        _ setup: SweepSetup, record: SweepRecord, destination: ResultDestination, options: Options
    ) {
        self.setup = setup
        self.record = record
        self.destination = destination
        self.options = options
    }

    /// A new sweep of `setup`, of which nothing has been run.
    static func newRecord(_ setup: SweepSetup, driver: String) throws -> SweepRecord {
        let run = WorkloadRun(loaded: setup.base, overrides: setup.overrides, manner: .none)
        return SweepRecord(
            sweepId: run.runId, startedAt: run.startedAtText, workload: try run.workloadRecord(),
            seed: DecimalUInt64(setup.base.spec.seed), driver: DriverRecord(name: driver),
            trials: setup.plan.trials,
            axes: setup.plan.axes.map { SweepAxisRecord(name: $0.name, values: $0.values) },
            cells: setup.plan.cells.map {
                SweepCellRecord(values: $0.values, overrides: $0.overrides)
            })
    }

    /// Runs that are still to be made, in order.
    var missing: [SweepStep] {
        let done = Set(record.runs.map { SweepStep(cell: $0.cell, trial: $0.trial) })
        return setup.plan.steps.filter { !done.contains($0) }
    }

    /// Makes the first `limit` of the missing runs, and stores the sweep after each of them. Ends
    /// early where somebody interrupts; the run that was interrupted does not count. Throws where
    /// the sweep cannot be stored, or where the machine is another one than before.
    func run(limit: Int) throws {
        try save()
        let steps = Array(missing.prefix(limit))
        for (place, step) in steps.enumerated() {
            if Interruption.isRequested { return }
            do {
                let run = try execute(step)
                if run.interrupted { return }
                try take(run, step)
                tell(run, step, place: place, of: steps)
            } catch let error as SweepSetup.Problems {
                throw error
            } catch let error as ResultError {
                throw error
            } catch {
                failures.append("\(name(of: step)): \(error)")
                say("[\(place + 1)/\(steps.count)] \(name(of: step)): \(error)\n")
            }
        }
    }

    private func execute(_ step: SweepStep) throws -> RunRecord {
        let overrides = setup.overrides(of: step)
        let run = WorkloadRun(
            loaded: try setup.load(step), overrides: overrides, manner: .none)
        return options.isVirtual ? try run.simulate() : try run.execute(log: nil)
    }

    private func take(_ run: RunRecord, _ step: SweepStep) throws {
        if let machine = record.machine {
            let differences = Self.differences(machine, run.machine)
            guard differences.isEmpty else {
                throw SweepSetup.Problems(lines: [
                    "sweep: --resume: the runs so far were made elsewhere, so the cells could not "
                        + "be compared: " + differences.joined(separator: ", ")
                ])
            }
        }
        record.machine = run.machine
        record.driver = run.driver
        var short = SweepRunRecord(run, cell: step.cell, trial: step.trial)
        if !run.simulated { short.costs = try RunCostRecord(run) }
        record.runs.append(short)
        if options.keepsRuns { try destination.store?.save(run) }
        try save()
    }

    private func save() throws(ResultError) { path = try destination.save(record) }

    /// In what two machines or builds differ so much that their numbers cannot be compared.
    static func differences(_ before: MachineRecord, _ now: MachineRecord) -> [String] {
        let pairs = [
            ("processor", before.cpuModel, now.cpuModel),
            ("CPUs", "\(before.allowedCPUs.count)", "\(now.allowedCPUs.count)"),
            ("build", before.buildMode, now.buildMode),
            ("commit", before.gitCommit, now.gitCommit),
            ("clock", before.clockSource, now.clockSource),
        ]
        return pairs.filter { $0.1 != $0.2 }.map {
            "\($0.0) \(printable($0.1)) then, \(printable($0.2)) now"
        }
    }

    // MARK: Progress

    private func name(of step: SweepStep) -> String {
        let cell = setup.plan.cells[step.cell]
        let values = zip(setup.plan.axes, cell.values).map { "\($0.name)=\($1)" }
        return printable(values.joined(separator: " ")) + ", trial \(step.trial + 1)"
    }

    private func tell(_ run: RunRecord, _ step: SweepStep, place: Int, of steps: [SweepStep]) {
        let catalogue = MetricCatalogue()
        func value(_ name: String) -> Double? { catalogue.evaluate(name, in: run)?.value }
        let rate = value("throughput.handled").map { Quantity.rate($0) } ?? "-"
        let p99 = value("response.p99").map { Quantity.duration(seconds: $0 / 1e9) } ?? "-"
        let rest = setup.duration(of: Array(steps.dropFirst(place + 1))).least
        let left = rest > 0 ? "; about \(SweepText.time(rest)) left" : ""
        say(
            "[\(place + 1)/\(steps.count)] \(name(of: step)): handled \(rate), response p99 "
                + "\(p99), \(run.verdict.value.rawValue)\(left)\n")
    }

    private func say(_ text: String) {
        if !options.isQuiet { Console.progress(text) }
    }
}
