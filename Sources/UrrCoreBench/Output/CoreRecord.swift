import UrrPlatform

/// Everything that a run of the benchmark found out, but for the machine.
public struct CoreRecord: Codable, Sendable {
    /// Name of the layout of this record.
    public static let schema = "urrbench-core"
    /// Version of that layout; grows when a reader of the former one could misread it.
    public static let version = 1

    /// Rounds asked for.
    public var trials: Int
    /// Length of a trial asked for.
    public var trialNanoseconds: Nanoseconds
    /// Whether only a few messages were sent: then no figure means anything.
    public var isSmoke: Bool
    /// Whether it was stopped before its end.
    public var isInterrupted: Bool
    /// The processors that threads were pinned to.
    public var cpus: [Int]
    /// What times were read from.
    public var clockSource: String
    /// How far the calibration windows of the clock disagreed.
    public var clockSpreadPPM: Double
    /// Cost of one reading of the clock, ns: each latency contains one.
    public var clockReadNanoseconds: Double
    /// What counted allocations, or why nothing did.
    public var allocator: String
    /// Hand-over of a cache line between the two processors around near trials, one way, ns.
    public var handOver: Spread?
    /// The cases, in the order of the table.
    public var cases: [CoreCaseRecord]

    /// What was found wrong, as `case: what`.
    public var defects: [String] {
        cases.flatMap { record in
            record.trials.compactMap { $0.measurement.defect }.map { "\(record.name): \($0)" }
        }
    }
}

/// One case with all its trials and the figures over the good ones.
public struct CoreCaseRecord: Codable, Sendable {
    /// Name as `--filter` takes it.
    public var name: String
    /// What it measures.
    public var summary: String
    /// How its figures are to be read.
    public var kind: CoreKind
    /// Bytes of one message.
    public var messageBytes: Int
    /// The case that is its floor.
    public var floor: String?
    /// Figures over the good trials; nil where there was no trial.
    public var figures: CoreFigures?
    /// All trials, good or not.
    public var trials: [Trial]

    init(
        name: String, summary: String, kind: CoreKind, messageBytes: Int, floor: String?,
        trials: [Trial]
    ) {
        self.name = name
        self.summary = summary
        self.kind = kind
        self.messageBytes = messageBytes
        self.floor = floor
        self.trials = trials
        figures = CoreFigures(trials)
    }
}

/// Median, least and most of some values.
public struct Spread: Codable, Sendable, Equatable {
    /// The middle one, or the mean of the two in the middle.
    public var median: Double
    /// The least.
    public var minimum: Double
    /// The most.
    public var maximum: Double
    /// How many there are.
    public var count: Int

    /// The spread of `values`; nil where there are none.
    public init?(_ values: [Double]) {
        let sorted = values.sorted()
        guard let first = sorted.first, let last = sorted.last else { return nil }
        let middle = sorted.count / 2
        median =
            sorted.count.isMultiple(of: 2)
            ? (sorted[middle - 1] + sorted[middle]) / 2 : sorted[middle]
        minimum = first
        maximum = last
        count = sorted.count
    }
}

/// What the trials of a case say together.
public struct CoreFigures: Codable, Sendable {
    /// Whether only near and undisturbed trials count here. Otherwise there were none, and what
    /// there is was used: near trials that were disturbed, or else all.
    public var isClean: Bool
    /// Messages per second.
    public var rate: Spread
    /// Median of all latencies of a trial, ns.
    public var p50: Spread?
    /// See `LatencyFigures.windowP99`, ns.
    public var windowP99: Spread?
    /// See `LatencyFigures.shortWindowP99`, ns.
    public var shortWindowP99: Spread?
    /// 99.9th percentile, ns: what the machine did.
    public var p999: Spread?
    /// Longest latency, ns: what the machine did.
    public var maximum: Spread?
    /// Instructions per message, all threads together.
    public var instructions: Spread?
    /// Bytes allocated per message, all trials together.
    public var allocatedBytes: Double?

    /// The figures of `trials`; nil where there are none. A trial that read something wrong does
    /// not count, unless there is no other.
    init?(_ trials: [Trial]) {
        let right = trials.filter { $0.measurement.defect == nil }
        let usable = right.isEmpty ? trials : right
        let near = usable.filter { $0.label == .near }
        let disturbed = usable.filter { $0.label == .disturbed }
        isClean = !near.isEmpty
        let used = isClean ? near : disturbed.isEmpty ? usable : disturbed
        guard let rate = Spread(used.map { $0.measurement.rate }) else { return nil }
        self.rate = rate
        let latencies = used.compactMap { $0.measurement.latency }
        p50 = Spread(latencies.map(\.p50))
        windowP99 = Spread(latencies.map(\.windowP99))
        shortWindowP99 = Spread(latencies.map(\.shortWindowP99))
        p999 = Spread(latencies.map(\.p999))
        maximum = Spread(latencies.map(\.maximum))
        instructions = Spread(
            used.compactMap { trial in
                trial.measurement.instructions.map {
                    Double($0) / Double(trial.measurement.messages)
                }
            })
        let counted = usable.compactMap { $0.measurement.allocatedBytes }
        if !counted.isEmpty {
            let messages = usable.reduce(0) { $0 + Double($1.measurement.messages) }
            allocatedBytes = counted.reduce(0) { $0 + Double($1) } / messages
        }
    }
}
