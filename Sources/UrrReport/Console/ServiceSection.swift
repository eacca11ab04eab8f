import UrrResults

/// What the services counted beside the books of those who sent the events, to the last unit of
/// money; and what they kept in their memory.
enum ServiceSection {
    /// Nil where no group is a service.
    static func section(_ record: RunRecord) -> SummarySection? {
        let groups = record.groups.filter { $0.service != nil }
        guard !groups.isEmpty else { return nil }
        let books = groups.flatMap { group in group.service.map { book(group.name, $0) } ?? [] }
        return SummarySection(
            title: "Services", remark: "all phases", pieces: books + waiting(groups))
    }

    private static func book(_ group: String, _ service: ServiceRecord) -> [SummarySection.Piece] {
        var table = TextTable(["", "sent", "amount", "counted", "amount", "again"])
        for figure in service.figures { add(figure, to: &table) }
        if !service.published.isEmpty {
            table.addTitle("published, beside what its effects ask for")
        }
        for figure in service.published { add(figure, to: &table) }
        let text = "\(printable(group)) is \(printable(service.name)): \(verdict(service))."
        return [.paragraph(text), .table(table)]
    }

    private static func add(_ figure: ServiceRecord.Figure, to table: inout TextTable) {
        let isEqual = figure.sent == figure.counted && figure.sentAmount == figure.countedAmount
        table.add(
            [
                printable(figure.name), Quantity.count(figure.sent),
                Quantity.count(figure.sentAmount.value), Quantity.count(figure.counted),
                Quantity.count(figure.countedAmount.value), Quantity.count(figure.again),
            ], tone: isEqual ? nil : .bad)
    }

    private static func verdict(_ service: ServiceRecord) -> String {
        guard service.difference == 0, service.amountDifference.value == 0 else {
            return "its books differ by \(Quantity.count(service.difference)) events and "
                + "\(Quantity.count(service.amountDifference.value)) in money"
        }
        return service.isComplete
            ? "its books are equal to the senders', to the last unit"
            : "not everything was handled, and nothing was counted that was not sent"
    }

    // MARK: - Waiting rooms

    /// Both designs of a waiting room side by side: where people wait, and for how long.
    private static func waiting(_ groups: [GroupRecord]) -> [SummarySection.Piece] {
        let rooms = groups.filter {
            $0.service?.name == "concert-queue" || $0.service?.name == "ticket-worker"
        }
        guard !rooms.isEmpty else { return [] }
        var table = TextTable(
            ["", "handled", "in memory", "bytes", "waiting", "response p50", "p99", "max"])
        for group in rooms {
            guard let service = group.service else { continue }
            let response = group.latencies.response
            table.add([
                printable(group.name), Quantity.count(group.accounting.handled),
                Quantity.count(UInt64(service.heldMessages)),
                Quantity.bytes(UInt64(service.heldBytes)), Quantity.count(group.lag.peak),
                duration(response.percentilesNs["50"]), duration(response.percentilesNs["99"]),
                duration(response.maxNs),
            ])
        }
        let text =
            "Waiting rooms: the most people in the consumers' memory, and the most that waited at all."
        return [.paragraph(text), .table(table)]
    }

    private static func duration(_ value: Int64?) -> String {
        value.map { Quantity.duration($0) } ?? "-"
    }
}
