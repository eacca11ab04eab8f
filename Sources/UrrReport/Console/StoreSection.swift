import UrrResults

/// What idempotency stores were asked and what a message cost there.
enum StoreSection {
    /// Nil where no group has a store.
    static func section(_ record: RunRecord) -> SummarySection? {
        let stories = record.groups.compactMap { group in
            group.store.map { SummarySection.Piece.paragraph(story(group, $0)) }
        }
        return stories.isEmpty ? nil : SummarySection(title: "Stores", pieces: stories)
    }

    private static func story(_ group: GroupRecord, _ store: StoreRecord) -> String {
        var text =
            "\(printable(group.name)) remembers in \(printable(store.name)): "
            + "\(Quantity.count(store.keys)) keys in \(Quantity.count(store.batches)) batches, "
            + "\(Quantity.count(store.known)) known"
        if store.keys > 0 {
            let each = Double(store.nanoseconds) / Double(store.keys) / 1e9
            text += ", \(Quantity.duration(seconds: each)) a key"
        }
        if let each = group.storeTimePerMessage {
            text += ", \(Quantity.duration(seconds: each / 1e9)) a message"
        }
        let troubles = [
            (store.evictions, "given up for room"), (store.retries, "attempts repeated"),
            (store.outages, "times away"),
        ].filter { $0.0 > 0 }.map { "\(Quantity.count($0.0)) \($0.1)" }
        if !troubles.isEmpty { text += "; " + troubles.joined(separator: ", ") }
        if let failure = store.lastFailure { text += ", last because of: \(printable(failure))" }
        return text + "." + facts(store)
    }

    /// What the store says of itself.
    private static func facts(_ store: StoreRecord) -> String {
        let facts = (store.facts ?? [:]).sorted { $0.key < $1.key }
        guard !facts.isEmpty else { return "" }
        return " ("
            + facts.map { "\(printable($0.key)) \(printable($0.value))" }.joined(separator: ", ")
            + ")"
    }
}
