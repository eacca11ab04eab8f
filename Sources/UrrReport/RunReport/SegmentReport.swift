import UrrResults

/// The response by the part of the arrival curve in which a message was meant to leave.
enum SegmentReport {
    static func section(_ record: RunRecord) -> ReportSection? {
        guard record.segments.count > 1 else { return nil }
        var table = ReportTable(["", "p50", "p90", "p99", "p99.9", "p99.99", "max", "messages"])
        for group in record.groups {
            let parts = group.segments.filter { $0.latencies.response.count > 0 }
            guard !parts.isEmpty else { continue }
            table.addTitle(printable(group.name))
            for part in parts {
                table.add(
                    [name(part, record)] + LatencyReport.cells(part.latencies.response))
            }
        }
        guard !table.rows.isEmpty else { return nil }
        return ReportSection(
            title: "Response by part of the arrival curve",
            remark: "a message belongs to the part in which it was meant to leave",
            blocks: [.table(table)])
    }

    /// `rise, payment-service, 8.00 s to 9.00 s`.
    private static func name(_ part: GroupSegmentRecord, _ record: RunRecord) -> String {
        guard let segment = record.segments.first(where: { $0.index == part.index }) else {
            return printable(part.name)
        }
        let producer = record.producers.count > 1 ? ", \(printable(segment.producer))" : ""
        return "\(printable(part.name))\(producer), \(Quantity.duration(segment.startNs)) to "
            + Quantity.duration(segment.endNs)
    }
}
