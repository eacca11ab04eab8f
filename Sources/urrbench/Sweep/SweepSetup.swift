import Foundation
import UrrPlatform
import UrrReport
import UrrResults
import UrrWorkload

/// Everything that a sweep needs to know before its first run.
struct SweepSetup {
    /// The workload's file.
    let path: String
    /// Overrides for all cells, as texts.
    let overrides: [String]
    let base: LoadedWorkload
    let plan: SweepPlan
    /// Whether the runs are in virtual time.
    let isVirtual: Bool

    /// What is wrong with a sweep; every problem that was found.
    struct Problems: Error, CustomStringConvertible {
        let lines: [String]
        var description: String { lines.joined(separator: "\n") }
    }

    /// Reads the workload and the axes: those of the command line where there are any of that name,
    /// else those of the file.
    init(_ arguments: ParsedArguments) throws {
        let chosen = SweepAxes.settings(arguments)
        var texts = chosen.filter { $0.values.count == 1 }.map { "\($0.path)=\($0.values[0])" }
        if let seed = arguments.number("seed") { texts.append("seed=\(seed)") }
        path = try WorkloadFile.resolve(
            arguments.operands[0], workloadsDirectory: ProgramEnvironment.workloadsDirectory)
        isVirtual = arguments.has("virtual")
        let loaded = try Self.load(path, texts, isVirtual: isVirtual)
        if let hold = arguments.number("hold") {
            texts += try Self.steady(loaded.spec, hold: Nanoseconds(hold) * 1_000_000)
            base = try Self.load(path, texts, isVirtual: isVirtual)
        } else {
            base = loaded
        }
        overrides = texts
        let trials = arguments.number("trials").map { Int($0) }
        do {
            plan = try SweepPlan(
                axes: try SweepAxes.axes(arguments, file: loaded.spec.sweep),
                trials: trials ?? loaded.spec.sweep?.trials ?? SweepSpec.defaultTrials,
                spec: base.spec, seed: base.spec.seed)
        } catch let error as SweepPlanError {
            throw Problems(lines: ["sweep: \(error)"])
        }
    }

    /// The setup that `record` was made with. Throws where the workload is not the same any more.
    init(continuing record: SweepRecord, file: String, isVirtual: Bool) throws {
        self.isVirtual = isVirtual
        path = try WorkloadFile.resolve(
            file, workloadsDirectory: ProgramEnvironment.workloadsDirectory)
        overrides = record.workload.overrides
        do {
            base = try Self.load(path, overrides, isVirtual: isVirtual)
        } catch let error as WorkloadFileError {
            throw Problems(lines: [
                "sweep: --resume: \(file) does not take the changes that the sweep was begun with:",
                "\(error)",
            ])
        }
        let digest = try WorkloadRun(loaded: base, overrides: overrides, manner: .none)
            .workloadRecord().digest
        guard digest == record.workload.digest else {
            throw Problems(lines: [
                "sweep: --resume: \(file) is not the workload that the sweep was begun with "
                    + "(digest \(digest), in the sweep \(record.workload.digest))"
            ])
        }
        plan = try SweepPlan(
            axes: record.axes.map(SweepAxes.axis), trials: record.trials, spec: base.spec,
            seed: record.seed.value)
        guard plan.cells.map(\.values) == record.cells.map(\.values) else {
            throw Problems(lines: [
                "sweep: --resume: the cells in the file are not those of its axes"
            ])
        }
    }

    /// Phases around a steady load. Cells that fall behind would only ever handle what a warm-up had
    /// left them, so there is none.
    private static let warmup: Nanoseconds = 0
    private static let drain: Nanoseconds = 500_000_000

    /// What makes the load of `spec` steady at its peak. Nothing is said of what the file expects of
    /// its own arrivals, and cells that fall behind need not come back.
    private static func steady(_ spec: WorkloadSpec, hold: Nanoseconds) throws -> [String] {
        let load: SteadyLoad
        do throws(SteadyLoad.Problem) {
            load = try SteadyLoad(spec)
        } catch {
            throw Problems(
                lines: error.lines.map { "sweep: --hold: " + $0.replacing("knee: ", with: "") })
        }
        return load.steady(rate: load.total, hold: hold, warmup: warmup, drain: drain)
    }

    private static func load(
        _ path: String, _ texts: [String], isVirtual: Bool
    ) throws -> LoadedWorkload {
        try WorkloadFile.load(
            path: path, overrides: try texts.map { text in try Override(text) },
            checks: isVirtual ? .forSimulation : .forThisProgram)
    }

    /// The overrides of one run: those of all cells, of its cell, and its seed.
    func overrides(of step: SweepStep) -> [String] {
        let seed = base.spec.seed &+ UInt64(step.trial)
        return overrides + plan.cells[step.cell].overrides + ["seed=\(seed)"]
    }

    /// The workload of one run.
    func load(_ step: SweepStep) throws -> LoadedWorkload {
        try Self.load(path, overrides(of: step), isVirtual: isVirtual)
    }

    /// Checks every cell of `steps` before the first one is run, so that nothing is wrong an hour
    /// later. Throws every problem, with the cell that has it.
    func check(_ steps: [SweepStep]) throws(Problems) {
        var lines: [String] = []
        for cell in Set(steps.map(\.cell)).sorted() {
            do {
                _ = try load(SweepStep(cell: cell, trial: 0))
            } catch {
                let name = zip(plan.axes, plan.cells[cell].values).map { "\($0.name)=\($1)" }
                lines.append("in the cell \(name.joined(separator: " ")): \(error)")
            }
            // One mistake is often in every cell.
            if lines.count == 20 { break }
        }
        guard lines.isEmpty else { throw Problems(lines: lines.map { printable($0) }) }
    }

    // MARK: Time

    /// How long the runs of `steps` take, in seconds: without and with their whole drains. Each run
    /// has about a second and a half of preparation beside its phases.
    func duration(of steps: [SweepStep]) -> (least: Double, most: Double) {
        // Only an axis that names the phases makes cells differ in length.
        let isUniform = !plan.axes.contains { $0.name.hasPrefix("phases") }
        var lengths: [Int: (Double, Double)] = [:]
        var least = 0.0
        var most = 0.0
        for step in steps {
            if lengths[step.cell] == nil {
                let loaded = isUniform ? nil : try? load(step)
                let phases = loaded?.spec.phases ?? base.spec.phases
                let short = Double(phases.warmup + phases.measure) / 1e9 + 1.5
                lengths[step.cell] = (short, short + Double(phases.drain) / 1e9)
            }
            let length = lengths[step.cell] ?? (0, 0)
            least += length.0
            most += length.1
        }
        return (least, most)
    }
}
