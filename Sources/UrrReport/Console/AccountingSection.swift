import UrrResults

/// What became of every message, per group.
enum AccountingSection {
    /// One count of every group.
    struct Line {
        let name: String
        let counts: [UInt64]
        /// Whether anything but zero breaks a guarantee that every driver gives.
        var isFault = false
        /// Whether the line is left out where all counts are zero.
        var isRare = false

        /// Whether there is nothing to tell.
        var isOmitted: Bool { isRare && counts.allSatisfy { $0 == 0 } }
    }

    static func lines(_ record: RunRecord, _ style: TextStyle) -> [String] {
        guard !record.groups.isEmpty else { return [] }
        var lines = [
            ConsoleSummary.heading(
                "Accounting", "every message of the measured phase, to its end", style)
        ]
        // As many groups side by side as fit; a column takes up to about 20.
        let perTable = max(1, (style.width - 20) / 22)
        for start in stride(from: 0, to: record.groups.count, by: perTable) {
            let groups = Array(record.groups[start..<min(start + perTable, record.groups.count)])
            lines += table(groups, record).lines(style, indent: 2)
        }
        let idle = producerTrouble(record).map { ConsoleSummary.paragraph($0, style) }
        return lines + idle.joined() + violations(record, style)
    }

    private static func table(_ groups: [GroupRecord], _ record: RunRecord) -> TextTable {
        var table = TextTable([""] + groups.map { cut(printable($0.name), to: 20) })
        for line in counts(groups, record)
        where !line.isOmitted {
            let broken = line.isFault && line.counts.contains { $0 > 0 }
            table.add(
                [line.name] + line.counts.map { Quantity.count($0) }, tone: broken ? .bad : nil)
        }
        return table
    }

    static func counts(_ groups: [GroupRecord], _ record: RunRecord) -> [Line] {
        let feeding = groups.map { group in
            record.producers.filter { group.sources.contains($0.target) }
        }
        func of(_ key: KeyPath<GroupAccounting, UInt64>) -> [UInt64] {
            groups.map { $0.accounting[keyPath: key] }
        }
        return [
            Line(name: "sent", counts: feeding.map { $0.reduce(0) { $0 + $1.sent } }),
            Line(
                name: "acknowledged", counts: feeding.map { $0.reduce(0) { $0 + $1.acknowledged } }),
            Line(
                name: "sent from fallback records",
                counts: feeding.map { $0.reduce(0) { $0 + ($1.fallback?.reprocessed ?? 0) } },
                isRare: true),
            Line(name: "delivered", counts: of(\.delivered)),
            Line(name: "handled", counts: of(\.handled)),
            Line(name: "duplicates", counts: of(\.duplicates)),
            Line(name: "lost", counts: of(\.lost)),
            Line(name: "reordered", counts: of(\.reordered)),
            Line(
                name: "beyond the guarantee", counts: of(\.violations), isFault: true),
            Line(name: "unhandled at the end", counts: of(\.unhandledAtEnd)),
            Line(name: "redelivered", counts: of(\.redelivered), isRare: true),
            Line(name: "producers' copies", counts: of(\.copies), isRare: true),
            Line(name: "handled again", counts: of(\.repeated), isRare: true),
            Line(name: "late for their key", counts: of(\.keyReordered), isRare: true),
            Line(name: "skipped as repeats", counts: of(\.skipped), isRare: true),
            Line(name: "shed while behind", counts: of(\.shed), isRare: true),
            Line(name: "expired", counts: of(\.expired), isRare: true),
            Line(name: "short-circuited", counts: of(\.shortCircuited), isRare: true),
            Line(name: "failed attempts", counts: of(\.failed), isRare: true),
            Line(name: "dead-lettered", counts: of(\.deadLettered), isRare: true),
            Line(name: "gone by retention", counts: of(\.outOfRange), isRare: true),
            Line(name: "corrupted", counts: of(\.corrupted), isFault: true, isRare: true),
        ]
    }

    /// What kept scheduled messages from being sent, one sentence per producer that had any.
    static func producerTrouble(_ record: RunRecord) -> [String] {
        record.producers.compactMap { producer in
            let parts = [
                (producer.failed, "refused by the target"),
                (producer.dropped, "never offered or given up"),
                (producer.backPressured, "offers put off by the target and tried again"),
            ].filter { $0.0 > 0 }.map { "\(Quantity.count($0.0)) \($0.1)" }
            guard !parts.isEmpty else { return nil }
            return "\(printable(producer.name)), of \(Quantity.count(producer.scheduled))"
                + " scheduled: \(parts.joined(separator: ", "))"
        }
    }

    private static func violations(_ record: RunRecord, _ style: TextStyle) -> [String] {
        record.groups.flatMap { group in
            group.firstViolations.prefix(3).flatMap { violation in
                ConsoleSummary.paragraph(
                    "\(printable(group.name)): \(printable(violation))", style)
            }
        }
    }
}
