import UrrMeasure
import UrrResults

/// The latency ledger: every step of a message's way, from full histograms.
enum LatencySection {
    private static let percentiles = ["50", "90", "99", "99.9"]
    /// The longest explained name, six numbers of up to ten columns, and what is between them.
    private static let widthOfExplanations = 96

    static func lines(_ record: RunRecord, _ style: TextStyle) -> [String] {
        guard !record.producers.isEmpty || !record.groups.isEmpty else { return [] }
        var table = TextTable(["", "p50", "p90", "p99", "p99.9", "max", "count"])
        // Where there is no room the names have to do without their explanation.
        let explained = style.width >= widthOfExplanations
        func add(_ name: String, _ explanation: String, _ histogram: HistogramRecord) {
            let suffix = explained ? " (\(explanation))" : ""
            table.add(["  " + name + suffix] + cells(histogram))
        }
        for producer in record.producers {
            table.addTitle(title(producer))
            add("send delay", "intended to sent", producer.latencies.sendDelay)
            add("acknowledgement", "sent to confirmed", producer.latencies.acknowledgement)
        }
        for group in record.groups {
            table.addTitle(title(group))
            add("queueing", "sent to handler", group.latencies.queueing)
            add("service", "handling alone", group.latencies.service)
            add("response", "intended to handled", group.latencies.response)
            add("end to end", "sent to handled", group.latencies.endToEnd)
        }
        return [ConsoleSummary.heading("Latency", record.measuredRemark, style)]
            + table.lines(style, indent: 2) + footnotes(record, style)
    }

    private static func title(_ producer: ProducerRecord) -> String {
        let instances = ConsoleSummary.plural(producer.instances, "instance")
        let loop = producer.openLoop ? "" : ", closed loop: waits for the system"
        return "\(printable(producer.name)) -> \(printable(producer.target))"
            + " (\(instances), \(printable(producer.executor))\(loop))"
    }

    private static func title(_ group: GroupRecord) -> String {
        let sources = group.sources.map { printable($0) }.joined(separator: ", ")
        let members = ConsoleSummary.plural(group.members, "member")
        let idle = group.idleMembers > 0 ? ", \(group.idleMembers) without a partition" : ""
        return "\(printable(group.name)) <- \(sources) (\(members)\(idle))"
    }

    /// The numbers of one line, as texts.
    private static func cells(_ histogram: HistogramRecord) -> [String] {
        let values = percentiles.map { percentile in
            histogram.percentilesNs[percentile].map { Quantity.duration($0) } ?? Quantity.absent
        }
        let maximum = histogram.maxNs.map { Quantity.duration($0) } ?? Quantity.absent
        return values + [maximum, Quantity.count(histogram.count + histogram.overflow)]
    }

    private static func footnotes(_ record: RunRecord, _ style: TextStyle) -> [String] {
        let all = histograms(record)
        var notes: [String] = []
        if all.contains(where: lacksPercentile) {
            let needed = Quantity.decimal(Percentiles.samplesBeyond, 0)
            notes.append("- too few samples: a percentile needs \(needed) samples beyond it")
        }
        let anomalies = all.reduce(UInt64(0)) { $0 + $1.anomalies }
        if anomalies > 0 {
            notes.append(
                "negative times, counted as clock anomalies and in no percentile: "
                    + Quantity.count(anomalies))
        }
        let overflow = all.reduce(UInt64(0)) { $0 + $1.overflow }
        if overflow > 0 {
            notes.append(
                "times above 1 h, shown as the maximum where a percentile lies among them: "
                    + Quantity.count(overflow))
        }
        return notes.flatMap { ConsoleSummary.paragraph($0, style) }
    }

    private static func histograms(_ record: RunRecord) -> [HistogramRecord] {
        record.producers.flatMap { [$0.latencies.sendDelay, $0.latencies.acknowledgement] }
            + record.groups.flatMap { group in
                let it = group.latencies
                return [it.queueing, it.service, it.response, it.endToEnd]
            }
    }

    private static func lacksPercentile(_ histogram: HistogramRecord) -> Bool {
        percentiles.contains { histogram.percentilesNs[$0] == nil }
    }
}
