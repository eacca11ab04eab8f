import UrrPlatform

/// One thing that a sweep varies.
public struct SweepAxis: Sendable, Equatable {
    /// What a value is put into.
    enum Target: Sendable, Equatable {
        case partitions
        case consumers
        case path
    }

    /// `partitions`, `consumers`, or the path of an override.
    public let name: String
    /// The values, as an override would state them.
    public let values: [String]
    let target: Target

    /// Partitions of every topic.
    public static func partitions(_ values: [Int]) -> SweepAxis {
        SweepAxis(name: "partitions", values: values.map { "\($0)" }, target: .partitions)
    }

    /// Members of every consumer group.
    public static func consumers(_ values: [Int]) -> SweepAxis {
        SweepAxis(name: "consumers", values: values.map { "\($0)" }, target: .consumers)
    }

    /// Any part of the workload.
    public static func setting(_ setting: SweepSetting) -> SweepAxis {
        SweepAxis(name: setting.path, values: setting.values, target: .path)
    }

    /// The overrides, as texts, that put `value` into `spec`.
    func overrides(_ value: String, of spec: WorkloadSpec) -> [String] {
        switch target {
        case .partitions: spec.topics.map { "topics.\($0.name).partitions=\(value)" }
        case .consumers: spec.consumers.indices.map { "consumers.\($0).instances=\(value)" }
        case .path: ["\(name)=\(value)"]
        }
    }
}

/// One combination of the values of all axes.
public struct SweepCell: Sendable, Equatable {
    /// Position in the cross product, the last axis counting fastest.
    public let index: Int
    /// One value for each axis.
    public let values: [String]
    /// What turns the workload into this variant of it.
    public let overrides: [String]
}

/// One run of a cell.
public struct SweepStep: Sendable, Equatable, Hashable {
    /// Index of the cell.
    public let cell: Int
    /// Which repetition, from 0.
    public let trial: Int

    /// A run of `cell`.
    public init(cell: Int, trial: Int) {
        self.cell = cell
        self.trial = trial
    }
}

/// The cells of a sweep and the order in which they are run.
public struct SweepPlan: Sendable, Equatable {
    /// What is varied.
    public let axes: [SweepAxis]
    /// Every combination.
    public let cells: [SweepCell]
    /// How often each is run.
    public let trials: Int
    /// All runs. Each trial goes through all cells in an order of its own, so that whatever
    /// happens to the machine meanwhile falls on all of them alike.
    public let steps: [SweepStep]

    /// The plan of `axes` over `spec`; the order follows from `seed`. Throws where there are more
    /// than `WorkloadLimits.sweepCells` cells. O(cells x trials).
    public init(
        axes: [SweepAxis], trials: Int, spec: WorkloadSpec, seed: UInt64
    ) throws(SweepPlanError) {
        var count = 1
        for axis in axes {
            let (product, isTooLarge) = count.multipliedReportingOverflow(by: axis.values.count)
            guard !isTooLarge, product <= WorkloadLimits.sweepCells else {
                throw SweepPlanError.tooManyCells
            }
            count = product
        }
        self.axes = axes
        self.trials = trials
        cells = (0..<count).map { Self.cell($0, axes, spec) }
        steps = (0..<trials).flatMap { trial in
            Self.shuffled(count, IndexedRandom(seed: seed, stream: "sweep.\(trial)")).map {
                SweepStep(cell: $0, trial: trial)
            }
        }
    }

    private static func cell(_ index: Int, _ axes: [SweepAxis], _ spec: WorkloadSpec) -> SweepCell {
        var rest = index
        var values: [String] = []
        for axis in axes.reversed() {
            values.append(axis.values[rest % axis.values.count])
            rest /= axis.values.count
        }
        values.reverse()
        let overrides = zip(axes, values).flatMap { $0.overrides($1, of: spec) }
        return SweepCell(index: index, values: values, overrides: overrides)
    }

    /// `0..<count` in an order drawn from `random` (Fisher and Yates). The bias of the remainder is
    /// below 2^-43 for the most cells that there may be.
    private static func shuffled(_ count: Int, _ random: IndexedRandom) -> [Int] {
        var order = Array(0..<count)
        for last in stride(from: count - 1, to: 0, by: -1) {
            order.swapAt(last, Int(random[UInt64(last)] % UInt64(last + 1)))
        }
        return order
    }
}

/// Why a sweep cannot be planned.
public enum SweepPlanError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The cross product is beyond all bounds.
    case tooManyCells

    /// The rule.
    public var description: String {
        "must have at most \(WorkloadLimits.sweepCells) cells; name fewer values"
    }
}
