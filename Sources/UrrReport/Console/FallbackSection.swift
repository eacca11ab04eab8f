import UrrResults

/// Sends that failed: what whoever wanted to send noticed of it, and what became of them.
enum FallbackSection {
    static func lines(_ record: RunRecord, _ style: TextStyle) -> [String] {
        let lines = record.producers.flatMap { producer -> [String] in
            guard let fallback = producer.fallback else { return [] }
            return ConsoleSummary.paragraph(story(producer, fallback), style)
                + delays(producer, style)
        }
        return lines.isEmpty ? [] : [ConsoleSummary.heading("Fallback", nil, style)] + lines
    }

    private static func story(_ producer: ProducerRecord, _ fallback: FallbackRecord) -> String {
        var text =
            "\(printable(producer.name)): \(Quantity.count(producer.failed)) sends failed, "
            + "\(Quantity.count(fallback.left)) left a record, "
            + "\(Quantity.count(fallback.reprocessed)) were sent again in "
            + "\(ConsoleSummary.plural(Int(clamping: fallback.runs), "run"))"
        if fallback.failedRuns > 0 {
            text += " (\(Quantity.count(fallback.failedRuns)) found the target away)"
        }
        text +=
            "; \(Quantity.count(fallback.waiting)) still wait, "
            + "\(Quantity.count(fallback.dropped)) found no room, at most "
            + "\(Quantity.count(fallback.peak)) waited at a time."
        if fallback.overtaken > 0 {
            text +=
                " \(Quantity.count(fallback.overtaken)) came after later messages of their stream, "
                + "as what is sent late does."
        }
        return text
    }

    /// The user's wait in each segment.
    private static func delays(_ producer: ProducerRecord, _ style: TextStyle) -> [String] {
        let segments = producer.segments ?? []
        guard segments.count > 1 else { return [] }
        var table = TextTable(["segment", "answers", "send delay p50", "p99", "max"])
        for segment in segments {
            let delay = segment.latencies.sendDelay
            func cell(_ value: Int64?) -> String {
                value.map { Quantity.duration($0) } ?? Quantity.absent
            }
            table.add([
                printable(segment.name), Quantity.count(delay.count),
                cell(delay.percentilesNs["50"]), cell(delay.percentilesNs["99"]),
                cell(delay.maxNs),
            ])
        }
        return table.lines(style, indent: 2)
    }
}
