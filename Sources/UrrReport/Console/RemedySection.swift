import UrrResults

/// What groups did with each of their topics, and what their circuit breakers did.
enum RemedySection {
    /// Nil where no group tells its topics apart.
    static func section(_ record: RunRecord) -> SummarySection? {
        let groups = record.groups.filter { $0.bySource != nil }
        guard !groups.isEmpty else { return nil }
        var table = TextTable([
            "group", "topic", "handled", "shed", "expired", "short", "response p50", "p99", "max",
        ])
        for group in groups {
            for source in group.bySource ?? [] { table.add(row(group, source)) }
        }
        return SummarySection(
            title: "By topic", remark: record.measuredRemark,
            pieces: [.table(table)] + groups.compactMap { breaker($0).map { .paragraph($0) } })
    }

    private static func row(_ group: GroupRecord, _ source: SourceRecord) -> [String] {
        let response = source.latencies.response
        let percentiles = ["50", "99"].map { percentile in
            response.percentilesNs[percentile].map { Quantity.duration($0) } ?? Quantity.absent
        }
        return [
            printable(group.name), printable(source.name), Quantity.count(source.handled),
            Quantity.count(source.shed), Quantity.count(source.expired),
            Quantity.count(source.shortCircuited),
        ] + percentiles + [response.maxNs.map { Quantity.duration($0) } ?? Quantity.absent]
    }

    /// How often it opened, and the first changes of it; nil where the group has none.
    private static func breaker(_ group: GroupRecord) -> String? {
        guard let breaker = group.breaker else { return nil }
        var text =
            "\(printable(group.name)): circuit breakers opened \(breaker.opened) times, open for "
            + "\(Quantity.duration(breaker.openNs)) in all"
        let shown = breaker.changes.prefix(12).map {
            "\(Quantity.duration($0.atNs)) \(printable($0.state)) (\($0.member))"
        }
        if !shown.isEmpty { text += ": " + shown.joined(separator: ", ") }
        let rest = breaker.changes.count - shown.count
        return text + (rest > 0 ? ", and \(rest) more." : ".")
    }
}
