/// One run as a comparison needs it: a few numbers, and under which circumstances they came about.
public struct TrialRecord: Codable, Sendable, Equatable {
    /// The run that it is of.
    public var runId: String
    /// When the run started: ISO 8601, UTC.
    public var startedAt: String
    /// Commit that the program was built from, or `unknown`.
    public var commit: String
    /// How the processors stood to each other, and whether the threads had them.
    public var placement: TrialPlacement
    /// What the run thought of itself.
    public var verdict: Verdict
    /// The block of interleaved trials that it belongs to; nil where trials were not interleaved.
    public var block: Int?
    /// The numbers by the name of their metric.
    public var figures: [String: TrialFigure]

    /// A trial of the given values; see the properties.
    public init(
        runId: String, startedAt: String, commit: String, placement: TrialPlacement,
        verdict: Verdict, block: Int? = nil, figures: [String: TrialFigure]
    ) {
        self.runId = runId
        self.startedAt = startedAt
        self.commit = commit
        self.placement = placement
        self.verdict = verdict
        self.block = block
        self.figures = figures
    }

    /// What `metrics` are in `record`. Names that it does not have are left out.
    public init(_ record: RunRecord, metrics: [String], block: Int? = nil) {
        let catalogue = MetricCatalogue()
        var figures: [String: TrialFigure] = [:]
        for name in metrics {
            if let value = catalogue.evaluate(name, in: record) {
                figures[name] = TrialFigure(value)
            }
        }
        self.init(
            runId: record.runId, startedAt: record.startedAt, commit: record.machine.gitCommit,
            placement: TrialPlacement(record),
            // Half a run says nothing that a whole one would not say otherwise.
            verdict: record.interrupted ? .invalid : record.verdict.value, block: block,
            figures: figures)
    }
}

/// One number of a trial.
public struct TrialFigure: Codable, Sendable, Equatable {
    /// The number, or nil where it could not be measured.
    public var value: Double?
    /// Its unit.
    public var unit: MetricUnit
    /// Which way is up.
    public var direction: MetricDirection
    /// Why there is no number.
    public var notMeasurable: String?

    /// A number of the given unit.
    public init(_ value: Double?, _ unit: MetricUnit, _ direction: MetricDirection) {
        self.value = value
        self.unit = unit
        self.direction = direction
    }

    init(_ metric: MetricValue) {
        self.init(metric.value, metric.unit, metric.direction)
        notMeasurable = metric.notMeasurable
    }
}

/// The circumstances of a trial that change its numbers by more than any code does. Trials are
/// compared with trials of the same kind.
public enum TrialPlacement: String, Codable, Sendable, CaseIterable, Comparable {
    /// Two cores of one complex.
    case near
    /// One physical core.
    case sibling
    /// Cores of different complexes.
    case far
    /// A thread that is meant to have its processor did not get it.
    case disturbed
    /// Not known: not pinned, or fewer than two processors.
    case unplaced

    /// A pinned thread that spins and got less of its processor than this was disturbed.
    static let leastShare = 0.9

    /// The placement of a run: the worse of the probes before and after it.
    public init(_ record: RunRecord) {
        let shares = record.harness.workers.filter { $0.cpu != nil && $0.wallTimeNs > 0 }.map {
            Double($0.processorTimeNs) / Double($0.wallTimeNs)
        }
        let words = (record.harness.placement?.label ?? "").split { !$0.isLetter }
        if words.contains("far") {
            self = .far
        } else if words.contains("sibling") {
            self = .sibling
        } else if record.settings.idle == "spin", (shares.min() ?? 1) < Self.leastShare {
            self = .disturbed
        } else {
            self = words.contains("near") ? .near : .unplaced
        }
    }

    /// In the order of the declaration.
    public static func < (left: TrialPlacement, right: TrialPlacement) -> Bool {
        let order = allCases
        return order.firstIndex(of: left) ?? 0 < order.firstIndex(of: right) ?? 0
    }
}
