import UrrResults

/// What a person reads after a run: whether the numbers can be trusted, whether the system kept up,
/// what it cost those who waited, and what became of every message.
public enum ConsoleSummary {
    /// The summary of `record`. `resultFile` is where the record is stored, if it is.
    public static func text(
        _ record: RunRecord, resultFile: String? = nil, style: TextStyle = .plain
    ) -> String {
        lines(record, resultFile: resultFile, style: style).joined(separator: "\n") + "\n"
    }

    static func lines(_ record: RunRecord, resultFile: String?, style: TextStyle) -> [String] {
        var sections = [
            HeaderSection.lines(record, style),
            VerdictSection.lines(record, style),
            FlowSection.lines(record, style),
            LatencySection.lines(record, style),
            LagSection.lines(record, style),
            SeriesSection.lines(record, style),
            FaultSection.lines(record, style),
            StoreSection.section(record)?.lines(style) ?? [],
            FallbackSection.section(record)?.lines(style) ?? [],
            ServiceSection.section(record)?.lines(style) ?? [],
            AccountingSection.lines(record, style),
            RemedySection.section(record)?.lines(style) ?? [],
            QueueSection.sections(record).flatMap { $0.lines(style) },
            HarnessSection.lines(record, style),
            ThresholdSection.lines(record, style),
        ]
        if let resultFile {
            sections.append(["Result: " + printable(resultFile)])
        }
        return Array(sections.filter { !$0.isEmpty }.joined(separator: [""]))
    }

    /// A heading, with a remark in brackets.
    static func heading(_ title: String, _ remark: String? = nil, _ style: TextStyle) -> String {
        style.paint(title, .strong) + (remark.map { " (\($0))" } ?? "")
    }

    /// A text in lines that start with two blanks.
    static func paragraph(_ text: String, _ style: TextStyle, indent: Int = 2) -> [String] {
        wrapped(text, indent: indent, width: style.width)
    }

    /// `1 member`, `3 members`.
    static func plural(_ count: Int, _ word: String) -> String {
        "\(Quantity.count(Int64(count))) \(word)\(count == 1 ? "" : "s")"
    }
}

extension RunRecord {
    /// The phase whose messages the latencies are of, or nil where the run did not get there.
    var measuredPhase: PhaseRecord? { phases.first { $0.name == "measure" } }

    /// `measured phase, 60.0 s`.
    var measuredRemark: String {
        measuredPhase.map { "measured phase, \(Quantity.duration($0.endNs - $0.startNs))" }
            ?? "no measured phase"
    }
}
