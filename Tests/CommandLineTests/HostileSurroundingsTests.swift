import Foundation
import Testing
import UrrResults
import UrrTestSupport

/// What happens around a run does not cost its result: readers that go away, limits, terminals that
/// are closed, children that do not listen.
@Suite(.serialized)
struct HostileSurroundingsTests {
    /// Runs `script` in bash with the program as `$B` and a folder as `$D`, which has `w.json`: a
    /// workload of two and a half seconds.
    /// Whether a process still runs five seconds from now; one that has ended and that its new
    /// parent has not looked at yet does not.
    private static let lives = """
        lives() {
            for i in $(seq 100); do
                [ -e /proc/$1/stat ] && ! grep -q ') Z' /proc/$1/stat 2>/dev/null || return 1
                sleep 0.05
            done
        }

        """

    private func bash(_ script: String, in directory: TemporaryDirectory) throws -> ProgramRun {
        let text = WorkloadVerbTests.quick
            .replacingOccurrences(of: "\"500ms\"", with: "\"2500ms\"")
        try Data(text.utf8).write(to: directory.url.appendingPathComponent("w.json"))
        return try ProgramRun(
            "/bin/bash", ["-c", Self.lives + script],
            environment: ["B": BuiltProgram.path, "D": directory.url.path])
    }

    private func results(_ directory: TemporaryDirectory, _ name: String = "out") -> [String] {
        let path = directory.url.appendingPathComponent(name).path
        let names = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
        return names.filter { $0.hasSuffix(".json") }.map { path + "/" + $0 }
    }

    private static let run = "\"$B\" workload $D/w.json --allow-debug --results $D/out"

    @Test func aReaderThatGoesAwayDoesNotCostTheResult() throws {
        let directory = try TemporaryDirectory()
        let run = try bash("\(Self.run) --progress plain 2>&1 | head -n 1", in: directory)
        #expect(run.status == 0)
        let file = try #require(results(directory).first, "\(run.output)")
        #expect(try !ResultStore.load(path: file).interrupted)
    }

    @Test func aReaderThatGoesAwayIsToldNothing() throws {
        let directory = try TemporaryDirectory()
        let run = try bash("\"$B\" help workload | true; echo ${PIPESTATUS[0]}", in: directory)
        #expect(run.errors.isEmpty)
        // 0 where the text was in the pipe before it was closed.
        #expect(["0\n", "3\n"].contains(run.output), "\(run.output)")
    }

    @Test func aLimitOnTheSizeOfFilesIsAProblemAndNoCrash() throws {
        let directory = try TemporaryDirectory()
        let run = try bash("ulimit -f 4; \(Self.run) --quiet", in: directory)
        #expect(run.status == 3, "\(run.errors)")
        #expect(run.errors.contains("File too large"), "\(run.errors)")
        #expect(results(directory).isEmpty)
    }

    @Test func aTerminalThatIsClosedEndsTheRunAndSavesIt() throws {
        let directory = try TemporaryDirectory()
        let run = try bash(
            "\(Self.run) --quiet & p=$!; sleep 1.5; kill -HUP $p; wait $p", in: directory)
        #expect(run.status == 130, "\(run.errors)")
        let file = try #require(results(directory).first)
        #expect(try ResultStore.load(path: file).interrupted)
    }

    @Test func nohupIsRespected() throws {
        let directory = try TemporaryDirectory()
        let run = try bash(
            "trap '' HUP; \(Self.run) --quiet & p=$!; sleep 1.5; kill -HUP $p; wait $p",
            in: directory)
        #expect(run.status == 5, "\(run.errors)")
        let file = try #require(results(directory).first)
        #expect(try !ResultStore.load(path: file).interrupted)
    }

    /// A trial that takes too long is ended with what it has started, at once.
    @Test func aTrialThatHangsIsEnded() throws {
        let directory = try TemporaryDirectory()
        let script = """
            printf '#!/bin/bash\\nsleep 300 & echo $! > "$(dirname "$0")/pid"; wait\\n' > $D/hangs
            chmod +x $D/hangs
            timeout 60 "$B" ab --baseline $D/hangs $D/w.json --quiet --trial-limit 1
            echo status $?
            lives $(cat $D/pid) && echo left; true
            """
        let run = try bash(script, in: directory)
        #expect(run.output.contains("status 3\n"), "\(run.output)\(run.errors)")
        #expect(run.errors.contains("has not ended after 1 s and was killed"), "\(run.errors)")
        #expect(!run.output.contains("left"), "\(run.output)")
    }

    /// The first interrupt is passed on; what does not listen is ended with the second, and what it
    /// has started, too.
    @Test func theSecondInterruptEndsChildrenThatDoNotListen() throws {
        let directory = try TemporaryDirectory()
        let script = """
            cat > $D/deaf <<'END'
            #!/bin/bash
            trap '' INT TERM
            sleep 300 & echo $$ $! > "$(dirname "$0")/pids"
            wait; sleep 300
            END
            chmod +x $D/deaf
            "$B" ab --baseline $D/deaf $D/w.json --quiet & p=$!
            for i in $(seq 200); do [ -s $D/pids ] && break; sleep 0.05; done
            kill -INT $p; sleep 0.5; kill -0 $p && echo waits
            kill -INT $p; wait $p; echo status $?
            for child in $(cat $D/pids); do lives $child && echo left; done; true
            """
        let run = try bash(script, in: directory)
        #expect(run.output.contains("waits\nstatus 130\n"), "\(run.output)\(run.errors)")
        #expect(!run.output.contains("left"), "\(run.output)")
    }
}
