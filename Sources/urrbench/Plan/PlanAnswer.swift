import UrrAnalysis
import UrrPlatform
import UrrResults
import UrrWorkload

/// What follows from the planned size.
struct PlanAnswer {
    let size: PlanSize
    let load: PlanLoadRecord
    let trial: PlanTrialRecord
    let bottleneck: PlanBottleneckRecord
    let storage: PlanStorageRecord
    /// Bytes that the greatest lag takes.
    let backlogBytes: Double
    private let perInstance: Int
    private let neighbours: [String]

    init(_ setup: PlanSetup, _ outcome: PlanTrials.Outcome, neighbours: [String]) {
        let workload = setup.workload
        load = workload.load
        trial = outcome.trial
        size = outcome.trial.size
        perInstance = setup.perInstance
        self.neighbours = neighbours
        let heaviest = size.partitions.map {
            PlanLoad.heaviestPartition(
                workload.spec.producers, of: workload.spec, partitions: $0)
        }
        bottleneck = CapacityArithmetic.bottleneck(
            load, size: size, heaviestPartition: heaviest)
        storage = CapacityArithmetic.storage(
            load, measureNs: workload.spec.phases.measure,
            indexBytes: WorkloadLimits.recordIndexBytes, replication: setup.replication,
            retentionNs: setup.retention)
        backlogBytes = Double(trial.lagPeak) * storage.storedBytesPerMessage
    }

    func record(margin: PlanMarginRecord?) -> PlanAnswerRecord {
        PlanAnswerRecord(
            trial: trial, margin: margin, bottleneck: bottleneck,
            keyCapPerSecond: CapacityArithmetic.keyCap(
                share: load.hottestKeyShare, serviceNs: load.serviceNs,
                concurrency: size.partitions == nil ? 1 : load.concurrency),
            backlogBytes: backlogBytes, storage: storage, consumersPerInstance: perInstance,
            instances: (size.consumers + perInstance - 1) / perInstance, neighbours: neighbours)
    }
}
