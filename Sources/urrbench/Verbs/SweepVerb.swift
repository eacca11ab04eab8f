import Glibc
import UrrPlatform
import UrrReport
import UrrResults
import UrrWorkload

/// `sweep FILE`: runs many variants of a workload and tells how it scales.
enum SweepVerb {
    static let verb = Verb(
        "sweep", summary: "Run variants of a workload and tell how throughput scales.",
        operands: .workload,
        options: [
            .driver,
            OptionSpec(
                "partitions", "N,N...", .text, standard: "those of the file's \"sweep\"",
                help: "partitions of every topic"),
            OptionSpec(
                "consumers", "N,N...", .text, standard: "those of the file's \"sweep\"",
                help: "members of every consumer group"),
            OptionSpec(
                "set", short: "s", "PATH=V,V...", .assignment, repeats: true,
                help: "values of another part of the workload; a single one holds for all cells"),
            OptionSpec(
                "trials", short: "t", "N", .number(1...UInt64(WorkloadLimits.trials)),
                standard: "the file's, or 3", help: "runs of each combination"),
            OptionSpec(
                "hold", "MS", .number(100...3_600_000), standard: "the workload's own arrivals",
                help: "send steadily at the workload's peak, for so many milliseconds"),
            OptionSpec(
                "limit", short: "n", "N", .number(1...UInt64(Int32.max)), standard: "all",
                help: "make at most so many runs now; --resume goes on"),
            .seed("seed of the order and of the first trial"),
            OptionSpec(
                "resume", "SWEEP", .file(endings: ["json"]),
                help: "go on with a sweep that was interrupted, from its file"),
            OptionSpec(flag: "dry-run", help: "tell what would be run and how long it takes"),
            OptionSpec(flag: "virtual", help: "run in virtual time: answers of a model"),
            .results("sweep"),
            .out("sweep"),
            OptionSpec(flag: "keep-runs", help: "store the whole result of each run, too"),
            .allowDebug,
            .quiet,
        ],
        notes: [
            "Every combination of the values is run once per trial, in a new random order for each"
                + " trial. The sweep is stored after every run; Ctrl-C ends it and loses one run."
                + " Cells with more consumers than partitions are run as well and show the idle"
                + " members.",
            "To see what a system can do the workload has to ask for more: cells that kept up with"
                + " what was offered take no part in the scalability law. A workload whose arrivals"
                + " rise and fall does that with --hold. Exit status 4 where a run"
                + " broke a guarantee, 5 where every run was INVALID.",
            "", "  urrbench sweep workloads/scaling.json",
            "  urrbench sweep workloads/spike.json --partitions 1,3,6 --consumers 1,2,4",
            "  urrbench report results/scaling-20261120-abc.sweep.json --out scaling.html",
        ],
        run: run)

    /// Runs from which on a sweep has to be asked for with `--limit`.
    private static let mostRunsUnasked = 1000

    static func run(_ arguments: ParsedArguments) -> ExitStatus {
        guard
            !ProgramEnvironment.isDebugBuild || arguments.has("allow-debug")
                || arguments.has("dry-run") || arguments.has("virtual")
        else {
            Console.complain(
                "sweep: this is a debug build, several times slower than what users run; use a "
                    + "release build, or --allow-debug to see its parts work")
            return .usage
        }
        do {
            return try conduct(arguments)
        } catch {
            Console.complain(error)
            return isUserError(error) ? .usage : .targetRefused
        }
    }

    private static func isUserError(_ error: any Error) -> Bool {
        if case ResultError.cannotWrite = error { return false }
        return true
    }

