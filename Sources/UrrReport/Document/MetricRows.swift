import UrrResults

/// One number of a subject by its name: what spreadsheets and scripts want.
struct MetricRow: Sendable, Equatable, Encodable {
    /// The file that it is from.
    var file: String
    /// What the file is: `run`, `sweep`, `knee` or `plan`.
    var kind: String
    /// Which run or cell.
    var subject: String
    /// The metric's name, scope included.
    var metric: String
    /// Its value; nil where it cannot be measured.
    var value: Double?
    /// Its unit.
    var unit: String
}

extension ReportSubject {
    /// Every number that has a name.
    func metricRows() -> [MetricRow] {
        switch self {
        case .run(let record, let file): Self.rows(of: record, file: file)
        case .sweep(let record, let file): Self.rows(of: record, file: file)
        case .knee(let record, let file): Self.rows(of: record, file: file)
        case .plan(let record, let file): Self.rows(of: record, file: file)
        }
    }

    private static let latencies = ["response", "endToEnd", "queueing", "service"]
    private static let statistics = [
        "min", "mean", "p50", "p90", "p99", "p99.9", "p99.99", "max", "stddev",
    ]
    private static let ofGroups = [
        "lag.max", "lag.final", "lag.area", "lag.slope", "lag.seconds", "lag.recovery",
        "throughput.handled", "delivered", "handled", "failed", "lost", "duplicates", "reordered",
        "unhandled", "outOfRange", "corrupted", "redelivered", "deadLettered",
    ]
    private static let ofProducers = [
        "scheduled", "sent", "acknowledged", "sendFailed", "backPressured", "dropped",
        "lateness.max",
    ]
    private static let ofRun = [
        "throughput.sent", "throughput.acknowledged", "allocations.bytesPerMessage", "cpu.load",
        "cpu.busy", "cpu.perMessage", "harness.share",
    ]

    private static func rows(of record: RunRecord, file: String) -> [MetricRow] {
        let catalogue = MetricCatalogue()
        var names = ofRun
        for producer in record.producers.map(\.name) {
            names += ofProducers.map { "\(producer).\($0)" }
            for latency in ["sendDelay", "acknowledgement"] {
                names += statistics.map { "\(producer).\(latency).\($0)" }
            }
        }
        for group in record.groups.map(\.name) {
            names += ofGroups.map { "\(group).\($0)" }
            for latency in latencies { names += statistics.map { "\(group).\(latency).\($0)" } }
        }
        return names.compactMap { name in
            catalogue.evaluate(name, in: record).map { metric in
                MetricRow(
                    file: file, kind: "run", subject: record.runId, metric: name,
                    value: metric.value, unit: metric.unit.rawValue)
            }
        }
    }
}
