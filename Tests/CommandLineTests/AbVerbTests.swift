import Foundation
import Testing
import UrrResults
import UrrTestSupport

struct AbVerbTests {
    private func run(
        _ runs: ComparedRuns, _ baseline: String, _ candidate: String, _ more: [String] = []
    ) throws -> ProgramRun {
        try BuiltProgram.run(
            ["ab", "--baseline", baseline, "--candidate", candidate, try runs.workload()] + more)
    }

    @Test func aSlowDownIsFoundAtTheFirstLook() throws {
        let runs = try ComparedRuns()
        let result = try run(
            runs, try runs.program("a", ComparedRuns.responses(1000, 24)),
            try runs.program("b", ComparedRuns.responses(1100, 24, from: 70), from: 100))
        #expect(result.status == 1, "\(result.errors)")
        #expect(result.output.contains("REGRESSED: spike: response.p50"))
        #expect(result.output.contains("8 trials: 8 near"))
        #expect(runs.files("a-runs").count == 16)
        #expect(result.errors.contains("block 1 of at most 6, trial 1 of 8: "))
    }

    @Test func theSameBuildIsNotRegressed() throws {
        let runs = try ComparedRuns()
        let result = try run(
            runs, try runs.program("a", ComparedRuns.responses(1000, 24)),
            try runs.program("b", ComparedRuns.responses(1000, 24, from: 70), from: 100),
            ["--quiet"])
        #expect(result.status == 0, "\(result.errors)")
        #expect(result.output.isEmpty)
    }

    @Test func noiseRunsIntoTheLimit() throws {
        let runs = try ComparedRuns()
        // In each block of four both sides take the same times, in another order.
        func loud(_ block: [Int64]) -> [Int64] { [block, block, block].flatMap { $0 } }
        let result = try run(
            runs, try runs.program("a", loud([1000, 5000, 2500, 7000])),
            try runs.program("b", loud([7000, 1000, 5000, 2500]), from: 100),
            ["--trials", "12", "--results", runs.path("kept")])
        #expect(result.status == 0, "\(result.errors)")
        #expect(result.output.contains("the limit of 12 trials on each side was reached"))
        #expect(result.output.contains("inconclusive"))
        #expect(runs.files("kept").count == 24)
    }

    @Test func countsComeFirst() throws {
        let runs = try ComparedRuns()
        let programs = [
            try runs.program("a", ComparedRuns.responses(1000, 24)),
            try runs.program("b", ComparedRuns.responses(1000, 24, from: 70), from: 100),
        ]
        for (name, atomics) in [("a", 1.0), ("b", 2.0)] {
            let record = CounterRecord(
                commit: name, buildMode: "release", compiler: "6.3.1", architecture: "x86_64",
                cases: ["log-append": ["atomics": atomics, "systemCalls": 0]])
            try record.json().write(to: URL(fileURLWithPath: runs.path(name) + ".counts"))
        }
        let result = try run(runs, programs[0], programs[1], ["--count"])
        #expect(result.status == 1, "\(result.errors)")
        #expect(result.output.contains("REGRESSED: log-append: atomics"))
        // A baseline that cannot count is an older one.
        try FileManager.default.removeItem(atPath: runs.path("a") + ".counts")
        let older = try BuiltProgram.run(
            ["ab", "--baseline", programs[0], "--candidate", programs[1], "--count"])
        #expect(older.status == 0, "\(older.errors)")
        #expect(older.output.contains("not counted: all: baseline: a cannot count"))
    }

    @Test(arguments: [(2, 2), (3, 3), (4, 4), (139, 3)])
    func aTrialThatFailsEndsIt(status: Int, expected: Int) throws {
        let runs = try ComparedRuns()
        let result = try run(
            runs, try runs.program("a", ComparedRuns.responses(1000, 24)),
            try runs.program(
                "b", ComparedRuns.responses(1000, 24, from: 70), from: 100, status: status))
        #expect(result.status == Int32(expected), "\(result.errors)")
        #expect(result.errors.contains("candidate: b"))
        #expect(result.output.isEmpty)
    }

    @Test func aProgramThatIsNoneOfOursIsTold() throws {
        let runs = try ComparedRuns()
        for (program, status) in [("/bin/true", "status 0"), ("/bin/false", "status 1")] {
            let result = try run(runs, program, program)
            #expect(result.status == 3, "\(result.errors)")
            #expect(result.errors.contains("baseline: ") && result.errors.contains(status))
            #expect(result.errors.contains("stored 0 results"), "\(result.errors)")
        }
    }

    @Test func wrongUsageIsToldAllAtOnce() throws {
        let runs = try ComparedRuns()
        let program = try runs.program("a", [1000])
        let file = try runs.workload()
        let cases: [([String], String)] = [
            (["ab"], "needs a WORKLOAD"), (["ab", "no-such-workload"], "no-such-workload"),
            (["ab", file, "--baseline", file], "--baseline: must be a program"),
            (["ab", file, "--candidate", "/nonexistent"], "--candidate: must be a program"),
            (["ab", file, "--candidate", "/tmp"], "--candidate: must be a program"),
            (["ab", file, "--git", "x", "--baseline", program], "one of the two"),
            (["ab", file, "--trials", "3"], "--trials: must be a whole number from 8"),
        ]
        for (arguments, message) in cases {
            let run = try BuiltProgram.run(arguments)
            #expect(run.status == 2, "\(arguments)")
            #expect(run.errors.contains(message), "\(run.errors)")
        }
    }

    @Test(arguments: ["--upload-pack=x", "no/such/revision", "HEAD:README.md", ""])
    func wrongRevisionsAreRefused(revision: String) throws {
        let runs = try ComparedRuns()
        let run = try BuiltProgram.run(
            ["ab", try runs.workload(), "--git=" + revision],
            environment: ["URRBENCH_HOME": Repository.root.path])
        #expect(run.status == 2, "\(run.errors)")
        #expect(run.errors.contains("--git"))
    }

    /// The real thing, once: this build against itself, slowed down by a lot.
    @Test func aDelayInTheAppendPathIsFound() throws {
        let runs = try ComparedRuns()
        let run = try BuiltProgram.run([
            "ab", try runs.workload(), "--allow-debug", "--set-candidate",
            "driver.appendDelay=200us", "--metric", "acknowledgement.p50", "--trials", "8",
        ])
        // Every run of a debug build is INVALID, so nothing is concluded; but both sides ran.
        #expect(run.status == 0, "\(run.errors)")
        #expect(run.output.contains("driver.appendDelay=200us"))
        #expect(run.output.contains("NOT ALIKE: driver: "))
        #expect(run.output.contains("every trial of the baseline is INVALID"))
    }

    @Test func settingsOfTheDriverAreChecked() throws {
        let runs = try ComparedRuns()
        for (setting, message) in [
            ("driver.apendDelay=1ns", "did you mean \"appendDelay\""),
            ("driver.appendDelay=1h", "must be a time from 0 to 1ms"),
            ("driver.appendDelay=-1", "must be a time from 0 to 1ms"),
            ("driver.appendDelay=nan", "must be a time from 0 to 1ms"),
        ] {
            let run = try BuiltProgram.run(
                ["workload", try runs.workload(), "--allow-debug", "--set", setting])
            #expect(run.status == 2)
            #expect(run.errors.contains(message), "\(run.errors)")
        }
    }
}
