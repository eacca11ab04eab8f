import Foundation
import Testing
import UrrTestSupport

/// What the scripts make of their options. They run in a directory of their own, where what they
/// call only says how it was called.
struct ScriptTests {
    private let directory: TemporaryDirectory

    init() throws {
        directory = try TemporaryDirectory()
        let scripts = directory.url.appendingPathComponent("scripts")
        try FileManager.default.createDirectory(
            at: scripts.appendingPathComponent("lib"), withIntermediateDirectories: true)
        for name in ["scripts/bench", "scripts/test", "scripts/lib/prerequisites.sh"] {
            try FileManager.default.copyItem(
                at: Repository.url(name), to: directory.url.appendingPathComponent(name))
        }
        try stub("bin/swift", #"[ "$1" = --version ] && echo Swift version 6.3.1 && exit"#)
    }

    /// A program that prints its name, its arguments and what it is told by its environment, after
    /// it did what `behaviour` says.
    private func stub(_ path: String, _ behaviour: String = "") throws {
        let file = directory.url.appendingPathComponent(path)
        try FileManager.default.createDirectory(
            at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        let text = """
            #!/bin/bash
            \(behaviour)
            echo "$(basename "$0") $*${URRBENCH_LONG:+ long}${LD_PRELOAD:+ preloaded}"
            exit ${STATUS:-0}

            """
        try? FileManager.default.removeItem(at: file)
        try Data(text.utf8).write(to: file)
        try FileManager.default.setAttributes(
            [.posixPermissions: 0o755], ofItemAtPath: file.path)
    }

    private func run(_ script: String, _ arguments: [String]) throws -> ProgramRun {
        let path = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"
        return try ProgramRun(
            directory.url.appendingPathComponent("scripts/" + script).path, arguments,
            environment: [
                "PATH": directory.url.appendingPathComponent("bin").path + ":" + path,
                "URRBENCH_LONG": "", "LD_PRELOAD": "",
            ])
    }

    private func lines(_ run: ProgramRun) -> [String] {
        run.output.split(separator: "\n").map(String.init)
    }

    /// The option for the optional parts that this machine has the libraries for; "" where none.
    private func traits() throws -> String {
        let library = Repository.url("scripts/lib/prerequisites.sh").path
        let run = try ProgramRun(
            "/bin/bash", ["-c", "source \"$1\" && installed_traits", "bash", library])
        return run.output.isEmpty ? "" : " --traits " + run.output
    }

    @Test func benchPassesItsOptionsOn() throws {
        try stub("scripts/urrbench")
        let run = try run("bench", ["--filter", "log-*", "--trials", "3"])
        #expect(run.status == 0)
        #expect(lines(run) == ["urrbench core --filter log-* --trials 3"])
        try stub("scripts/urrbench", "STATUS=4")
        #expect(try self.run("bench", ["--json"]).status == 4)
    }

    @Test func benchTellsItsOwnOptionToo() throws {
        try stub("scripts/urrbench")
        let run = try run("bench", ["--long", "--help"])
        #expect(run.status == 0)
        #expect(run.output.hasPrefix("usage: scripts/bench [--long] [OPTION...]\n"))
        #expect(lines(run).last == "urrbench core --help")
    }

    /// Options that the benchmark does not know are told before anything else is done.
    @Test func benchChecksItsOptionsFirst() throws {
        try stub("scripts/urrbench", #"[ "${!#}" = --list ] && exit 2"#)
        let run = try run("bench", ["--nonsense", "--long"])
        #expect(run.status == 2)
        #expect(run.output.isEmpty)
    }

    @Test func benchRunsEveryProofInItsLongForm() throws {
        try stub("scripts/urrbench", #"[ "${!#}" = --list ] && exit"#)
        try stub("scripts/test")
        let run = try run("bench", ["--long", "--trials", "3"])
        #expect(run.status == 0, "\(run.errors)")
        let calls = lines(run)
        #expect(calls.count >= 3)
        #expect(calls.last == "urrbench core --trials 3 long")
        let proofs = calls.dropLast()
        #expect(proofs.allSatisfy { $0.hasPrefix("test ") && $0.hasSuffix(" long") })
        #expect(proofs.contains { $0.contains("--sanitize thread") })
        #expect(proofs.contains { $0.contains("UrrLogTests") && $0.contains("UrrQueueTests") })
        #expect(run.errors.firstMatch(of: /at most [0-9]+ minutes/) != nil)
        #expect(run.errors.hasSuffix("every proof holds\n"))
    }

    @Test func aProofThatFailsIsToldAtTheEnd() throws {
        try stub("scripts/urrbench", #"[ "${!#}" = --list ] && exit"#)
        try stub("scripts/test", #"[ "$1" = --sanitize ] && STATUS=1"#)
        let run = try run("bench", ["--long"])
        #expect(run.status == 1)
        #expect(lines(run).last == "urrbench core long")
        #expect(run.errors.contains("status 1: scripts/test --sanitize thread"))
        #expect(!run.errors.contains("every proof holds"))
    }

    @Test func testBuildsWithWhatChangesTheBuild() throws {
        let run = try run("test", ["--filter", "A", "-c", "release", "-Xswiftc", "-x"])
        let traits = try traits()
        #expect(
            lines(run) == [
                "swift build --build-tests -c release -Xswiftc -x" + traits,
                "swift test --skip-build --disable-xctest --filter A -c release -Xswiftc -x"
                    + traits,
            ])
    }

    @Test func testKeepsTheTraitsThatItIsTold() throws {
        let run = try run("test", ["--traits", "A,B"])
        #expect(
            lines(run) == [
                "swift build --build-tests --traits A,B",
                "swift test --skip-build --disable-xctest --traits A,B",
            ])
    }

    /// A sanitizer needs a build of its own, and the C++ allocation functions that it knows.
    @Test(arguments: [["--sanitize", "thread"], ["--sanitize=thread"]])
    func testMakesSanitizersWork(option: [String]) throws {
        let all = option.joined(separator: " ")
        let run = try run("test", option + ["--filter", "A"])
        let own = try "\(traits()) --scratch-path .build/sanitize-thread"
        #expect(
            lines(run) == [
                "swift build --build-tests \(all)\(own)",
                "swift test --skip-build --disable-xctest \(all) --filter A\(own) preloaded",
            ])
        let other = try self.run("test", option + ["--scratch-path", "x"])
        #expect(!other.output.contains(".build/sanitize"))
    }
}
