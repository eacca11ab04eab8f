import Foundation
import UrrAnalysis
import UrrReport
import UrrResults
import UrrWorkload

/// `ab`: two builds, drivers or settings, trial by trial in turn on this machine.
enum AbVerb {
    static let verb = Verb(
        "ab", summary: "Compare two builds or settings by interleaved runs on this machine.",
        operands: OperandSpec(
            placeholder: "WORKLOAD", value: .file(endings: ["json"]), count: 0...Int.max,
            help: "workload file"),
        options: [
            OptionSpec(
                "baseline", short: "b", "BINARY", .file(endings: []), standard: "this program",
                help: "program to compare with"),
            OptionSpec(
                "candidate", short: "c", "BINARY", .file(endings: []), standard: "this program",
                help: "program to judge"),
            OptionSpec(
                "git", "REV", .text,
                help: "build the baseline from this revision, in a worktree under .build"),
            OptionSpec(
                "set", short: "s", "PATH=VALUE", .assignment, repeats: true,
                help: "change a value of the workload on both sides"),
            OptionSpec(
                "set-baseline", "PATH=VALUE", .assignment, repeats: true,
                help: "change a value on the baseline's side alone"),
            OptionSpec(
                "set-candidate", "PATH=VALUE", .assignment, repeats: true,
                help: "change a value on the candidate's side alone"),
            OptionSpec(
                "driver", short: "d", "NAME", .text, help: "what carries the messages, on both"),
            OptionSpec("driver-baseline", "NAME", .text, help: "driver of the baseline alone"),
            OptionSpec("driver-candidate", "NAME", .text, help: "driver of the candidate alone"),
            OptionSpec(
                "trials", short: "t", "N", .number(8...128), standard: "24",
                help: "most trials on each side; a multiple of 4 is run"),
            OptionSpec(
                "trial-limit", "SECONDS", .number(1...86_400), standard: "600",
                help: "longest time that a trial may take"),
            OptionSpec("results", "DIR", .directory, help: "keep the results of all trials in DIR"),
            OptionSpec(flag: "count", help: "compare the counts of 'urrbench count' first"),
            OptionSpec(
                flag: "allow-debug", help: "run a debug build, whose numbers are wrong"),
        ] + ComparisonOptions.specs,
        notes: [
            "Each trial is a process of its own. Blocks of eight trials run in the order A B B A B A"
                + " A B or its opposite; after some of them the results are looked at, and it ends"
                + " as soon as everything is decided, or at the limit. Exit status 1 where"
                + " something regressed.",
            "", "  urrbench ab --baseline ./urrbench-old workloads/closed-loop.json",
            "  urrbench ab --git main --count workloads/closed-loop.json",
            "  urrbench ab --set-candidate topics.payment-events.partitions=4 \\",
            "    workloads/steady.json",
        ],
        run: run)

    static func run(_ arguments: ParsedArguments) -> ExitStatus {
        Interruption.install()
        do {
            return try compare(arguments)
        } catch let error as UsageProblems {
            return error.complain(verb.name)
        } catch let error as TrialProgram.Failure {
            Console.complain("ab: \(error.message)")
            return error.status
        } catch ChildProcess.Failure.interrupted {
            return .interrupted
        } catch {
            Console.complain("ab: \(printable("\(error)"))")
            return .targetRefused
        }
    }

    private static func compare(_ arguments: ParsedArguments) throws -> ExitStatus {
        var rules = try ComparisonOptions.rules(arguments)
        let workloads = try resolve(arguments)
        let sides = try AbSides(arguments)
        var report = ComparisonReport(rules: rules)
        if arguments.has("count") { try count(sides, into: &report) }
        // All workloads together raise a false alarm as rarely as one alone.
        rules.falseAlarm /= Double(max(1, workloads.count))
        var isInterrupted = false
        for path in workloads where !isInterrupted {
            let trials = InterleavedTrials(
                baseline: sides.baseline, candidate: sides.candidate, workload: path,
                rules: rules, blocks: Int(arguments.number("trials") ?? 24) / 4,
                keep: arguments.text("results"), isVerbose: !arguments.has("quiet"))
            let outcome = try trials.run { records throws(UsageProblems) in
                try ComparisonOptions.metrics(arguments, in: records)
            }
            report.workloads.append(outcome.comparison)
            isInterrupted = outcome.isInterrupted
        }
        let status = ComparisonOutput.deliver(report, verb: verb.name, arguments)
        return isInterrupted ? .interrupted : status
    }

