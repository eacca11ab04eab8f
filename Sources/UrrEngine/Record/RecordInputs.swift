import UrrMeasure
import UrrPlatform
import UrrResults

/// What a record says that the run itself does not know.
public struct RecordInputs: Sendable {
    /// Identifies the run.
    public var runId: String
    /// When it began, ISO 8601.
    public var startedAt: String
    /// The workload as it was run.
    public var workload: WorkloadRecord
    /// Driver, semantics and facts.
    public var driver: DriverRecord
    /// Where it ran.
    public var machine: MachineRecord
    /// What one clock read, histogram update and check cost.
    public var cost: MeasurementCost
    /// Hand-over time between the first two workers' processors before and after, where measured.
    public var placement: PlacementRecord?
    /// Whether the program was built without optimisation.
    public var isDebugBuild: Bool
    /// When several load generators were to begin, ISO 8601; nil where nothing was agreed on.
    public var startAt: String?

    /// Inputs as given.
    public init(
        runId: String, startedAt: String, workload: WorkloadRecord, driver: DriverRecord,
        machine: MachineRecord, cost: MeasurementCost, placement: PlacementRecord?,
        isDebugBuild: Bool
    ) {
        self.runId = runId
        self.startedAt = startedAt
        self.workload = workload
        self.driver = driver
        self.machine = machine
        self.cost = cost
        self.placement = placement
        self.isDebugBuild = isDebugBuild
    }
}
