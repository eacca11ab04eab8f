import UrrDriverEmbedded
import UrrEngine
import UrrMeasure
import UrrPlatform
import UrrResults
import UrrWorkload

/// Carries out a workload for an experiment and keeps the outcome with its record.
struct ExperimentRun {
    let outcome: RunOutcome
    let record: RunRecord
    let plan: RunPlan

    /// Runs `spec`; `change` may alter the plan. A real run that the machine disturbed is repeated.
    static func run(
        _ spec: WorkloadSpec, mode: ExperimentMode, change: (inout RunPlan) -> Void = { _ in }
    ) throws -> ExperimentRun {
        var last: ExperimentRun?
        for _ in 0..<mode.attempts {
            var plan = try RunPlan(
                spec, processors: mode.isReal ? PinnedThread.allowedCPUs().count : 2, runTag: 1)
            change(&plan)
            let run = try once(plan, mode: mode)
            if run.record.verdict.value == .valid { return run }
            last = run
        }
        return last!
    }

    private static func once(_ plan: RunPlan, mode: ExperimentMode) throws -> ExperimentRun {
        let outcome: RunOutcome
        if mode.isReal {
            outcome = try RunSession(
                plan: plan, driver: EmbeddedDriver(), clock: TimeStampClock(), probe: .none
            ).run()
        } else {
            let clock = ManualClock()
            defer { clock.deallocate() }
            outcome = try RunSession(
                plan: plan, driver: EmbeddedDriver(), clock: clock, probe: .none
            ).simulate()
        }
        let inputs = RecordInputs(
            runId: "experiment", startedAt: "",
            workload: WorkloadRecord(name: plan.name, file: nil, digest: "", document: .null),
            driver: DriverRecord(name: EmbeddedDriver.name),
            machine: MachineFingerprint.current(
                clockSource: mode.isReal ? .system : .simulated, clockSpreadPPM: 0,
                timerCostNs: 0, allocator: "", environment: [:]),
            cost: MeasurementCost(clockReadNs: 0, histogramRecordNs: 0, verificationNs: 0),
            placement: nil, isDebugBuild: false)
        let record = try RecordBuilder(plan: plan, outcome: outcome, inputs: inputs).record()
        return ExperimentRun(outcome: outcome, record: record, plan: plan)
    }

    /// The histogram of the first group in the segment called `segment`.
    func histogram(_ kind: ConsumerLatency, segment: String) -> Histogram {
        let index = plan.segments.first { $0.name == segment }!.index
        return outcome.consumers.latency(kind, group: 0, segment: index)
    }
}