    /// Paths of the workload files. Both programs get the same file.
    private static func resolve(
        _ arguments: ParsedArguments
    ) throws(UsageProblems) -> [String] {
        var problems: [String] = []
        var paths: [String] = []
        for name in arguments.operands {
            do {
                let path = try WorkloadFile.resolve(
                    name, workloadsDirectory: ProgramEnvironment.workloadsDirectory)
                paths.append(URL(fileURLWithPath: path).path)
            } catch {
                problems.append("\(error)")
            }
        }
        if arguments.operands.isEmpty, !arguments.has("count") {
            problems.append("needs a WORKLOAD, or --count")
        }
        guard problems.isEmpty else { throw UsageProblems(problems: problems) }
        return paths
    }

    private static func count(_ sides: AbSides, into report: inout ComparisonReport) throws {
        switch (try sides.baseline.counters(), try sides.candidate.counters()) {
        case (.success(let baseline), .success(let candidate)):
            report.counters = CounterCheck.compare(baseline: baseline, candidate: candidate)
            report.notCounted = candidate.notCounted
        case (.failure(let failure), .success):
            // An older program that does not know how.
            report.notCounted = ["all: " + failure.message]
        case (_, .failure(let failure)): throw failure
        }
    }
}

/// The two programs of a comparison.
struct AbSides {
    let baseline: TrialProgram
    let candidate: TrialProgram

    init(_ arguments: ParsedArguments) throws {
        var problems: [String] = []
        let own = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath().path
        if arguments.has("git"), arguments.has("baseline") {
            problems.append("--git and --baseline: one of the two, both name the baseline")
        }
        for option in ["baseline", "candidate"] {
            guard let path = arguments.text(option) else { continue }
            if !Self.isProgram(path) {
                problems.append("--\(option): must be a program, got \(quoted(path))")
            }
        }
        guard problems.isEmpty else { throw UsageProblems(problems: problems) }
        var other: (path: String, commit: String)?
        if let revision = arguments.text("git") {
            other = try RevisionBuild(home: URL(fileURLWithPath: ProgramEnvironment.home).path)
                .program(revision)
        }
        func side(_ name: String, built: (path: String, commit: String)?) -> TrialProgram {
            let given = arguments.text(name)
            let path = built?.path ?? given.map { URL(fileURLWithPath: $0).path } ?? own
            let isOwn = built == nil && given == nil
            return TrialProgram(
                side: name, name: Self.name(name, built?.commit, given, arguments), path: path,
                commit: built?.commit ?? (isOwn ? ProgramEnvironment.commit : ""),
                arguments: Self.options(name, arguments),
                limitSeconds: Int(arguments.number("trial-limit") ?? 600))
        }
        baseline = side("baseline", built: other)
        candidate = side("candidate", built: nil)
    }

    /// Whether there is something at `path` that can be started.
    static func isProgram(_ path: String) -> Bool {
        var isDirectory: ObjCBool = false
        return FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory)
            && !isDirectory.boolValue && FileManager.default.isExecutableFile(atPath: path)
    }

    /// What a side is called: what tells it from the other one.
    private static func name(
        _ side: String, _ commit: String?, _ path: String?, _ arguments: ParsedArguments
    ) -> String {
        var parts: [String] = []
        if commit != nil { parts.append(arguments.text("git") ?? "") }
        if let path { parts.append(WorkloadRun.portable(path)) }
        if let driver = arguments.text("driver-" + side) { parts.append(driver) }
        parts += arguments.texts("set-" + side).map(withoutCredentials)
        return parts.isEmpty ? side : parts.joined(separator: ", ")
    }

    private static func options(_ side: String, _ arguments: ParsedArguments) -> [String] {
        var options: [String] = []
        for value in arguments.texts("set") + arguments.texts("set-" + side) {
            options += ["--set", value]
        }
        if let driver = arguments.text("driver-" + side) ?? arguments.text("driver") {
            options += ["--driver", driver]
        }
        if arguments.has("allow-debug") { options.append("--allow-debug") }
        return options
    }
}
