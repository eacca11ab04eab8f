import UrrResults

/// Several runs side by side.
enum SideBySide {
    static func part(_ runs: [RunSubject]) -> ReportPart {
        let verdict = runs.map(\.record.verdict.value).max() ?? .valid
        let differences = differences(runs)
        return ReportPart(
            kind: "Comparison", source: nil, title: "\(runs.count) runs side by side",
            facts: runs.map {
                "\($0.label) · \(printable($0.file)) · run \(printable($0.record.runId))"
            },
            answer: ReportAnswer(
                badge: verdict.rawValue, tone: RunAnswer.tone(verdict),
                headline: headline(verdict, isAlike: differences.isEmpty),
                remarks: differences.map {
                    ReportRemark(tone: .doubtful, label: $0.0, text: $0.1)
                }, figures: []),
            sections: [metrics(runs), distributions(runs), lags(runs)].compactMap { $0 })
    }

    private static func headline(_ verdict: Verdict, isAlike: Bool) -> String {
        let trust =
            switch verdict {
            case .valid: "No check found fault with the numbers of these runs."
            case .suspect: "Something may have bent the numbers of at least one run; see its part."
            case .invalid: "At least one run cannot be used; see its part."
            }
        return trust + " One run of each says nothing about how much they scatter."
            + (isAlike ? "" : " The runs differ in more than their results:")
    }

    // MARK: What is not alike

    /// Circumstances in which the runs differ: the name and the values.
    private static func differences(_ runs: [RunSubject]) -> [(String, String)] {
        let circumstances: [(String, (RunRecord) -> String)] = [
            ("workload", { $0.workload.name }),
            ("changes", { $0.workload.overrides.joined(separator: ", ") }),
            ("seed", { String($0.seed.value) }),
            ("driver", { $0.driver.name }),
            ("time", { $0.simulated ? "simulated" : "measured" }),
            ("processor", { "\($0.machine.cpuModel), \($0.machine.allowedCPUs.count) CPUs" }),
            ("kernel", { $0.machine.kernel }),
            ("build", { $0.machine.buildMode }),
            ("commit", { $0.machine.gitCommit }),
        ]
        return circumstances.compactMap { name, value in
            let values = runs.map { value($0.record) }
            guard Set(values).count > 1 else { return nil }
            let texts = zip(runs, values).map { run, value in
                "\(run.mark): \(value.isEmpty ? "none" : printable(value))"
            }
            return (name, texts.joined(separator: "; "))
        }
    }

    // MARK: Numbers

    private static let compared = [
        "throughput.sent", "throughput.handled", "response.p50", "response.p90", "response.p99",
        "response.p99.9", "response.max", "service.p50", "sendDelay.p99", "lag.max", "lag.seconds",
        "lag.recovery", "lost", "duplicates", "reordered", "cpu.perMessage", "cpu.load",
        "lateness.max",
    ]

    private static func metrics(_ runs: [RunSubject]) -> ReportSection {
        var table = ReportTable([""] + runs.map(\.label))
        table.add(
            [ReportTable.Cell("verdict")]
                + runs.map { run in
                    let verdict = run.record.verdict.value
                    return ReportTable.Cell(verdict.rawValue, tone: RunAnswer.tone(verdict))
                })
        let catalogue = MetricCatalogue()
        for name in compared {
            table.add(
                [name]
                    + runs.map { run in
                        catalogue.evaluate(name, in: run.record).map { MetricText.text($0) }
                            ?? Quantity.absent
                    })
        }
        return ReportSection(
            title: "The same numbers", remark: "worst of the groups where there are several",
            blocks: [.table(table)])
    }

    /// Names of groups that every run has, in the order of the first.
    private static func commonGroups(_ runs: [RunSubject]) -> [String] {
        (runs.first?.record.groups ?? []).map(\.name).filter { name in
            runs.allSatisfy { $0.record.groups.contains { $0.name == name } }
        }
    }

    private static func distributions(_ runs: [RunSubject]) -> ReportSection? {
        let charts = commonGroups(runs).compactMap { name -> ReportBlock? in
            let curves = runs.enumerated().compactMap { index, run in
                run.record.groups.first { $0.name == name }.map { group in
                    PercentileReport.Curve(
                        run.label, group.latencies.response, colour: 1 + index)
                }
            }
            return PercentileReport.chart(title: printable(name), curves: curves).map {
                .chart($0)
            }
        }
        guard !charts.isEmpty else { return nil }
        return ReportSection(title: "Response", remark: "measured phase", blocks: charts)
    }

    private static func lags(_ runs: [RunSubject]) -> ReportSection? {
        let charts = commonGroups(runs).compactMap { name in
            lagChart(name, runs).map { ReportBlock.chart($0) }
        }
        guard !charts.isEmpty else { return nil }
        return ReportSection(
            title: "Lag over time", remark: "messages sent and not yet committed", blocks: charts)
    }

    private static func lagChart(_ group: String, _ runs: [RunSubject]) -> ReportChart? {
        let curves = runs.map { run -> [[Double]] in
            guard let index = run.record.groups.firstIndex(where: { $0.name == group })
            else { return [] }
            return run.record.series.rows.compactMap { row in
                row.groups[index].lag.map { [Double(row.atNs) / 1e9, Double($0)] }
            }
        }
        let end = curves.compactMap { $0.last?[0] }.max() ?? 0
        guard end > 0 else { return nil }
        return ReportChart(
            title: printable(group), remark: "time from the start of each run",
            data: ChartData(
                form: .curves, x: ChartData.Axis(title: "", unit: .seconds),
                y: ChartData.Axis(title: "messages", unit: .count),
                series: zip(runs, curves).enumerated().map { index, entry in
                    ChartData.Series(name: entry.0.label, colour: 1 + index, points: entry.1)
                }),
            table: lagTable(runs, curves, end: end))
    }

    /// The highest lag of each run in equal parts of the time.
    private static func lagTable(
        _ runs: [RunSubject], _ curves: [[[Double]]], end: Double
    ) -> ReportTable {
        let width = max(1, (end / Double(SeriesTable.longest)).rounded(.up))
        var table = ReportTable(["until"] + runs.map(\.label))
        for part in 0..<Int((end / width).rounded(.up)) {
            let range = Double(part) * width..<Double(part + 1) * width
            // A sample belongs to the part that it ends.
            let cells = curves.map { curve -> String in
                let values = curve.filter { range.contains($0[0].nextDown) }.map { $0[1] }
                return values.max().map { Quantity.decimal($0, 0) } ?? Quantity.absent
            }
            table.add([Quantity.duration(seconds: range.upperBound)] + cells)
        }
        return table
    }
}