    private static func conduct(_ arguments: ParsedArguments) throws -> ExitStatus {
        let (setup, record) = try prepare(arguments)
        var options = SweepRun.Options()
        options.isQuiet = arguments.has("quiet")
        options.keepsRuns = arguments.has("keep-runs")
        options.isVirtual = arguments.has("virtual")
        let destination = ResultDestination(
            // What is taken up again goes on where it is.
            file: arguments.text("out") ?? arguments.text("resume"),
            directory: arguments.text("results"))
        let sweep = SweepRun(setup, record: record, destination: destination, options: options)
        let limit = arguments.number("limit").map { Int($0) }
        let steps = Array(sweep.missing.prefix(limit ?? Int.max))
        let text = announcement(setup, record, steps, isVirtual: options.isVirtual)
        if limit == nil, steps.count > mostRunsUnasked, !arguments.has("dry-run") {
            throw SweepSetup.Problems(lines: [
                "sweep: \(text)\nsweep: more than \(mostRunsUnasked) runs have to be asked for "
                    + "with --limit"
            ])
        }
        try setup.check(steps)
        if arguments.has("dry-run") { return Console.print(text) }
        if !options.isQuiet { Console.progress(text + "\n") }
        Interruption.install()
        try sweep.run(limit: limit ?? Int.max)
        return report(sweep, file: arguments.operands[0], isQuiet: options.isQuiet)
    }

    private static func prepare(
        _ arguments: ParsedArguments
    ) throws -> (SweepSetup, SweepRecord) {
        guard let path = arguments.text("resume") else {
            let setup = try SweepSetup(arguments)
            let driver = arguments.text("driver") ?? DriverTable.standard
            return (setup, try SweepRun.newRecord(setup, driver: driver))
        }
        let contradictions = ["partitions", "consumers", "set", "hold", "trials", "seed"].filter {
            arguments.has($0)
        }
        guard contradictions.isEmpty else {
            throw SweepSetup.Problems(
                lines: contradictions.map {
                    "sweep: --\($0): must not be given with --resume, which goes on with what the "
                        + "sweep was begun with"
                })
        }
        let record = try ResultStore.loadSweep(path: path)
        let setup = try SweepSetup(
            continuing: record, file: arguments.operands[0], isVirtual: arguments.has("virtual"))
        return (setup, record)
    }

    /// What is about to happen, with its price.
    private static func announcement(
        _ setup: SweepSetup, _ record: SweepRecord, _ steps: [SweepStep], isVirtual: Bool
    ) -> String {
        let axes = setup.plan.axes.map { "\(printable($0.name)) \($0.values.count)" }
        let product = axes.isEmpty ? "" : " (\(axes.joined(separator: " x ")))"
        var text =
            "\(setup.plan.cells.count) cells\(product) x \(setup.plan.trials) trials = "
            + "\(setup.plan.steps.count) runs"
        if !record.runs.isEmpty { text += ", \(record.runs.count) of them done" }
        if steps.count + record.runs.count < setup.plan.steps.count {
            text += ", \(steps.count) now"
        }
        guard !isVirtual else { return text + ", in virtual time" }
        let time = setup.duration(of: steps)
        return text + "; about \(SweepText.time(time.least)), at most \(SweepText.time(time.most))"
    }

    private static func report(_ sweep: SweepRun, file: String, isQuiet: Bool) -> ExitStatus {
        var statuses: [ExitStatus] = [status(of: sweep.record)]
        if !isQuiet {
            statuses.append(
                Console.print(
                    SweepText.text(
                        sweep.record, file: sweep.path, style: .current(STDOUT_FILENO))))
        }
        for failure in sweep.failures { Console.complain(printable("sweep: \(failure)")) }
        if !sweep.failures.isEmpty { statuses.append(.targetRefused) }
        if Interruption.isRequested { statuses.append(.interrupted) }
        if !sweep.missing.isEmpty, let path = sweep.path {
            Console.complain(
                printable(
                    "sweep: \(sweep.missing.count) runs are missing; go on with: "
                        + "\(Program.name) sweep \(file) --resume \(path)"))
        }
        return .worst(of: statuses)
    }

    private static func status(of record: SweepRecord) -> ExitStatus {
        if record.runs.contains(where: { $0.violations > 0 }) { return .guaranteeBroken }
        let isUseless = record.runs.allSatisfy { $0.verdict.value == .invalid }
        return !record.runs.isEmpty && isUseless ? .runInvalid : .ok
    }
}
