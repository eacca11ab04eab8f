import UrrResults

/// Sends that failed: what whoever wanted to send noticed of it, and what became of them.
enum FallbackSection {
    /// Nil where no producer has a fallback.
    static func section(_ record: RunRecord) -> SummarySection? {
        let pieces = record.producers.flatMap { producer -> [SummarySection.Piece] in
            guard let fallback = producer.fallback else { return [] }
            return [.paragraph(story(producer, fallback))]
                + (delays(producer).map { [.table($0)] } ?? [])
        }
        return pieces.isEmpty ? nil : SummarySection(title: "Fallback", pieces: pieces)
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

    /// The user's wait in each segment; nil where there is one segment only.
    private static func delays(_ producer: ProducerRecord) -> TextTable? {
        let segments = producer.segments ?? []
        guard segments.count > 1 else { return nil }
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
        return table
    }
}
