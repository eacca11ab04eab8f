import Foundation
import Testing
import UrrResults
import UrrTestSupport
import UrrWorkload

@testable import urrbench

struct SimulateVerbTests {
    private let directory: TemporaryDirectory

    init() throws { directory = try TemporaryDirectory() }

    private func simulate(_ arguments: [String], seed: String = "5") throws -> RunRecord {
        let results = directory.url.path + "/" + UUID().uuidString
        let run = try BuiltProgram.run(
            [
                "simulate", Repository.url("workloads/ticket-opening.json").path, "--results",
                results, "--seed", seed, "--set",
                "producers.0.arrivals={\"executor\": \"constant\", \"rate\": 4000, "
                    + "\"variance\": \"poisson\"}", "--set", "phases.measure=2s",
            ] + arguments)
        #expect([0, 1].contains(run.status), "\(run.errors)")
        let names = try FileManager.default.contentsOfDirectory(atPath: results)
        return try ResultStore.load(path: results + "/" + (try #require(names.first)))
    }

    @Test func theSameSeedGivesTheSameResult() throws {
        var one = try simulate([])
        var other = try simulate([])
        #expect(one.simulated && one.driver.name == "virtual")
        #expect(one.accounting.handled > 7000 && one.accounting.lost == 0)
        one.runId = ""
        other.runId = ""
        one.startedAt = ""
        other.startedAt = ""
        // What is of the process that simulated, and not of the simulation.
        one.series = try series(one)
        other.series = try series(other)
        one.harness.workers = []
        other.harness.workers = []
        #expect(one == other)
        #expect(try simulate([], seed: "6").accounting != one.accounting)
    }

    private func series(_ record: RunRecord) throws -> SeriesRecord {
        var series = record.series
        for index in series.rows.indices { series.rows[index].residentBytes = nil }
        return series
    }

    /// What a simulation keeps has to fit into memory: the books always, the logs where they are not
    /// simulated ones.
    @Test(arguments: [("ticket-opening", false), ("admission", true), ("spike", false)])
    func whatIsKeptMustFitIntoMemory(_ name: String, keepsLogs: Bool) throws {
        let spec = try WorkloadFile.load(
            path: Repository.url("workloads/\(name).json").path, checks: .forAnyMachine
        ).spec
        var checks = WorkloadChecks.forSimulation
        #expect(checks.availableBytes != nil)
        let books = spec.simulated.bookBytes
        checks.availableBytes = books + (keepsLogs ? spec.logBytes : 0)
        #expect(spec.problems(checks) == [])
        checks.availableBytes = books - 1
        let text = spec.problems(checks).map(\.text).joined()
        #expect(text.contains("must fit into the \(books - 1) bytes of available memory"))
        #expect(text.contains("logs") == keepsLogs)
    }

    /// A queue is simulated on the embedded core.
    @Test func whatTheLogsCannotDoIsSimulatedAllTheSame() throws {
        let run = try BuiltProgram.run([
            "simulate", Repository.url("workloads/admission.json").path, "--results",
            directory.url.path, "--set", "phases.measure=1s", "--set", "phases.warmup=100ms",
        ])
        #expect([0, 1].contains(run.status), "\(run.errors)")
        #expect(run.output.contains("embedded"))
    }

    // MARK: Calibration

    private func measured(_ change: (inout RunRecord) -> Void = { _ in }) throws -> RunRecord {
        let text = try Repository.text("workloads/ticket-opening.json")
        var record = SampleRun.record()
        record.workload.document = try JSONDecoder().decode(
            UrrResults.JSONValue.self, from: Data(text.utf8))
        // 4 ms at the median with a 99th percentile of 8 ms have a mean of about 4.18 ms.
        let spec = try WorkloadFile.load(
            path: Repository.url("workloads/ticket-opening.json").path, checks: .forThisProgram)
        let mean = Int64(spec.spec.consumers[0].serviceTime.meanNanoseconds)
        record.groups[0].latencies.service = SampleRun.histogram([mean + 250_000: 2000])
        change(&record)
        return record
    }

    @Test func costsAreReadOffMeasuredResults() throws {
        let calibration = try SimulationCosts(
            [try measured(), try measured()].map { try CalibrationRun($0) })
        // Histograms have cells of less than 1 %.
        #expect(abs(calibration.noticing - 250_000) < 45_000)
        let cost = try #require(calibration.consumerCost)
        let worker = SampleRun.record().harness.workers[1]
        let expected = worker.busyShare * Double(worker.wallTimeNs) / Double(worker.messages)
        #expect(abs(cost - expected) < 1)
        var record = SampleRun.record()
        record.machine.cpuModel = "another"
        record.series.rows[20].groups[0].handled = 1_000_000
        calibration.label(&record)
        #expect(record.verdict.reasons.map(\.code) == ["calibrated-elsewhere", "beyond-the-tool"])
        #expect(record.verdict.value == .suspect)
        #expect(record.driver.facts["calibrated with"]?.contains("embedded") == true)
    }

    @Test func whatIsNoMeasurementIsRefused() throws {
        func problem(_ change: (inout RunRecord) -> Void) throws -> String {
            let first = try measured()
            let second = try measured(change)
            let error = #expect(throws: SimulationCosts.Problem.self) {
                try SimulationCosts([first, second].map { try CalibrationRun($0) })
            }
            return error?.description ?? ""
        }
        #expect(try problem { $0.simulated = true }.contains("is simulated itself"))
        #expect(try problem { $0.driver.name = "kafka" }.contains("of driver"))
        #expect(try problem { $0.machine.cpuModel = "other" }.contains("different machines"))
        #expect(try problem { $0.verdict.value = .invalid }.contains("is INVALID"))
    }

    /// Each run of a sweep keeps what it cost; those that are INVALID do not count.
    @Test func sweepsCalibrateToo() throws {
        var sweep = SampleSweep.record(counts: [1, 2], trials: 1) { _, _ in 1 }
        let file = directory.url.path + "/s.sweep.json"
        func costs() throws -> SimulationCosts? {
            try sweep.json().write(to: URL(fileURLWithPath: file))
            return try SimulationCosts(files: [file])
        }
        #expect(throws: SimulationCosts.Problem.self) { try costs() }
        for index in sweep.runs.indices {
            sweep.runs[index].costs = RunCostRecord(
                consumerThreads: 2, handled: 5000, excessNs: 1000, consumed: 5000,
                consumerNs: 300)
        }
        sweep.runs[1].costs?.excessNs = 4000
        sweep.runs[1].costs?.handled = 10_000
        #expect(try costs()?.noticing == 3000)
        sweep.runs[1].verdict.value = .invalid
        #expect(try costs()?.noticing == 1000)
        sweep.machine?.clockSource = "simulated"
        let error = #expect(throws: SimulationCosts.Problem.self) { try costs() }
        #expect(error?.description.contains("of sweep sample is simulated itself") == true)
    }

    @Test func unreadableCalibrationsAreNamed() throws {
        let run = try BuiltProgram.run([
            "simulate", Repository.url("workloads/ticket-opening.json").path, "--calibration",
            "/no/such.json", "--no-results",
        ])
        #expect(run.status == 2)
        #expect(run.errors.contains("/no/such.json"))
    }
}
