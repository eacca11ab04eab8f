import Foundation
import Testing
import UrrResults
import UrrTestSupport

@testable import urrbench

/// Sweeps in virtual time: the program as a user runs it, in a fraction of the time.
struct SweepVerbTests {
    private let directory: TemporaryDirectory
    private let results: String

    init() throws {
        directory = try TemporaryDirectory()
        results = directory.url.appendingPathComponent("out").path
    }

    private func run(_ arguments: [String]) throws -> ProgramRun {
        try BuiltProgram.run(
            [
                "sweep", Repository.url("workloads/scaling.json").path, "--virtual", "--results",
                results, "--set", "phases.measure=5s",
                "--set", "producers.ticket-service.arrivals.rate=3000",
            ] + arguments)
    }

    private func stored() throws -> SweepRecord {
        let names = try FileManager.default.contentsOfDirectory(atPath: results)
        #expect(names.count == 1)
        return try ResultStore.loadSweep(path: results + "/" + (try #require(names.first)))
    }

    @Test func throughputGrowsWithMembersUntilPartitionsEnd() throws {
        let run = try run([
            "--partitions", "2", "--consumers", "1,2,4", "--trials", "2", "--set",
            "consumers.0.serviceTime=1ms",
        ])
        #expect(run.status == 0, "\(run.errors)")
        #expect(run.errors.contains("3 cells (partitions 1 x consumers 3) x 2 trials = 6 runs"))
        let sweep = try stored()
        #expect(sweep.runs.count == 6)
        #expect(sweep.workload.overrides.contains("consumers.0.serviceTime=1ms"))
        // One member handles 1,000 a second; the third and fourth have no partition.
        let group = "ticket-service-group"
        let rates = sweep.summaries(ofGroup: group).map { $0.saturated[0] }
        for (rate, expected) in zip(rates, [1000.0, 2000, 2000]) {
            #expect(abs(rate / expected - 1) < 0.01, "\(rates)")
        }
        #expect(sweep.summaries(ofGroup: group).map(\.idleMembers) == [0, 0, 2])
        #expect(run.output.contains("No scalability law"))
        #expect(run.output.contains("2 x 4"))
    }

    @Test func anInterruptedSweepGoesOnWhereItWas() throws {
        let options = ["--partitions", "4", "--consumers", "1,2", "--trials", "2"]
        let first = try run(options + ["--limit", "3"])
        #expect(first.status == 0, "\(first.errors)")
        #expect(first.errors.contains("1 runs are missing; go on with"))
        let before = try stored()
        #expect(before.runs.count == 3)
        let path = results + "/" + (try FileManager.default.contentsOfDirectory(atPath: results)[0])
        let second = try BuiltProgram.run([
            "sweep", Repository.url("workloads/scaling.json").path, "--virtual", "--results",
            results, "--resume", path,
        ])
        #expect(second.status == 0, "\(second.errors)")
        let after = try stored()
        #expect(Array(after.runs.prefix(3)) == before.runs)
        #expect(Set(after.runs.map { [$0.cell, $0.trial] }).count == 4)
        #expect(after.sweepId == before.sweepId)
    }

    @Test func whatASweepWasBegunWithCannotBeChangedLater() throws {
        #expect(try run(["--partitions", "4", "--consumers", "1,2", "--limit", "1"]).status == 0)
        let path = results + "/" + (try FileManager.default.contentsOfDirectory(atPath: results)[0])
        let contradiction = try run(["--resume", path, "--trials", "9"])
        #expect(contradiction.status == 2)
        #expect(contradiction.errors.contains("--trials: must not be given with --resume"))
        #expect(contradiction.errors.contains("--set: must not be given with --resume"))
        let other = try BuiltProgram.run([
            "sweep", Repository.url("workloads/steady.json").path, "--virtual", "--resume", path,
        ])
        #expect(other.status == 2)
        #expect(other.errors.contains("--resume"))
    }

    @Test func theFilesOwnSweepIsAnnounced() throws {
        let run = try BuiltProgram.run([
            "sweep", Repository.url("workloads/scaling.json").path, "--dry-run",
        ])
        #expect(run.status == 0)
        #expect(run.output.contains("18 cells (partitions 2 x consumers 9) x 2 trials = 36 runs"))
        #expect(run.output.contains("at most"))
    }

    @Test func hugeSweepsHaveToBeAskedFor() throws {
        let counts = (1...100).map { "\($0)" }.joined(separator: ",")
        let run = try run(["--partitions", counts, "--consumers", counts, "--trials", "1"])
        #expect(run.status == 2)
        #expect(run.errors.contains("10000 cells") && run.errors.contains("--limit"))
        let dry = try self.run([
            "--partitions", counts, "--consumers", counts, "--limit", "5", "--dry-run",
        ])
        #expect(dry.status == 0)
    }

    @Test(arguments: [
        (["--partitions", "1,x"], "--partitions: must be whole numbers from 1 to 10000"),
        (["--partitions", "0"], "--partitions: must be whole numbers"),
        (["--consumers", "2,2"], "--consumers: must name each value once"),
        (["--partitions", "1,20000"], "--partitions: must be whole numbers"),
        (["--set", "topics.ticket-events.capacity=8MiB,3MiB"], "must be a power of two"),
        (["--set", "no.such.path=1,2"], "unknown key"),
        (["--resume", "/no/such.sweep.json"], "--set: must not be given with --resume"),
    ])
    func badInputIsNamedBeforeTheFirstRun(options: [String], text: String) throws {
        let run = try run(options)
        #expect(run.status == 2)
        #expect(run.errors.contains(text), "\(run.errors)")
        #expect(!FileManager.default.fileExists(atPath: results))
    }

    @Test func aWorkloadWithoutASweepNeedsSomethingToVary() throws {
        let run = try BuiltProgram.run([
            "sweep", Repository.url("workloads/steady.json").path, "--virtual",
        ])
        #expect(run.status == 2)
        #expect(run.errors.contains("needs something to vary"))
    }

    @Test func valuesAreSplitAtCommasOutsideOfBrackets() {
        #expect(SweepAxes.split("1,2,3") == ["1", "2", "3"])
        #expect(SweepAxes.split("[1,2],{\"a\": 3, \"b\": 4}") == ["[1,2]", "{\"a\": 3, \"b\": 4}"])
        #expect(SweepAxes.split("\"a,b\",c") == ["\"a,b\"", "c"])
        #expect(SweepAxes.split("") == [""])
    }

    @Test func machinesAreToldApart() {
        let here = SampleRun.record().machine
        var there = here
        there.cpuModel = "another"
        there.allowedCPUs = [0]
        #expect(SweepRun.differences(here, here) == [])
        #expect(SweepRun.differences(here, there).count == 2)
    }
}
