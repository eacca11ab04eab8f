import Foundation
import UrrAnalysis
import UrrReport
import UrrResults

/// `baseline save|list|check`: trials that are kept to compare with.
enum BaselineVerb {
    static let verb = Verb(
        "baseline", summary: "Keep trials as a baseline, list baselines, check against one.",
        operands: OperandSpec(
            placeholder: "WORD", value: .text, count: 1...Int.max,
            help: "'list', 'save NAME WORKLOAD', 'save NAME --from RESULT...', 'check NAME' or"
                + " 'check NAME --from RESULT...'"),
        options: [
            OptionSpec(
                "from", "RESULT", .file(endings: ["json"]), repeats: true,
                help: "take a stored result as a trial instead of running the workload"),
            OptionSpec(
                "trials", short: "t", "N", .number(2...128), standard: "12",
                help: "trials to run"),
            OptionSpec(
                "set", short: "s", "PATH=VALUE", .assignment, repeats: true,
                help: "save: change a value of the workload"),
            OptionSpec(
                flag: "append",
                help: "save: add a session; sessions of several days make the noise band true"),
            OptionSpec(flag: "replace", help: "save: forget the baseline of that name first"),
            OptionSpec(
                "baselines", "DIR", .directory, standard: "results/baselines of the repository",
                help: "where baselines are kept"),
            OptionSpec(
                "program", "BINARY", .file(endings: []), standard: "this program",
                help: "program to run"),
            OptionSpec(flag: "no-count", help: "leave the counters (hard tier) out"),
            OptionSpec(
                flag: "force", help: "check: compare what is not alike, and say so"),
            OptionSpec(flag: "allow-debug", help: "run a debug build, whose numbers are wrong"),
        ] + ComparisonOptions.specs,
        notes: [
            "A baseline is measured at another time than what is checked against it, and machines"
                + " differ from day to day. Each session that is saved teaches it by how much:"
                + " that is its noise band. With fewer than four it is at least 3 %. To compare two builds"
                + " here and now, 'ab' is sharper. Exit status 1 where something regressed.",
            "", "  urrbench baseline save main workloads/closed-loop.json",
            "  urrbench baseline check main",
        ],
        run: run)

    static func run(_ arguments: ParsedArguments) -> ExitStatus {
        Interruption.install()
        do {
            switch (arguments.operands[0], arguments.operands.count) {
            case ("list", 1): return try list(arguments)
            case ("save", 2...3): return try BaselineSaving(arguments).run()
            case ("check", 2): return try BaselineCheck(arguments).run()
            default:
                throw UsageProblems(problems: [
                    "must be list, save NAME WORKLOAD, save NAME --from RESULT or check NAME, got "
                        + quoted(arguments.operands.joined(separator: " "))
                ])
            }
        } catch let error as UsageProblems {
            return error.complain(verb.name)
        } catch let error as TrialProgram.Failure {
            Console.complain("baseline: \(error.message)")
            return error.status
        } catch ChildProcess.Failure.interrupted {
            return .interrupted
        } catch {
            Console.complain("baseline: \(printable("\(error)"))")
            return .targetRefused
        }
    }

    /// Where baselines are.
    static func store(_ arguments: ParsedArguments) -> BaselineStore {
        BaselineStore(
            directory: arguments.text("baselines")
                ?? ProgramEnvironment.resultsDirectory + "/baselines")
    }

    /// The name of a baseline, checked.
    static func name(_ arguments: ParsedArguments) throws(UsageProblems) -> String {
        let name = arguments.operands[1]
        guard BaselineStore.isName(name) else {
            throw UsageProblems(problems: [
                "NAME: must be 1 to 100 letters, digits, '-', '_' and '.', the first no '.', got "
                    + quoted(name)
            ])
        }
        return name
    }

    /// Reads the baseline that is named.
    static func load(_ arguments: ParsedArguments) throws(UsageProblems) -> BaselineRecord {
        let name = try name(arguments)
        let store = store(arguments)
        guard store.has(name) else {
            let hint = Suggestion.text(for: name, among: store.list())
            throw UsageProblems(problems: ["there is no baseline \(quoted(name))\(hint)"])
        }
        do throws(ResultError) { return try store.load(name) } catch {
            throw UsageProblems(problems: [StoredTrials.text(store.path(name), error)])
        }
    }

    /// The program whose trials are run.
    static func program(_ arguments: ParsedArguments) throws(UsageProblems) -> TrialProgram {
        let own = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath().path
        let given = arguments.text("program")
        if let given, !AbSides.isProgram(given) {
            throw UsageProblems(problems: ["--program: must be a program, got \(quoted(given))"])
        }
        var options = arguments.texts("set").flatMap { ["--set", $0] }
        if arguments.has("allow-debug") { options.append("--allow-debug") }
        return TrialProgram(
            side: "candidate", name: given.map(WorkloadRun.portable) ?? Program.name,
            path: given ?? own, commit: given == nil ? ProgramEnvironment.commit : "",
            arguments: options, limitSeconds: 3600)
    }

    /// Runs `count` trials one after the other; fewer where it is interrupted.
    static func trials(
        _ count: Int, _ workload: String, _ program: TrialProgram, isVerbose: Bool
    ) throws -> [RunRecord] {
        var records: [RunRecord] = []
        for number in 1...max(1, count) {
            let record = try program.run(workload, keep: nil)
            records.append(record)
            if isVerbose {
                let place = TrialPlacement(record).rawValue
                Console.progress(
                    "trial \(number) of \(count): \(place), \(record.verdict.value.rawValue)\n")
            }
        }
        return records
    }

    private static func list(_ arguments: ParsedArguments) throws -> ExitStatus {
        let store = store(arguments)
        var baselines: [BaselineRecord] = []
        var problems: [String] = []
        for name in store.list() {
            do throws(ResultError) { baselines.append(try store.load(name)) } catch {
                problems.append(StoredTrials.text(store.path(name), error))
            }
        }
        for problem in problems { Console.complain("baseline: \(printable(problem))") }
        let printed = Console.print(
            baselines.isEmpty
                ? "no baselines in \(printable(store.directory))"
                : BaselineText.list(baselines))
        return .worst(of: [printed, problems.isEmpty ? .ok : .usage])
    }
}
