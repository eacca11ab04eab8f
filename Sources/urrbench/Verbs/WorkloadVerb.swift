import Glibc
import UrrReport
import UrrResults
import UrrWorkload

/// `workload FILE`: runs a workload, prints its summary and stores its result.
enum WorkloadVerb {
    static let verb = Verb(
        "workload", summary: "Run a workload, print its summary and store its result.",
        operands: .workload,
        options: [
            .driver,
            OptionSpec(
                "set", short: "s", "PATH=VALUE", .assignment, repeats: true,
                help: "change a value of the workload, such as phases.measure=10s, or of the"
                    + " driver: driver.appendDelay=10ns slows each append down, for tests"),
            .seed("seed of all random numbers"),
            OptionSpec(
                "shard", "I/N", .text, standard: "1/1",
                help: "be load generator I of N: send what its producer instances send"),
            OptionSpec(
                "start-at", "TIME", .text,
                help: "when the shards begin: seconds since 1970 or 2026-11-21T18:00:00Z"),
            OptionSpec(
                "progress", "HOW", .choice(["auto", "plain", "none"]), standard: "auto",
                help: "what to show while it runs"),
            .results("result"),
            .noResults,
            .allowDebug,
            .quiet,
        ],
        notes: [
            "The summary goes to standard output, progress to standard error. The first SIGINT"
                + " (Ctrl-C) ends the run in order and saves what was measured; the second ends"
                + " the program at once.",
            "Shards offer together exactly what one process would; 'urrbench merge' puts their results"
                + " together.",
            "", "  urrbench workload workloads/spike.json",
            "  urrbench workload workloads/spike.json --set phases.measure=10s --seed 7",
        ],
        run: run)

    static func run(_ arguments: ParsedArguments) -> ExitStatus {
        guard !ProgramEnvironment.isDebugBuild || arguments.has("allow-debug") else {
            Console.complain(
                "workload: this is a debug build, several times slower than what users run, so "
                    + "it makes no result; use a release build, or --allow-debug to see its parts "
                    + "work")
            return .usage
        }
        let run: WorkloadRun
        do {
            run = try prepare(arguments)
        } catch let error as UsageProblems {
            return error.complain("workload")
        } catch {
            Console.complain("\(error)")
            return .usage
        }
        Interruption.install()
        let store = arguments.has("no-results") ? nil : ResultFiles(arguments.text("results"))
        return conduct(run, store: store, quiet: arguments.has("quiet"))
    }

    /// Finds, reads and checks the workload.
    private static func prepare(_ arguments: ParsedArguments) throws -> WorkloadRun {
        var texts = arguments.texts("set")
        let settings = try DriverSettings(takingFrom: &texts)
        if let seed = arguments.number("seed") { texts.append("seed=\(seed)") }
        let overrides = try texts.map { text throws(OverrideError) in try Override(text) }
        let path = try WorkloadFile.resolve(
            arguments.operands[0], workloadsDirectory: ProgramEnvironment.workloadsDirectory)
        let loaded = try WorkloadFile.load(
            path: path, overrides: overrides, checks: .forThisProgram)
        let manner = LiveProgress.manner(
            arguments.text("progress") ?? "auto", quiet: arguments.has("quiet"))
        if manner != .none {
            for note in loaded.notes { Console.progress("note: \(note)\n") }
        }
        var run = WorkloadRun(loaded: loaded, overrides: texts, settings: settings, manner: manner)
        run.sharding = try ShardOptions(
            shard: arguments.text("shard"), startAt: arguments.text("start-at"))
        return run
    }

    /// Runs, prints and stores. What cannot be stored is still printed.
    private static func conduct(
        _ run: WorkloadRun, store: ResultFiles?, quiet: Bool
    ) -> ExitStatus {
        let log = store?.openLog(run)
        let record: RunRecord
        do {
            record = try run.execute(log: log)
        } catch {
            store?.discardLog()
            Console.complain("workload: \(error)")
            return RunStatus.status(of: error)
        }
        let stored = store?.save(record)
        var statuses = RunStatus.statuses(of: record)
        if let stored, stored.path == nil { statuses.append(.targetRefused) }
        if !quiet {
            statuses.append(
                Console.print(
                    ConsoleSummary.text(
                        record, resultFile: stored?.path, style: .current(STDOUT_FILENO))))
        }
        if let stored { for problem in stored.problems { Console.complain(problem) } }
        return .worst(of: statuses)
    }
}
