import UrrResults

/// What a run says first: whether its numbers can be trusted, what became of the messages, and the
/// few figures that most readers came for.
enum RunAnswer {
    static func answer(_ record: RunRecord) -> ReportAnswer {
        let outcome = VerdictSection.outcome(record).joined(separator: "; ")
        return ReportAnswer(
            badge: record.verdict.value.rawValue, tone: tone(record.verdict.value),
            headline: outcome.prefix(1).uppercased() + outcome.dropFirst() + ".",
            remarks: remarks(record), figures: figures(record))
    }

    static func tone(_ verdict: Verdict) -> ReportTone {
        switch verdict {
        case .valid: .good
        case .suspect: .doubtful
        case .invalid: .bad
        }
    }

    private static func remarks(_ record: RunRecord) -> [ReportRemark] {
        let warnings = HeaderSection.warnings(record).map { text -> ReportRemark in
            let parts = text.split(separator: ":", maxSplits: 1)
            return ReportRemark(
                tone: .doubtful, label: parts[0].lowercased(),
                text: parts.count > 1 ? String(parts[1].drop { $0 == " " }) : text)
        }
        let reasons = Verdict.allCases.sorted(by: >).flatMap { severity in
            record.verdict.reasons.filter { $0.severity == severity }
        }
        return warnings
            + reasons.map { reason in
                ReportRemark(
                    tone: tone(reason.severity), label: printable(reason.code),
                    text: printable(reason.text))
            }
    }

    // MARK: Figures

    private static func figures(_ record: RunRecord) -> [ReportFigure] {
        let catalogue = MetricCatalogue()
        func value(_ name: String) -> String {
            catalogue.evaluate(name, in: record).map { MetricText.text($0) } ?? Quantity.absent
        }
        let severalGroups = record.groups.count > 1
        let worst = severalGroups ? "worst of \(record.groups.count) groups" : "all messages"
        return [
            ReportFigure(
                label: "Sent", value: value("throughput.sent"),
                note: "peak \(peakRate(record)) over "
                    + Quantity.duration(record.series.intervalNs)),
            ReportFigure(
                label: "Response p50", value: value("response.p50"),
                note: worst + ", from the intended time"),
            ReportFigure(
                label: "Response p99", value: value("response.p99"),
                note: worst + ", from the intended time"),
            ReportFigure(
                label: "Lag, highest", value: value("lag.max"),
                note: "oldest unread message \(value("lag.seconds"))"),
            recovery(record, value("lag.recovery")),
            thresholds(record),
        ].compactMap { $0 }
    }

    /// The greatest number sent in one interval, by its length.
    private static func peakRate(_ record: RunRecord) -> String {
        let counts = record.series.rows.filter { $0.phase == "measure" }.map(\.sent)
        guard let most = counts.max(), record.series.intervalNs > 0 else { return Quantity.absent }
        return Quantity.rate(Double(most) / (Double(record.series.intervalNs) / 1e9))
    }

    private static func recovery(_ record: RunRecord, _ value: String) -> ReportFigure? {
        guard !record.groups.isEmpty else { return nil }
        let late = record.groups.filter { $0.lag.recoveryNs == nil }
        guard late.isEmpty else {
            return ReportFigure(
                label: "Lag, recovery", value: "none",
                note: "\(ConsoleSummary.plural(late.count, "group")) still behind at the end",
                tone: .bad)
        }
        return ReportFigure(
            label: "Lag, recovery", value: value, note: "from the highest lag back to normal")
    }

    private static func thresholds(_ record: RunRecord) -> ReportFigure? {
        guard !record.thresholds.isEmpty else { return nil }
        let passed = record.thresholds.filter(\.passed).count
        return ReportFigure(
            label: "Thresholds", value: "\(passed) of \(record.thresholds.count)",
            note: passed == record.thresholds.count ? "all hold" : "hold; see below",
            tone: passed == record.thresholds.count ? .good : .bad)
    }
}
