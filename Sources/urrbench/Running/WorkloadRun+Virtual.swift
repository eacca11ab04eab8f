import Foundation
import UrrDriverEmbedded
import UrrEngine
import UrrMeasure
import UrrPlatform
import UrrResults

extension WorkloadRun {
    /// Runs the workload on the embedded core in virtual time: the same loops, but a handler's time
    /// passes without anybody waiting for it, and the tool itself takes none. The same workload and
    /// seed give the same record.
    func executeInVirtualTime() throws -> RunRecord {
        let plan = try RunPlan(
            loaded.spec, processors: 2, runTag: 1, shard: sharding.shard)
        let clock = ManualClock()
        defer { clock.deallocate() }
        let driver = EmbeddedDriver()
        let outcome = try RunSession(plan: plan, driver: driver, clock: clock, probe: .none)
            .simulate()
        let inputs = RecordInputs(
            runId: runId, startedAt: startedAtText, workload: try workloadRecord(),
            driver: DriverRecord(
                name: EmbeddedDriver.name, semantics: EmbeddedDriver.semantics.summary,
                facts: driver.facts()),
            machine: MachineFingerprint.current(
                clockSource: .simulated, clockSpreadPPM: 0, timerCostNs: 0, allocator: "",
                environment: ProcessInfo.processInfo.environment),
            cost: MeasurementCost(clockReadNs: 0, histogramRecordNs: 0, verificationNs: 0),
            placement: nil, isDebugBuild: ProgramEnvironment.isDebugBuild)
        var record = try RecordBuilder(plan: plan, outcome: outcome, inputs: inputs).record()
        record.thresholds = ThresholdJudge.judge(loaded.spec.thresholds, of: record)
        return record
    }
}
