import Foundation
import UrrDriver
import UrrDriverEmbedded
import UrrEngine
import UrrJemalloc
import UrrMeasure
import UrrPlatform
import UrrReport
import UrrResults
import UrrWorkload

/// One run of a loaded workload, from the plan to the record.
struct WorkloadRun {
    let loaded: LoadedWorkload
    let overrides: [String]
    let manner: LiveProgress.Manner

    /// Runs the workload; returns the record.
    func execute(log: HistogramLogFile?) throws -> RunRecord {
        let probe = AllocationProbe.jemalloc()
        let calibration = ClockCalibration.measured()
        let plan = try RunPlan(
            loaded.spec, processors: PinnedThread.allowedCPUs().count,
            runTag: UInt32.random(in: 1...UInt32.max))
        let progress = LiveProgress(manner: manner, plan: plan, log: log)
        let driver = EmbeddedDriver()
        let clock = TimeStampClock(calibration: calibration)
        let cost = try MeasurementCost.measure(clock: clock)
        let session = try RunSession(
            plan: plan, driver: driver, clock: clock, probe: probe, observer: progress)
        let outcome = try session.run()
        progress.finish()
        let inputs = RecordInputs(
            runId: "x", startedAt: "2026",
            workload: WorkloadRecord(
                name: plan.name, file: loaded.displayName, digest: "", overrides: overrides,
                document: .null),
            driver: DriverRecord(
                name: EmbeddedDriver.name, semantics: EmbeddedDriver.semantics.summary,
                facts: driver.facts()),
            machine: MachineRecord(
                cpuModel: "?", architecture: "x86_64", logicalCPUs: 2,
                allowedCPUs: PinnedThread.allowedCPUs(), memoryBytes: 0, kernel: "",
                clockSource: clock.source.rawValue, clockSpreadPPM: calibration.spreadPartsPerMillion,
                timerCostNs: cost.clockReadNs, swiftVersion: "", gitCommit: "", buildMode: "",
                allocator: probe.name),
            cost: cost, placement: nil, isDebugBuild: ProgramEnvironment.isDebugBuild)
        return try RecordBuilder(plan: plan, outcome: outcome, inputs: inputs).record()
    }
}
