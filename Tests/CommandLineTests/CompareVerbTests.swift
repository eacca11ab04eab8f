import Foundation
import Testing
import UrrResults
import UrrTestSupport

struct CompareVerbTests {
    @Test func aSlowDownIs1AndNamed() throws {
        let runs = try ComparedRuns()
        let before = try runs.store("before", ComparedRuns.responses(1000, 10))
        let after = try runs.store("after", ComparedRuns.responses(1100, 10, from: 50), from: 20)
        let run = try BuiltProgram.run(["compare", before, after, "--reports", runs.path("out")])
        #expect(run.status == 1, "\(run.errors)")
        #expect(run.output.contains("REGRESSED: spike: response.p50"))
        #expect(
            runs.files("out") == [
                "bencher.json", "bigger-is-better.json", "comparison.json", "comparison.md",
                "junit.xml", "smaller-is-better.json",
            ])
        let xml = try String(contentsOfFile: runs.path("out/junit.xml"), encoding: .utf8)
        #expect(xml.contains("<failure message="))
        for name in runs.files("out") where name.hasSuffix(".json") {
            let data = try Data(contentsOf: URL(fileURLWithPath: runs.path("out/" + name)))
            _ = try JSONSerialization.jsonObject(with: data)
        }
    }

    @Test func theSameIs0() throws {
        let runs = try ComparedRuns()
        let before = try runs.store("before", ComparedRuns.responses(1000, 10))
        let after = try runs.store("after", ComparedRuns.responses(1000, 10, from: 50), from: 20)
        let run = try BuiltProgram.run(["compare", before, after])
        #expect(run.status == 0, "\(run.errors)")
        #expect(run.output.hasSuffix("not regressed\n"), "\(run.output)")
    }

    @Test func oneTrialSaysWhatCannotBeConcluded() throws {
        let runs = try ComparedRuns()
        let before = try runs.store("before", [1000])
        let after = try runs.store("after", [5000], from: 20)
        let run = try BuiltProgram.run(["compare", before, after])
        #expect(run.status == 0)
        #expect(run.output.contains("one trial on a side says nothing"))
        #expect(run.output.contains("inconclusive"))
        #expect(try BuiltProgram.run(["compare", before, after, "--strict"]).status == 1)
    }

    @Test(
        arguments: [
            ("machine's processor", { @Sendable in $0.machine.cpuModel = "other" }),
            ("machine's processors", { @Sendable in $0.machine.allowedCPUs = [0] }),
            ("seed", { @Sendable in $0.seed = 7 }),
            ("digest of the workload", { @Sendable in $0.workload.digest = "ff" }),
            ("build mode", { @Sendable in $0.machine.buildMode = "debug" }),
            ("driver", { @Sendable in $0.driver.name = "kafka" }),
            ("workload", { @Sendable in $0.workload.name = "steady" }),
            ("virtual time", { @Sendable in $0.simulated = true }),
        ] as [(String, @Sendable (inout RunRecord) -> Void)])
    func whatIsNotAlikeIsRefused(
        what: String, change: @Sendable (inout RunRecord) -> Void
    ) throws {
        let runs = try ComparedRuns()
        let before = try runs.store("before", ComparedRuns.responses(1000, 6))
        let after = try runs.store(
            "after", ComparedRuns.responses(1000, 6, from: 50), from: 20, change: change)
        let run = try BuiltProgram.run(["compare", before, after])
        #expect(run.status == 2)
        #expect(run.errors.contains("not alike: \(what): "), "\(run.errors)")
        let forced = try BuiltProgram.run(
            ["compare", before, after, "--force", "--reports", runs.path("out")])
        #expect(forced.status == 0, "\(forced.errors)")
        #expect(forced.output.contains("NOT ALIKE: \(what): "))
        let comment = try String(contentsOfFile: runs.path("out/comparison.md"), encoding: .utf8)
        #expect(comment.contains("**not alike**"))
    }

    @Test func aWorkloadOfOneSideAloneIsTold() throws {
        let runs = try ComparedRuns()
        let before = try runs.store("before", ComparedRuns.responses(1000, 6))
        try runs.store("before", [1000, 1001], from: 40) { $0.workload.name = "steady" }
        let after = try runs.store("after", ComparedRuns.responses(1000, 6, from: 50), from: 20)
        let told = "workload: the candidate has no result of \"steady\""
        let run = try BuiltProgram.run(["compare", before, after])
        #expect(run.status == 2 && run.errors.contains(told), "\(run.errors)")
        let forced = try BuiltProgram.run(["compare", before, after, "--force"])
        #expect(forced.status == 0, "\(forced.errors)")
        #expect(forced.output.contains("NOT ALIKE: " + told), "\(forced.output)")
    }

    /// Each is told with its path; none is a crash.
    @Test func badFilesAreToldAllAtOnce() throws {
        let runs = try ComparedRuns()
        let good = try runs.store("good", ComparedRuns.responses(1000, 1))
        let text = try String(
            contentsOfFile: good + "/" + runs.files("good")[0], encoding: .utf8)
        func write(_ name: String, _ text: String) throws -> String {
            try Data(text.utf8).write(to: URL(fileURLWithPath: runs.path(name)))
            return runs.path(name)
        }
        let files = [
            try write("cut.json", String(text.prefix(text.count / 2))),
            try write(
                "old.json",
                text.replacingOccurrences(of: "\"version\" : 1", with: "\"version\" : 7")),
            try write("other.json", "{\"schema\": \"urrbench.baseline\", \"version\": 1}"),
            try write(
                "nan.json",
                text.replacingOccurrences(
                    of: "\"clockReadNs\" : 9.1", with: "\"clockReadNs\" : NaN")),
            try write(
                "typed.json",
                text.replacingOccurrences(
                    of: "\"durationNs\" : ", with: "\"durationNs\" : \"x\", \"y\" : ")),
            try write(
                "huge.json",
                text.replacingOccurrences(
                    of: "\"duplicates\" : 0", with: "\"duplicates\" : 9223372036854775807")),
            try write("empty.json", ""), runs.path("missing.json"),
        ]
        let run = try BuiltProgram.run(["compare", good] + files)
        #expect(run.status == 2)
        #expect(run.output.isEmpty)
        for file in files { #expect(run.errors.contains(file + ": "), "\(run.errors)") }
        #expect(run.errors.contains("version 7, this program reads version 1"))
        #expect(run.errors.contains("schema \"urrbench.baseline\""))
        for verb in [["show"], ["report", "--format", "markdown"]] {
            let run = try BuiltProgram.run(verb + [runs.path("huge.json")])
            #expect(run.status == 2, "\(run.errors)")
            #expect(run.errors.contains("accounting.duplicates: 9223372036854775807 is beyond"))
        }
    }

    @Test func aRunDoesNotConfirmItself() throws {
        let runs = try ComparedRuns()
        let before = try runs.store("before", [1000, 1001])
        let file = before + "/" + runs.files("before")[0]
        let run = try BuiltProgram.run(["compare", before, file])
        #expect(run.status == 2)
        #expect(run.errors.contains("the same run as"))
    }

    @Test func unknownMetricsAndOptionsAreRefused() throws {
        let runs = try ComparedRuns()
        let before = try runs.store("before", [1000, 1001])
        let after = try runs.store("after", [1000, 1001], from: 20)
        let run = try BuiltProgram.run(["compare", before, after, "--metric", "respnse.p50"])
        #expect(run.status == 2)
        #expect(run.errors.contains("did you mean \"response.p50\""), "\(run.errors)")
        let options = try BuiltProgram.run(
            ["compare", before, after, "--effect", "nan", "--effect", "a=b=1", "--band", "-1"])
        #expect(options.status == 2)
        #expect(options.errors.split(separator: "\n").count == 3, "\(options.errors)")
        #expect(try BuiltProgram.run(["compare", before]).status == 2)
        #expect(try BuiltProgram.run(["compare", before, "/nonexistent"]).status == 2)
    }

    @Test func chosenMetricsAreCompared() throws {
        let runs = try ComparedRuns()
        let before = try runs.store("before", ComparedRuns.responses(1000, 8))
        let after = try runs.store("after", ComparedRuns.responses(1100, 8, from: 50), from: 20)
        let run = try BuiltProgram.run(
            ["compare", before, after, "-m", "cpu.busy", "-m", "lost"])
        #expect(run.status == 0, "\(run.output)")
        #expect(run.output.contains("cpu.busy"))
        #expect(run.output.contains("values of 0 or below"))
        #expect(!run.output.contains("response.p50"))
    }
}
