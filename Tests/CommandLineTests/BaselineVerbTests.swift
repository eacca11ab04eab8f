import Foundation
import Testing
import UrrResults
import UrrTestSupport

struct BaselineVerbTests {
    private func baseline(_ runs: ComparedRuns, _ arguments: [String]) throws -> ProgramRun {
        try BuiltProgram.run(
            ["baseline"] + arguments + ["--baselines", runs.path("kept"), "--no-count"])
    }

    @Test func saveListAndCheck() throws {
        let runs = try ComparedRuns()
        let before = try runs.store("before", ComparedRuns.responses(1000, 10))
        let saved = try baseline(runs, ["save", "main", "--from", before])
        #expect(saved.status == 0, "\(saved.errors)")
        #expect(saved.output.contains("3.0 %"))
        #expect(runs.files("kept") == ["main.json"])
        let list = try baseline(runs, ["list"])
        #expect(list.output.contains("main") && list.output.contains("spike"))
        let same = try runs.program("b", ComparedRuns.responses(1000, 12, from: 70), from: 100)
        let check = try baseline(runs, ["check", "main", "--program", same, "--quiet"])
        #expect(check.status == 0, "\(check.errors)")
        let slower = try runs.program("c", ComparedRuns.responses(1150, 12, from: 70), from: 200)
        let found = try baseline(runs, ["check", "main", "--program", slower])
        #expect(found.status == 1, "\(found.errors)")
        #expect(found.output.contains("REGRESSED: spike: response.p50"))
        #expect(found.output.contains("the noise band comes from 1 session"))
    }

    @Test func sessionsAddUp() throws {
        let runs = try ComparedRuns()
        for (number, middle) in [1000.0, 1010, 1005].enumerated() {
            let stored = try runs.store(
                "s\(number)", ComparedRuns.responses(middle, 6, from: number * 10),
                from: number * 20)
            let run = try baseline(
                runs, ["save", "main", "--from", stored] + (number > 0 ? ["--append"] : []))
            #expect(run.status == 0, "\(run.errors)")
        }
        let record = try BaselineStore(directory: runs.path("kept")).load("main")
        #expect(record.sessions.count == 3 && record.trials.count == 18)
        #expect((record.bands["response.p50"] ?? 0) >= 0.03)
        let again = try baseline(runs, ["save", "main", "--from", runs.path("s1"), "--append"])
        #expect(again.status == 2)
        #expect(again.errors.contains("is in the baseline already"))
    }

    @Test func wrongUsageIsTold() throws {
        let runs = try ComparedRuns()
        let stored = try runs.store("s", [1000, 1001])
        _ = try baseline(runs, ["save", "main", "--from", stored])
        let other = try runs.store("o", [1000], from: 30) { $0.machine.cpuModel = "other" }
        let cases: [([String], String)] = [
            (["check", "mian"], "did you mean \"main\""), (["check", "../x"], "NAME: must be"),
            (["save", ".x", "--from", stored], "NAME: must be"),
            (["save", "main", "--from", stored], "--append adds a session"),
            (["save", "new"], "either a WORKLOAD or --from"), (["sing"], "must be list, save"),
            (["save", "main", "--from", other, "--append"], "not alike: machine's processor"),
            (["check", "main", "--from", other], "not alike: machine's processor"),
            (["check", "main", "--from", stored], "is in the baseline already"),
            (["check", "main", "--from", other, "--from", other], "the same run as"),
            (["save", "new", "no-such-workload"], "no-such-workload"),
            (["check", "main", "--set", "seed=2"], "--set: must be given only with save"),
            (["check", "main", "--program", "/tmp"], "--program: must be a program"),
            (["save", "..", "--from", stored], "the first no '.'"),
        ]
        for (arguments, message) in cases {
            let run = try baseline(runs, arguments)
            #expect(run.status == 2, "\(arguments): \(run.errors)")
            #expect(run.errors.contains(message), "\(run.errors)")
        }
    }

    @Test func brokenBaselinesAreToldWithTheirPath() throws {
        let runs = try ComparedRuns()
        let stored = try runs.store("s", [1000, 1001])
        _ = try baseline(runs, ["save", "main", "--from", stored])
        let text = try String(contentsOfFile: runs.path("kept/main.json"), encoding: .utf8)
        let cases: [(String, String)] = [
            (
                text.replacingOccurrences(of: "\"version\" : 1", with: "\"version\" : 9"),
                "version 9"
            ),
            (String(text.prefix(text.count / 2)), "not JSON"), ("{}", "names no schema"),
            (text.replacingOccurrences(of: "\"trials\"", with: "\"trails\""), "trials"),
        ]
        for (broken, message) in cases {
            try Data(broken.utf8).write(to: URL(fileURLWithPath: runs.path("kept/main.json")))
            for action in [["check", "main"], ["list"]] {
                let run = try baseline(runs, action)
                #expect(run.status == 2)
                #expect(
                    run.errors.contains("main.json: ") && run.errors.contains(message),
                    "\(run.errors)")
            }
        }
    }
}
