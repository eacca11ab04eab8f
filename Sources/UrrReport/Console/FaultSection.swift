import UrrResults

/// What went wrong on purpose, what it did, and what new divisions of partitions cost.
enum FaultSection {
    /// Faults listed one by one; a run may have hundreds.
    private static let listedFaults = 12

    static func lines(_ record: RunRecord, _ style: TextStyle) -> [String] {
        let rebalanced = record.groups.filter { $0.rebalances != nil }
        guard !record.faults.isEmpty || !rebalanced.isEmpty else { return [] }
        var lines = [ConsoleSummary.heading("Faults", "injected", style)]
        if !record.faults.isEmpty { lines += table(record).lines(style, indent: 2) }
        let rest = record.faults.count - listedFaults
        if rest > 0 { lines.append("  and \(ConsoleSummary.plural(rest, "more fault"))") }
        for group in rebalanced {
            guard let rebalances = group.rebalances else { continue }
            lines += ConsoleSummary.paragraph(story(group, rebalances), style)
        }
        return lines
    }

    /// The first `count` faults.
    static func table(_ record: RunRecord, count: Int = listedFaults) -> TextTable {
        var table = TextTable(["at", "fault", "of", "to come again", "dropped"])
        for fault in record.faults.prefix(count) {
            let member = fault.member.map { ", member \($0)" } ?? ""
            let when = Quantity.duration(fault.struckNs ?? fault.dueNs)
            table.add([
                fault.struckNs == nil && fault.member != nil ? when + " (never)" : when,
                printable(fault.type), printable(fault.target ?? Quantity.absent) + member,
                Quantity.count(fault.redeliveries), Quantity.count(fault.dropped),
            ])
        }
        return table
    }

    /// What the changes of a group's members cost, in a sentence.
    static func story(_ group: GroupRecord, _ rebalances: RebalanceRecord) -> String {
        let changes = ConsoleSummary.plural(rebalances.count, "change")
        var text = "\(printable(group.name)) (\(printable(group.guarantee))): \(changes) of members"
        guard let longest = rebalances.pauses.maxNs, rebalances.pauses.count > 0 else {
            return text + "; no partition was without a reader."
        }
        let median = rebalances.pauses.percentilesNs["50"] ?? longest
        text +=
            "; partitions were without a reader \(Quantity.count(rebalances.pauses.count)) times"
        text += ", for \(Quantity.duration(median)) at the median"
        return text + " and \(Quantity.duration(longest)) at the longest."
    }
}
