import UrrPlatform

/// What the rules of a workload need to know about the world around it.
public struct WorkloadChecks: Sendable {
    /// Decides whether a threshold's metric exists, given the groups, segments and topics of the
    /// workload, and suggests names where it does not, which takes much longer.
    public typealias MetricCheck =
        @Sendable (
            _ metric: String, _ groups: [String], _ segments: [String], _ sources: [String]
        ) -> (known: Bool, suggestions: () -> [String])

    /// The check of threshold metrics; nil accepts any name.
    public var isKnownMetric: MetricCheck?
    /// Memory that the logs and the books beside them may take, nil for no check.
    public var availableBytes: Int?
    /// What is really run of a workload, as far as its memory goes; a simulation needs less.
    public var asRun: @Sendable (WorkloadSpec) -> WorkloadSpec

    /// Checks with the given knowledge.
    public init(
        isKnownMetric: MetricCheck? = nil, availableBytes: Int? = nil,
        asRun: @escaping @Sendable (WorkloadSpec) -> WorkloadSpec = { $0 }
    ) {
        self.isKnownMetric = isKnownMetric
        self.availableBytes = availableBytes
        self.asRun = asRun
    }
}
