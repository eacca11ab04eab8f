import Foundation
import UrrReport

/// Builds the program from another revision of the repository: in a worktree under `.build`, which
/// is removed again. The program is kept there under the revision's hash, so that the next
/// comparison with the same revision need not build it again.
struct RevisionBuild {
    /// Root of the repository.
    let home: String

    private static let buildLimitSeconds = 3600

    /// The program of `revision` and the commit that this is.
    func program(_ revision: String) throws -> (path: String, commit: String) {
        let commit = try git(
            ["rev-parse", "--verify", "--quiet", "--end-of-options", revision + "^{commit}"],
            failure: "--git: must be a revision of \(home), got \(quoted(revision))")
        let directory = home + "/.build/revisions"
        let program = directory + "/urrbench-" + commit
        if FileManager.default.isExecutableFile(atPath: program) { return (program, commit) }
        let tree = directory + "/tree-" + commit + "-\(getpid())"
        defer { remove(tree) }
        _ = try git(
            ["worktree", "add", "--detach", "--force", tree, commit],
            failure: "--git: cannot make a worktree of \(commit)")
        Console.progress("building \(commit.prefix(12)) (some minutes)\n")
        let build = try ChildProcess(
            "/usr/bin/env",
            [
                "swift", "build", "-c", "release", "--product", Program.name, "--package-path",
                tree,
            ], directory: tree, limitSeconds: Self.buildLimitSeconds)
        guard build.status == 0 else {
            let words = (build.output + build.errors).split(separator: "\n").suffix(20)
            throw UsageProblems(
                problems: ["--git: \(commit) does not build:"] + words.map(String.init))
        }
        try FileManager.default.moveItem(
            atPath: tree + "/.build/release/" + Program.name, toPath: program + ".new")
        rename(program + ".new", program)
        return (program, commit)
    }

    /// The first line that git prints.
    private func git(
        _ arguments: [String], failure: String, cleansUp: Bool = false
    ) throws -> String {
        let child = try ChildProcess(
            "/usr/bin/env",
            ["git", "-c", "safe.directory=" + home, "-C", home] + arguments, limitSeconds: 300,
            cleansUp: cleansUp)
        guard child.status == 0 else {
            let words = child.errors.split(separator: "\n").first.map { ": " + $0 } ?? ""
            throw UsageProblems(problems: [failure + printable(words)])
        }
        return child.output.split(separator: "\n").first.map(String.init) ?? ""
    }

    private func remove(_ tree: String) {
        _ = try? git(["worktree", "remove", "--force", tree], failure: "", cleansUp: true)
        try? FileManager.default.removeItem(atPath: tree)
        _ = try? git(["worktree", "prune"], failure: "", cleansUp: true)
    }
}
