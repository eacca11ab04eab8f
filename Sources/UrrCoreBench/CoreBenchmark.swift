import UrrPlatform

/// What `urrbench core` is asked to do.
public struct CoreOptions: Sendable {
    /// Selects cases by name, see `CaseFilter`; none selects all.
    public var filters: [String] = []
    /// Rounds, each with one good trial of every case.
    public var trials = 7
    /// About how long a trial takes.
    public var time: Nanoseconds = 250_000_000
    /// A few messages of each case, unprobed: whether it works, not how fast it is.
    public var isSmoke = false
    /// How allocations are counted.
    public var allocations = AllocationProbe.none

    /// The standard options.
    public init() {}
}

/// A case as it is listed.
public struct CoreCaseName: Sendable {
    /// As `--filter` takes it.
    public let name: String
    /// What it measures.
    public let summary: String
}

/// The benchmark of the structures alone.
public enum CoreBenchmark {
    /// The cases that `filters` select, with the floors that they need.
    public static func cases(_ filters: [String]) -> [CoreCaseName] {
        CoreCaseTable.selected(filters).map { CoreCaseName(name: $0.name, summary: $0.summary) }
    }

    /// Runs the selected cases: trial 1 of each, trial 2 of each, and so on, so that a change of
    /// the machine meets all of them alike. `progress` is told what comes next; `isStopped` is
    /// asked between trials. Throws where the machine refuses memory or threads.
    public static func run(
        _ options: CoreOptions, progress: (String) -> Void, isStopped: () -> Bool
    ) throws -> CoreRecord {
        var runner = TrialRunner(options)
        let cases = CoreCaseTable.selected(options.filters)
        return try runner.run(cases, progress: progress, isStopped: isStopped)
    }
}
