import Glibc
import UrrReport
import UrrWorkload

/// `workload FILE`: runs a workload, prints its summary and stores its result.
enum WorkloadVerb {
    static let verb = Verb(
        "workload", summary: "Run a workload, print its summary and store its result.",
        operands: OperandSpec(
            placeholder: "FILE", value: .file(endings: ["json"]), count: 1...1,
            help: "workload file"),
        options: [
            OptionSpec(
                "driver", short: "d", "NAME", .choice(DriverTable.names),
                standard: DriverTable.standard, help: "what carries the messages"),
            OptionSpec(
                "set", short: "s", "PATH=VALUE", .assignment, repeats: true,
                help: "change a value of the workload, such as phases.measure=10s"),
            OptionSpec(
                "seed", "N", .number(0...UInt64.max), standard: "the workload's seed",
                help: "seed of all random numbers"),
            OptionSpec(
                "progress", "HOW", .choice(["auto", "plain", "none"]), standard: "auto",
                help: "what to show while it runs"),
            OptionSpec(
                "results", "DIR", .directory, standard: "results/ of the repository",
                help: "where to store the result"),
            OptionSpec(flag: "no-results", help: "store nothing"),
            OptionSpec(flag: "allow-debug", help: "run in a debug build, whose numbers are wrong"),
            OptionSpec(flag: "quiet", short: "q", help: "print nothing but problems"),
        ],
        notes: [
            "The summary goes to standard output, progress to standard error. The first SIGINT"
                + " (Ctrl-C) ends the run in order and saves what was measured; the second ends"
                + " the program at once.",
            "", "  urrbench workload workloads/spike.json",
            "  urrbench workload workloads/spike.json --set phases.measure=10s --seed 7",
        ],
        run: run)

    static func run(_ arguments: ParsedArguments) -> ExitStatus {
        Interruption.install()
        do {
            let overrides = try arguments.texts("set").map { try Override($0) }
            let loaded = try WorkloadFile.load(path: arguments.operands[0], overrides: overrides)
            let run = WorkloadRun(
                loaded: loaded, overrides: arguments.texts("set"),
                manner: LiveProgress.manner(
                    arguments.text("progress") ?? "auto", quiet: arguments.has("quiet")))
            let record = try run.execute(log: nil)
            return Console.print(ConsoleSummary.text(record, style: .current(STDOUT_FILENO)))
        } catch {
            Console.complain("\(error)")
            return .usage
        }
    }
}
