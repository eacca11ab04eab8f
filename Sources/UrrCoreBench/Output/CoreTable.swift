/// The human form of a record: at most 110 columns.
public enum CoreTable {
    /// The table of `record`.
    public static func text(_ record: CoreRecord) -> String {
        var lines = head(record)
        let rates = record.cases.filter { $0.kind == .throughput }
        if !rates.isEmpty { lines += [""] + throughput(rates) }
        let latencies = record.cases.filter { $0.kind != .throughput }
        if !latencies.isEmpty { lines += [""] + latency(latencies, record.handOver) }
        let memories = record.cases.filter { memory($0) != nil }
        if !memories.isEmpty { lines += [""] + memory(memories) }
        lines += [""] + notes(record)
        return lines.joined(separator: "\n") + "\n"
    }

    private static func head(_ record: CoreRecord) -> [String] {
        let length = decimal(Double(record.trialNanoseconds) / 1e9, 2)
        var lines = [
            record.isSmoke
                ? "smoke run: every case works or does not; the figures mean nothing"
                : "\(record.trials) rounds, trials of about \(length) s,"
                    + " processors \(record.cpus.map { "\($0)" }.joined(separator: ", "))"
        ]
        if let handOver = record.handOver {
            lines.append(
                "cache-line hand-over, near: \(decimal(handOver.median, 1)) ns one way"
                    + " (\(decimal(handOver.minimum, 1)) to \(decimal(handOver.maximum, 1)),"
                    + " \(handOver.count) probes)")
        }
        var counts: [String] = []
        let labels = record.cases.flatMap(\.trials).map(\.label)
        for label in TrialLabel.allCases {
            let count = labels.filter { $0 == label }.count
            if count > 0 { counts.append("\(label.rawValue) \(count)") }
        }
        lines.append("trials: " + counts.joined(separator: ", "))
        return lines
    }

    private static func throughput(_ cases: [CoreCaseRecord]) -> [String] {
        var grid = Grid(
            [
                "throughput", "M msg/s", "min", "max", "n", "ns/msg", "instr", "GB/s", "alloc B",
                "floor M/s", "of floor",
            ])
        let floors = Dictionary(uniqueKeysWithValues: cases.map { ($0.name, $0.figures?.rate) })
        for subject in cases {
            guard let figures = subject.figures else { continue }
            let rate = figures.rate
            let floor = subject.floor.flatMap { floors[$0] ?? nil }
            grid.add([
                subject.name, mark(figures) + number(rate.median / 1e6),
                number(rate.minimum / 1e6), number(rate.maximum / 1e6), "\(rate.count)",
                number(1e9 / rate.median), figures.instructions.map { number($0.median) } ?? "-",
                number(rate.median * Double(subject.messageBytes) / 1e9),
                allocated(figures), floor.map { number($0.median / 1e6) } ?? "-",
                floor.map { decimal(rate.median / $0.median, 2) } ?? "-",
            ])
        }
        return grid.lines
    }

    private static func latency(_ cases: [CoreCaseRecord], _ handOver: Spread?) -> [String] {
        var grid = Grid(
            [
                "latency, ns", "p50", "min", "max", "n", "window p99", "short", "p99.9", "longest",
                "alloc B", "floor", "of floor",
            ])
        for subject in cases {
            guard let figures = subject.figures, let p50 = figures.p50 else { continue }
            let floor = handOver.map { $0.median * (subject.kind == .roundTrip ? 2 : 1) }
            grid.add([
                subject.name, mark(figures) + number(p50.median), number(p50.minimum),
                number(p50.maximum), "\(p50.count)",
                figures.windowP99.map { number($0.median) } ?? "-",
                figures.shortWindowP99.map { number($0.median) } ?? "-",
                figures.p999.map { number($0.median) } ?? "-",
                figures.maximum.map { number($0.median) } ?? "-", allocated(figures),
                floor.map { number($0) } ?? "-", floor.map { decimal(p50.median / $0, 2) } ?? "-",
            ])
        }
        return grid.lines
    }

    /// What the last trial of a case says of its structure's memory; every trial says the same.
    private static func memory(_ subject: CoreCaseRecord) -> QueueMemoryFigures? {
        subject.trials.last?.measurement.memory
    }

    private static func memory(_ cases: [CoreCaseRecord]) -> [String] {
        var grid = Grid(
            ["memory", "retained", "index B/msg", "ids", "B/id", "allocator B/msg"])
        for subject in cases {
            guard let found = memory(subject) else { continue }
            grid.add([
                subject.name, "\(found.retained)", number(found.indexBytesPerMessage),
                found.bytesPerID == nil ? "-" : "\(found.remembered)",
                found.bytesPerID.map { number($0) } ?? "-",
                found.allocatorBytesPerMessage.map { number($0) } ?? "-",
            ])
        }
        return grid.lines
    }

    private static func notes(_ record: CoreRecord) -> [String] {
        var lines = [
            "Medians over trials that were near and undisturbed; ~ where there were none.",
            "Floor of throughput: payloads alone, copied through a ring of the same slots from core"
                + " to core;",
            "of latency: hand-overs of one cache line. window p99: inside 10,000 messages, the median;"
                + " short: inside 1,000.",
            "p99.9 and longest say what the machine did.",
            "Allocations: \(record.allocator).",
        ]
        if record.cases.contains(where: { memory($0) != nil }) {
            lines += [
                "Memory: the index is records of messages and groups with their tables, in mapped"
                    + " regions, by the",
                "queue's books; allocator is by how much the allocator's own count grew.",
            ]
        }
        if record.cases.allSatisfy({ $0.figures?.instructions == nil }) {
            lines.append("Instructions: this machine does not let them be counted.")
        }
        if record.isInterrupted { lines.append("Interrupted: rounds are missing.") }
        return lines
    }

    private static func mark(_ figures: CoreFigures) -> String { figures.isClean ? "" : "~" }

    private static func allocated(_ figures: CoreFigures) -> String {
        figures.allocatedBytes.map { $0 == 0 ? "0" : $0 < 0.001 ? "<0.001" : decimal($0, 3) } ?? "-"
    }

    /// Three significant digits below 100, none after the point above.
    static func number(_ value: Double) -> String {
        guard value.isFinite else { return "-" }
        return decimal(value, value >= 99.95 ? 0 : value >= 9.995 ? 1 : 2)
    }

    /// `value` with `digits` (0 to 3) decimals, rounded half away from zero.
    static func decimal(_ value: Double, _ digits: Int) -> String {
        guard value.isFinite, value.magnitude < 1e15 else { return "-" }
        let scale = [1.0, 10, 100, 1000][digits]
        let scaled = UInt64((value.magnitude * scale).rounded())
        let sign = value < 0 && scaled > 0 ? "-" : ""
        let whole = "\(sign)\(scaled / UInt64(scale))"
        if digits == 0 { return whole }
        let fraction = String(scaled % UInt64(scale))
        return whole + "." + String(repeating: "0", count: digits - fraction.count) + fraction
    }
}
