import Foundation
import Glibc
import UrrAnalysis
import UrrPlatform
import UrrReport
import UrrResults
import UrrWorkload

/// `knee FILE --slo ...`: looks for the highest rate that a system holds.
enum KneeVerb {
    static let verb = Verb(
        "knee", summary: "Find the highest rate that holds under objectives.",
        operands: .workload,
        options: [
            .slo,
            .driver,
            OptionSpec(
                "from", "RATE", .number(1...1_000_000_000), standard: "the workload's peak",
                help: "messages a second to start from"),
            OptionSpec(
                "most", "RATE", .number(1...1_000_000_000), standard: "1000000000",
                help: "messages a second that are never exceeded"),
            OptionSpec(
                "hold", "MS", .number(100...3_600_000), standard: "5000",
                help: "how long to hold a rate, in milliseconds; longer where objectives need it"),
            OptionSpec(
                "resolution", "PERCENT", .number(1...20), standard: "2",
                help: "how far apart the rates of the last stage are"),
            OptionSpec(
                "repeat", "N", .number(1...100), standard: "1",
                help: "search so often and tell how well the searches agree"),
            .set,
            .seed("seed of the first step"),
            OptionSpec(flag: "no-hysteresis", help: "leave out the run up and down past the knee"),
            OptionSpec(flag: "virtual", help: "search in virtual time: answers of a model"),
            .results("search"),
            .out("search"),
            .noResults,
            .allowDebug,
            .quiet,
        ],
        notes: [
            "Every producer sends steadily with the share that it has at the height of its own"
                + " curve. Rates are doubled or halved until one holds and one is missed, then"
                + " narrowed down, then climbed up and down around the knee; each on a system that"
                + " is set up anew. 'lag.slope <= 0' is missed where the lag grows beyond doubt."
                + " Where the tool itself was at its limit, it says so and names no knee.",
            "Exit status 0 where a knee was found, 1 where no rate that is allowed holds, 5 where"
                + " the tool's or the machine's limit came first.",
            "",
            "  urrbench knee scaling.json --slo 'response.p99 < 50ms' --slo 'lag.slope <= 0'",
        ],
        run: run)

    static func run(_ arguments: ParsedArguments) -> ExitStatus {
        guard
            !ProgramEnvironment.isDebugBuild || arguments.has("allow-debug")
                || arguments.has("virtual")
        else {
            Console.complain(
                "knee: this is a debug build, several times slower than what users run; use a "
                    + "release build, or --allow-debug to see its parts work")
            return .usage
        }
        let prepared: Prepared
        do {
            prepared = try Prepared(arguments)
        } catch {
            Console.complain(error)
            return .usage
        }
        Interruption.install()
        do {
            return try search(prepared, arguments)
        } catch {
            Console.complain(error)
            return error is SteadyLoad.Problem || error is WorkloadFileError
                ? .usage : RunStatus.status(of: error)
        }
    }

    /// What is known before the first step.
    private struct Prepared {
        let path: String
        let overrides: [String]
        let base: LoadedWorkload
        let load: SteadyLoad
        let objectives: KneeObjectives
        let options: KneeRun.Options

        init(_ arguments: ParsedArguments) throws {
            guard arguments.has("slo") else {
                throw SteadyLoad.Problem(lines: [
                    "knee: needs at least one --slo, such as --slo 'response.p99 < 50ms'"
                ])
            }
            let contradictions = Self.contradictions(arguments)
            guard contradictions.isEmpty else {
                throw SteadyLoad.Problem(lines: contradictions)
            }
            overrides = arguments.texts("set")
            path = try WorkloadFile.resolve(
                arguments.operands[0], workloadsDirectory: ProgramEnvironment.workloadsDirectory)
            base = try WorkloadFile.load(
                path: path, overrides: try overrides.map { text in try Override(text) },
                // Every step is checked as it is run.
                checks: arguments.has("virtual") ? .forAnyMachine : .forThisProgram)
            load = try SteadyLoad(base.spec)
            objectives = try KneeObjectives(arguments.texts("slo"), spec: base.spec)
            options = Self.options(arguments, load, base)
        }

        private static func contradictions(_ arguments: ParsedArguments) -> [String] {
            var lines = ResultDestination.contradiction(arguments).map { ["knee: \($0)"] } ?? []
            if arguments.has("out"), let count = arguments.number("repeat"), count > 1 {
                lines.append(
                    "knee: --out: is one file, and --repeat \(count) makes \(count) searches; "
                        + "--results takes them all")
            }
            return lines
        }

        private static func options(
            _ arguments: ParsedArguments, _ load: SteadyLoad, _ base: LoadedWorkload
        ) -> KneeRun.Options {
            let most = arguments.number("most").map { Double($0) } ?? WorkloadLimits.rate
            let start = arguments.number("from").map { Double($0) } ?? load.total
            let percent = arguments.number("resolution").map { Double($0) } ?? 2
            let hold = arguments.number("hold").map { Nanoseconds($0) } ?? 5000
            return KneeRun.Options(
                rules: KneeSearch.Rules(
                    start: start, allowed: min(1, most)...most, resolution: percent / 100),
                hold: hold * 1_000_000, seed: arguments.number("seed") ?? base.spec.seed,
                isVirtual: arguments.has("virtual"), isQuiet: arguments.has("quiet"),
                hasHysteresis: !arguments.has("no-hysteresis"))
        }
    }

    private static func search(
        _ prepared: Prepared, _ arguments: ParsedArguments
    ) throws -> ExitStatus {
        let count = arguments.number("repeat").map { Int($0) } ?? 1
        let isQuiet = arguments.has("quiet")
        let destination = ResultDestination(
            file: arguments.text("out"), directory: arguments.text("results"),
            storesNothing: arguments.has("no-results"))
        try destination.prepare()
        if !isQuiet, prepared.load.isReshaped {
            Console.progress("note: the arrivals are made steady; their shape is not searched\n")
        }
        var records: [KneeRecord] = []
        var statuses: [ExitStatus] = []
        for number in 0..<count where !Interruption.isRequested {
            var options = prepared.options
            // Searches that shared steps would agree for that reason alone.
            options.seed &+= UInt64(number) * 1_000_003
            options.hasHysteresis = options.hasHysteresis && number == 0
            let record = try KneeRun(
                path: prepared.path, overrides: prepared.overrides, base: prepared.base,
                load: prepared.load, objectives: prepared.objectives, options: options
            ).run()
            let file = try destination.save(record)
            records.append(record)
            statuses.append(status(of: record))
            if !isQuiet {
                statuses.append(
                    Console.print(
                        KneeText.text(record, file: file, style: .current(STDOUT_FILENO))))
            }
        }
        if count > 1, !isQuiet { statuses.append(Console.print(KneeText.agreement(records))) }
        return .worst(of: statuses)
    }

    private static func status(of record: KneeRecord) -> ExitStatus {
        switch record.finding.kind {
        case .found, .aboveAllowed: .ok
        case .belowAllowed: .checkFailed
        case .generatorLimit, .undecided: .runInvalid
        case .interrupted: .interrupted
        }
    }
}
