import Foundation
import Testing
import UrrTestSupport

@testable import urrbench

/// Every command that the README shows exists and takes the options that it shows.
struct ReadmeTests {
    /// Lines that start with `$ ` in blocks marked as `console`, without it.
    static func commands(in text: String) -> [String] {
        var inside = false
        var found: [String] = []
        for line in text.split(separator: "\n") {
            if line.hasPrefix("```") {
                inside = line == "```console"
            } else if inside, line.hasPrefix("$ ") {
                found.append(String(line.dropFirst(2)))
            }
        }
        return found
    }

    /// What the shell makes of a command: quotation marks keep nothing but what has no blanks here.
    static func words(of command: String) -> [String] {
        command.filter { $0 != "'" }.split(separator: " ").map(String.init)
    }

    /// What is wrong with a command; nil where it can be typed as it is.
    static func problem(with command: String) -> String? {
        let words = words(of: command)
        guard let program = words.first else { return "no command" }
        guard Repository.exists(program) else { return "\(program): no such file" }
        guard program == "scripts/urrbench" else { return nil }
        do throws(UsageError) {
            guard
                case .run(let verb, let parsed) = try Invocation(
                    Array(words.dropFirst()), verbs: VerbTable.all)
            else { return nil }
            return missingFile(verb, parsed)
        } catch {
            return error.problems.joined(separator: "; ")
        }
    }

    /// Files that a command reads have to be there; a word in capitals stands for one.
    private static func missingFile(_ verb: Verb, _ parsed: ParsedArguments) -> String? {
        guard case .file = verb.operands?.value else { return nil }
        return parsed.operands.first { path in
            // Those of the opening are made by the commands before; OpeningTests runs them all.
            if path.hasPrefix("results/opening.") { return false }
            let name = path.split(separator: "/").last.map { $0.prefix { $0 != "." } } ?? ""
            let isThere =
                Repository.exists(path) || Repository.exists("workloads/" + path)
                || Repository.exists("workloads/" + path + ".json")
            return name.contains { $0.isLowercase } && !isThere
        }.map { "\($0): no such file" }
    }

    @Test func everyCommandCanBeTyped() throws {
        let commands = Self.commands(in: try Repository.text("README.md"))
        #expect(commands.count >= 5)
        #expect(commands.contains("scripts/test"))
        for command in commands {
            #expect(Self.problem(with: command) == nil, "\(command)")
        }
    }

    /// Verbs that need results of several runs, a second build or much time; each has tests of its
    /// own.
    private static let comparing: Set = ["ab", "compare", "baseline", "history", "count"]

    /// Every command of the program is run, shortened to a second where it runs a workload. The
    /// other scripts are run by `.ci/run`, which is one of them.
    @Test func everyCommandOfTheProgramRuns() throws {
        let directory = try TemporaryDirectory()
        let results = directory.url.appendingPathComponent("results").path
        let commands = Self.commands(in: try Repository.text("README.md"))
            .filter { $0.hasPrefix("scripts/urrbench ") }
        // Results of shards are made and merged by ShardVerbTests, the opening by OpeningTests.
        for command in commands
        where !command.contains(" merge ") && !OpeningTests.belongs(command) {
            var words = Array(Self.words(of: command).dropFirst())
            if Self.comparing.contains(words[0]) { continue }
            if words[0] == "workload" { words += Self.shortened(words[1], results: results) }
            if words[0] == "simulate" {
                words += ["--results", results + "-scale", "--set", "phases.measure=2s", "--set"]
                words.append("producers.0.arrivals={\"executor\":\"constant\",\"rate\":500}")
            }
            if words[0] == "core" { words += ["--smoke", "--allow-debug"] }
            if words[0] == "sweep" || words[0] == "knee" {
                words += ["--virtual", "--results", results + "-scale"]
                words += Self.short(words)
            }
            if words[0] == "plan" { words += ["--no-results", "--peak", "600/s", "--limit", "1s"] }
            if let place = words.firstIndex(of: "results/RESULT.json") {
                let stored = try FileManager.default.contentsOfDirectory(atPath: results)
                words[place] =
                    results + "/" + (try #require(stored.first { $0.hasSuffix(".json") }))
            }
            if let place = words.firstIndex(of: "--out") {
                // On standard output the command can be seen to say something; pages need
                // libraries that this machine may not have.
                words.replaceSubrange(place...place + 1, with: ["--format", "markdown"])
            }
            let run = try BuiltProgram.run(
                words, environment: ["URRBENCH_HOME": Repository.root.path],
                directory: Repository.root)
            // A debug build may be too slow for a threshold or for a valid run.
            #expect([0, 1, 5].contains(run.status), "\(command): \(run.errors)")
            #expect(!run.output.isEmpty, "\(command)")
        }
    }

    /// Arguments that make a sweep or a search short, in virtual time.
    private static func short(_ words: [String]) -> [String] {
        guard words[0] == "sweep" else {
            return [
                "--from", "80", "--hold", "500", "--resolution", "20", "--no-hysteresis", "--set",
                "topics.ticket-events.partitions=1", "--set", "consumers.0.instances=1", "--set",
                "consumers.0.serviceTime=10ms",
            ]
        }
        guard !words.contains("--partitions") else { return [] }
        return ["--partitions", "2", "--consumers", "1,2"]
    }

    /// Arguments that make a workload short and gentle enough for a debug build.
    private static func shortened(_ workload: String, results: String) -> [String] {
        var changes = ["phases.warmup=100ms", "phases.measure=1s", "phases.drain=20s"]
        if workload.contains("spike") {
            for producer in ["payment-service", "ticket-service"] {
                let arrivals = "producers.\(producer).arrivals."
                changes += ["at=100ms", "rise=100ms", "hold=200ms", "decay=200ms"]
                    .map { arrivals + $0 }
                changes.append(arrivals + "peak=2000")
            }
        } else if !workload.contains("admission") {
            changes.append("producers.payment-service.arrivals.rate=20000")
        }
        return ["--allow-debug", "--progress", "none", "--results", results]
            + changes.flatMap { ["--set", $0] }
    }

    @Test(arguments: [
        "scripts/nonsense", "scripts/urrbench worklaod x.json", "scripts/urrbench",
        "scripts/urrbench workload workloads/no-such.json",
        "scripts/urrbench workload workloads/spike.json --sed 7",
    ])
    func wrongCommandsAreFound(command: String) {
        #expect(Self.problem(with: command) != nil)
    }

    @Test func onlyMarkedBlocksCount() {
        let text = "```console\n$ a b\noutput\n```\n$ c\n```json\n$ d\n```\n"
        #expect(Self.commands(in: text) == ["a b"])
    }

    @Test func theTableOfStatusesIsComplete() throws {
        let text = try Repository.text("README.md")
        for status in ExitStatus.allCases { #expect(text.contains("\n| \(status.rawValue) | ")) }
    }
}
