import UrrResults

/// A stored run as a report sees it.
struct RunSubject {
    let record: RunRecord
    /// Name of the file that it came from.
    let file: String

    /// What the run is called where there are several: a letter, or a number where those run out.
    var mark = ""

    /// The mark with the workload's name.
    var label: String { mark + (mark.isEmpty ? "" : " ") + printable(record.workload.name) }

    /// Marks for `count` runs: A, B, C.
    static func marks(_ count: Int) -> [String] {
        guard count > 1 else { return [String](repeating: "", count: count) }
        let letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ".map { String($0) }
        return count <= letters.count ? letters.prefix(count) + [] : (1...count).map { "\($0)" }
    }
}

extension RunSubject {
    /// The part of a report that is about this run alone.
    func part() -> ReportPart {
        ReportPart(
            kind: "Run", source: ReportSource(isSimulated: record.simulated), title: label,
            facts: facts,
            answer: RunAnswer.answer(record),
            sections: [
                FlowReport.section(record), LagReport.section(record),
                LatencyReport.section(record), PercentileReport.section(record),
                SegmentReport.section(record), ThresholdReport.section(record),
                FaultReport.section(record), StoreSection.section(record)?.report,
                FallbackSection.section(record)?.report, ServiceSection.section(record)?.report,
                AccountingReport.section(record), RemedySection.section(record)?.report,
            ].compactMap { $0 } + QueueSection.sections(record).map(\.report)
                + [HarnessReport.section(record), MachineReport.section(record)].compactMap { $0 })
    }

    private var facts: [String] {
        let source = [
            "driver \(printable(record.driver.name))", "file \(printable(file))",
            "seed \(record.seed.value)", "run \(printable(record.runId))",
        ]
        let phases = record.phases.map { phase in
            "\(printable(phase.name)) \(Quantity.duration(phase.endNs - phase.startNs))"
        }
        var facts = [
            source.joined(separator: " · "),
            (["started \(printable(record.startedAt))"] + phases).joined(separator: " · "),
        ]
        if !record.workload.overrides.isEmpty {
            facts.append(
                "changed by --set: "
                    + record.workload.overrides.map { printable($0) }.joined(separator: ", "))
        }
        return facts
    }
}
