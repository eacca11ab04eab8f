import UrrPlatform

/// What messages cost in the structures, counted and not timed: the same on every run of the same
/// build, on a busy machine as on a quiet one.
public enum MessageCosts {
    static let all: [CountedCase] = LogCounts.all + QueueCounts.all

    /// Whether instructions, atomic operations and system calls can be counted here.
    public static var countsSteps: Bool { InstructionSteps.isAvailable }

    /// Names of the cases that `filters` select (see `CoreOptions.filters`).
    public static func names(_ filters: [String]) -> [String] { selected(filters).map(\.name) }

    /// The costs of the cases that `filters` select. Some seconds; a debug build executes many times
    /// the instructions, which makes `steps` slow in it.
    public static func count(
        _ filters: [String], allocations: AllocationProbe, steps: Bool = countsSteps
    ) throws -> [MessageCost] {
        try selected(filters).map { subject in
            try MessageCounter.cost(of: subject, steps: steps, allocations: allocations)
        }
    }

    private static func selected(_ filters: [String]) -> [CountedCase] {
        let patterns = filters.map { CaseFilter($0) }
        return all.filter { subject in
            patterns.isEmpty || patterns.contains { $0.matches(subject.name) }
        }
    }
}
