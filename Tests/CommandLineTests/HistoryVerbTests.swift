import Foundation
import Testing
import UrrResults
import UrrTestSupport

struct HistoryVerbTests {
    @Test func aStepIsNamedWithItsCommitAndExported() throws {
        let runs = try ComparedRuns()
        try runs.store("all", ComparedRuns.responses(1000, 12))
        try runs.store("all", ComparedRuns.responses(1200, 10, from: 40), from: 12) {
            $0.machine.gitCommit = "feedfacecafe0123"
        }
        let run = try BuiltProgram.run(
            ["history", runs.path("all"), "--csv", runs.path("csv"), "-m", "response.p50"])
        #expect(run.status == 0, "\(run.errors)")
        #expect(run.output.contains("worse since 2026-11-21T00:12:00Z, commit feedfacecafe: "))
        #expect(runs.files("csv") == ["otava.yaml", "spike-1.csv"])
        let csv = try String(contentsOfFile: runs.path("csv/spike-1.csv"), encoding: .utf8)
        let rows = csv.split(separator: "\n")
        #expect(rows[0] == "time,commit,placement,run,response.p50")
        #expect(rows.count == 23)
        let yaml = try String(contentsOfFile: runs.path("csv/otava.yaml"), encoding: .utf8)
        #expect(yaml.contains("direction: -1") && yaml.contains("spike-1.csv"))
    }

    @Test func littleIsSaidOfLittle() throws {
        let runs = try ComparedRuns()
        try runs.store("few", ComparedRuns.responses(1000, 3))
        let run = try BuiltProgram.run(["history", runs.path("few")])
        #expect(run.status == 0)
        #expect(run.output.contains("at least 10 are needed"))
        try FileManager.default.createDirectory(
            atPath: runs.path("none"), withIntermediateDirectories: true)
        for path in [runs.path("none"), "/nonexistent"] {
            #expect(try BuiltProgram.run(["history", path]).status == 2)
        }
        let other = try BuiltProgram.run(["history", runs.path("few"), "--workload", "spke"])
        #expect(other.status == 2 && other.errors.contains("did you mean \"spike\""))
    }
}
