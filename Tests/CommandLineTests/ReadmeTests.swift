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

    /// What is wrong with a command; nil where it can be typed as it is.
    static func problem(with command: String) -> String? {
        let words = command.split(separator: " ").map(String.init)
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
            let name = path.split(separator: "/").last.map { $0.prefix { $0 != "." } } ?? ""
            return name.contains { $0.isLowercase } && !Repository.exists(path)
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
