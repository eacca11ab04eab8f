import Foundation
import UrrDriver
import UrrDriverEmbedded
import UrrDriverVirtual
import UrrEngine
import UrrMeasure
import UrrPlatform
import UrrResults
import UrrWorkload

extension WorkloadRun {
    /// Simulates the workload: the same loops, but a handler's time passes without anybody waiting for
    /// it, and the tool itself takes none. Where the workload allows, on logs that are as large as
    /// their backlog; otherwise on the embedded core. The same workload and seed give the same record.
    func simulate(_ calibration: SimulationCosts? = nil) throws -> RunRecord {
        var plan = try RunPlan(
            loaded.spec.simulated, processors: 1, runTag: 1, shard: sharding.shard)
        plan.noticing = calibration?.noticing ?? 0
        var record =
            try loaded.spec.suitsVirtualLogs
            ? execute(plan, on: VirtualDriver()) : execute(plan, on: EmbeddedDriver())
        calibration?.label(&record)
        return record
    }

    private func execute<Driver: MessageDriver>(
        _ plan: RunPlan, on driver: Driver
    ) throws -> RunRecord {
        let clock = ManualClock()
        defer { clock.deallocate() }
        let outcome = try RunSession(plan: plan, driver: driver, clock: clock, probe: .none)
            .simulate()
        let inputs = RecordInputs(
            runId: runId, startedAt: startedAtText, workload: try workloadRecord(),
            driver: DriverRecord(
                name: Driver.name, semantics: Driver.semantics.summary, facts: driver.facts()),
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

extension WorkloadSpec {
    /// The workload as a simulation runs it: on one thread and, on simulated logs, without bodies.
    var simulated: WorkloadSpec {
        var spec = self
        spec.workers.producers = 1
        spec.workers.consumers = 1
        guard suitsVirtualLogs else { return spec }
        // Nobody looks at bodies, and no log has a capacity that they could fill: sizes are not drawn.
        if spec.verification == .full { spec.verification = .header }
        for index in spec.producers.indices {
            spec.producers[index].messageSize = .fixed(TraceHeader.byteCount)
        }
        return spec
    }

    /// Whether simulated logs, which know neither queues nor faults, retention or repeats, do all that
    /// the workload asks for.
    var suitsVirtualLogs: Bool {
        queues.isEmpty && faults.isEmpty && !producers.contains(where: \.idempotent)
            && !topics.contains {
                $0.retention != nil || $0.retentionBytes != nil || $0.whenFull == .overwrite
            }
    }
}
