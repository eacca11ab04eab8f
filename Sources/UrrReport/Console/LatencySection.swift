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
        for part in ledger(record) {
            table.addTitle(part.title)
            for step in part.steps {
                let suffix = explained ? " (\(step.explanation))" : ""
                table.add(["  " + step.name + suffix] + cells(step.histogram))
            }
        }
        return [ConsoleSummary.heading("Latency", record.measuredRemark, style)]
            + table.lines(style, indent: 2)
            + footnotes(record).flatMap { ConsoleSummary.paragraph($0, style) }
    }

    /// The steps that one producer or one group takes part in.
    struct LedgerPart {
        /// Its name, for texts.
        let owner: String
        /// What it is and what it did.
        let title: String
        let steps: [LedgerStep]
    }

    /// One step of a message's way.
    struct LedgerStep {
        let name: String
        /// From where to where.
        let explanation: String
        let histogram: HistogramRecord
    }

    /// The ledger of the measured phase, producers first.
    static func ledger(_ record: RunRecord) -> [LedgerPart] {
        func step(_ name: String, _ explanation: String, _ histogram: HistogramRecord) -> LedgerStep
        {
            LedgerStep(name: name, explanation: explanation, histogram: histogram)
        }
        let producers = record.producers.map { producer in
            LedgerPart(
                owner: printable(producer.name), title: title(producer),
                steps: [
                    step("send delay", "intended to sent", producer.latencies.sendDelay),
                    step(
                        "acknowledgement", "sent to confirmed", producer.latencies.acknowledgement),
                ])
        }
        let groups = record.groups.map { group in
            LedgerPart(
                owner: printable(group.name), title: title(group),
                steps: [
                    step("queueing", "sent to handler", group.latencies.queueing),
                    step("service", "handling alone", group.latencies.service),
                    step("response", "intended to handled", group.latencies.response),
                    step("end to end", "sent to handled", group.latencies.endToEnd),
                ])
        }
        return producers + groups
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

    /// What has to be said about the numbers of the ledger.
    static func footnotes(_ record: RunRecord) -> [String] {
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
        return notes
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
