import Foundation
import Testing
import UrrTestSupport

@testable import urrbench

struct CompletionTests {
    /// What bash offers for the last of `words`.
    private func offers(_ words: [String], in directory: String = "/") throws -> [String] {
        let script = """
            set -u
            source "$1"; cd "$2"; shift 2
            COMP_WORDS=("$@") COMP_CWORD=$(($# - 1)) COMPREPLY=()
            _urrbench
            printf '%s\\n' "${COMPREPLY[@]}"
            """
        let home = try TemporaryDirectory()
        let file = home.url.appendingPathComponent("completion")
        try Data(BashCompletion.script(VerbTable.all).utf8).write(to: file)
        let run = try ProgramRun(
            "/bin/bash", ["-c", script, "bash", file.path, directory] + words)
        #expect(run.errors.isEmpty)
        return run.output.split(separator: "\n").map(String.init)
    }

    @Test(
        arguments: [
            (["urrbench", "wor"], ["workload"]),
            (["urrbench", "v"], ["validate", "verification-cost", "version"]),
            (["urrbench", "help", "k"], ["knee", "known-answers"]),
            (["urrbench", "workload", "--se"], ["--set", "--seed"]),
            (["urrbench", "workload", "--progress", "p"], ["plain"]),
            (["urrbench", "workload", "--progress", "=", "n"], ["none"]),
            (["urrbench", "workload", "--progress", "="], ["auto", "plain", "none"]),
            (["urrbench", "completion", ""], ["bash", "zsh", "fish"]),
            (["urrbench", "nonsense", ""], []),
        ] as [([String], [String])])
    func bashOffers(words: [String], expected: [String]) throws {
        #expect(try offers(words) == expected)
    }

    @Test func bashOffersFilesOfTheRightKind() throws {
        let directory = try TemporaryDirectory()
        for name in ["one two.json", "other.txt"] {
            try Data().write(to: directory.url.appendingPathComponent(name))
        }
        let words = ["urrbench", "workload", "o"]
        #expect(try offers(words, in: directory.url.path) == ["one two.json"])
        #expect(try offers(["urrbench", "workload", "--seed", "o"], in: directory.url.path) == [])
    }

    /// zsh and fish are checked by themselves where they are installed; everywhere, that no verb
    /// and no option is missing.
    @Test(arguments: ["bash", "zsh", "fish"])
    func scriptsAreCompleteAndParse(shell: String) throws {
        let script = try BuiltProgram.run(["completion", shell]).output
        for verb in VerbTable.all {
            #expect(script.contains(verb.name))
            for option in verb.allOptions {
                #expect(script.contains(shell == "fish" ? "-l \(option.name)" : "--\(option.name)"))
            }
        }
        let directory = try TemporaryDirectory()
        let file = directory.url.appendingPathComponent("script")
        try Data(script.utf8).write(to: file)
        let path = ["/bin/", "/usr/bin/"].map { $0 + shell }
            .first { FileManager.default.isExecutableFile(atPath: $0) }
        guard let path else { return }
        let check = try ProgramRun(path, ["-n", file.path])
        #expect(check.status == 0 && check.errors.isEmpty, "\(check.errors)")
    }
}
