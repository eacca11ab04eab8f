import UrrResults

/// How much more a counter may be before that is a regression.
public struct CounterTolerance: Sendable, Equatable {
    /// Of the baseline.
    public var share: Double
    /// Beside that, in the counter's own unit.
    public var absolute: Double
    /// Unit in tables.
    public var unit: String

    /// The counters of the hard tier. Counts are exact, so most may not rise at all; the absolute
    /// parts are less than one operation in two thousand messages. A compiler is free to spend an
    /// instruction more; 1 % and half an instruction leave room for that and for nothing else.
    public static let all: [String: CounterTolerance] = [
        "instructions": CounterTolerance(share: 0.01, absolute: 0.5, unit: "per message"),
        "atomics": CounterTolerance(share: 0, absolute: 0.0005, unit: "per message"),
        "failedExchanges": CounterTolerance(share: 0, absolute: 0.0005, unit: "per message"),
        "systemCalls": CounterTolerance(share: 0, absolute: 0.0005, unit: "per message"),
        "allocatedBytes": CounterTolerance(share: 0, absolute: 0.01, unit: "bytes per message"),
        "retainedBytes": CounterTolerance(share: 0, absolute: 0.5, unit: "bytes per record"),
    ]

    /// The greatest value that passes.
    public func limit(_ baseline: Double) -> Double { baseline * (1 + share) + absolute }
}

/// One counter of one case on two sides.
public struct CounterComparison: Codable, Sendable, Equatable {
    /// Name of the case.
    public var name: String
    /// Name of the counter.
    public var counter: String
    /// Its unit.
    public var unit: String
    /// Values; nil where a side has none.
    public var baseline, candidate: Double?
    /// The greatest value that passes; nil where there is no baseline.
    public var limit: Double?
    /// What it comes to; inconclusive where a side has no value.
    public var outcome: ComparisonOutcome
    /// Why it is inconclusive.
    public var reason: String?

    /// Whether it is less than in the baseline, by more than the tolerance.
    public var isImproved: Bool {
        guard let baseline, let candidate, let tolerance = CounterTolerance.all[counter] else {
            return false
        }
        return tolerance.limit(candidate) < baseline
    }
}

/// Compares the hard tier.
public enum CounterCheck {
    /// Every counter that either side has. Counts of another build mode or instruction set are not
    /// comparable at all, instructions not across compilers and kinds of processors.
    public static func compare(
        baseline: CounterRecord, candidate: CounterRecord
    ) -> [CounterComparison] {
        let obstacle = Self.obstacle(baseline, candidate)
        let cases = Set(baseline.cases.keys).union(candidate.cases.keys).sorted()
        return cases.flatMap { name -> [CounterComparison] in
            let sides = (baseline.cases[name] ?? [:], candidate.cases[name] ?? [:])
            let counters = Set(sides.0.keys).union(sides.1.keys).sorted()
            return counters.map { counter in
                let own = counter == "instructions" ? instructionObstacle(baseline, candidate) : nil
                return compare(name, counter, sides.0[counter], sides.1[counter], obstacle ?? own)
            }
        }
    }

    private static func compare(
        _ name: String, _ counter: String, _ baseline: Double?, _ candidate: Double?,
        _ obstacle: String?
    ) -> CounterComparison {
        let tolerance = CounterTolerance.all[counter]
        let limit = baseline.flatMap { value in tolerance?.limit(value) }
        var result = CounterComparison(
            name: name, counter: counter, unit: tolerance?.unit ?? "", baseline: baseline,
            candidate: candidate, limit: limit, outcome: .inconclusive)
        if let obstacle {
            result.reason = obstacle
        } else if let limit, let candidate {
            result.outcome = candidate <= limit ? .notRegressed : .regressed
        } else {
            result.reason =
                baseline == nil ? "not counted in the baseline" : "not counted in the candidate"
            if tolerance == nil { result.reason = "no tolerance is known for this counter" }
        }
        return result
    }

    /// Why instructions are not comparable though other counters are.
    private static func instructionObstacle(
        _ left: CounterRecord, _ right: CounterRecord
    ) -> String? {
        if left.compiler != right.compiler { return "counted with another compiler" }
        if let left = left.processor, let right = right.processor, left != right {
            return "counted on another kind of processor, for which the C library has other copies"
        }
        return nil
    }

    private static func obstacle(_ left: CounterRecord, _ right: CounterRecord) -> String? {
        if left.buildMode != right.buildMode {
            return "\(left.buildMode) build against \(right.buildMode) build"
        }
        if left.architecture != right.architecture {
            return "\(left.architecture) against \(right.architecture)"
        }
        return nil
    }
}
