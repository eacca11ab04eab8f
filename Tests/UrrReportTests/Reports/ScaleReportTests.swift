import Testing
import UrrAnalysis
import UrrResults
import UrrTestSupport

@testable import UrrReport

struct ScaleReportTests {
    private static let law = ScalabilityModel(rate: 900, contention: 0.05, coherency: 0.001)
    private static let counts: [Double] = [1, 2, 4, 8, 16, 32, 48]

    private func sweep(_ change: (inout SweepRecord) -> Void = { _ in }) -> SweepRecord {
        var record = SampleSweep.record(counts: Self.counts, trials: 2) { count, trial in
            Self.law.throughput(count) * (trial == 0 ? 1.01 : 0.99)
        }
        change(&record)
        return record
    }

    // MARK: Sweeps

    @Test func theConsoleHasEveryCellAndTheLaw() {
        let text = SweepText.text(sweep(), file: "results/x.sweep.json")
        #expect(text.contains("Sweep of scaling on driver embedded, 14 of 14 runs"))
        for count in Self.counts { #expect(text.contains("\n  \(Int(count)) ")) }
        #expect(text.contains("Throughput peaks at"))
        #expect(text.contains("Models by AICc"))
        #expect(text.contains("Sweep: results/x.sweep.json"))
        for line in text.split(separator: "\n") { #expect(line.count <= 100, "\(line)") }
    }

    @Test func theReasonForNoLawIsTold() {
        let few = SampleSweep.record(counts: [1, 2], trials: 1) { count, _ in count }
        let line = SweepText.text(few).replacing("\n  ", with: " ")
        #expect(line.contains("needs at least 4 different counts, got 2"))
        let idle = sweep { record in
            for run in record.runs.indices { record.runs[run].groups[0].saturatedPerSecond = nil }
        }
        let text = SweepText.text(idle)
        #expect(text.contains("14 points") && text.contains("kept up with what was offered"))
    }

    @Test func thePageHasTheCurveWithItsBandAndPoints() throws {
        let document = ReportDocument([.sweep(sweep(), file: "x.sweep.json")])
        let chart = try #require(document.charts.last)
        #expect(
            chart.data.series.map(\.name) == [
                "95 % band", "universal law", "Amdahl", "linear", "measured",
            ])
        #expect(chart.data.series.last?.points.count == 14)
        #expect(document.parts[0].answer.headline.contains("throughput peaks at"))
        #expect(document.parts[0].answer.badge == "VALID")
    }

    @Test func anUnfinishedSweepSaysSo() {
        let part = ReportDocument([
            .sweep(sweep { $0.runs.removeLast(3) }, file: "x.sweep.json")
        ]).parts[0]
        #expect(part.answer.badge == "INCOMPLETE")
        #expect(part.answer.headline.hasPrefix("11 of 14 runs."))
    }

    @Test(arguments: ["<script>", "a|b", "\u{1b}[31m"])
    func namesInSweepsStayText(name: String) {
        let record = sweep { record in
            record.workload.name = name
            record.axes[0].name = name
            record.cells[0].values = [name]
            for run in record.runs.indices { record.runs[run].groups[0].name = name }
        }
        let page = HTMLReport.page(
            ReportDocument([.sweep(record, file: name)]), libraries: HTMLReportTests.libraries,
            nonce: "n")
        #expect(page.components(separatedBy: "<script>").count == 1)
        #expect(!SweepText.text(record).contains("\u{1b}"))
    }

    @Test func smallNumbersKeepThreeDigits() {
        #expect(ScalingWords.short(0.00064312) == "0.000643")
        #expect(ScalingWords.short(0.0214) == "0.0214")
        #expect(ScalingWords.short(0.5) == "0.500")
        #expect(ScalingWords.short(0) == "0")
        #expect(ScalingWords.short(1e-15).hasPrefix("0.000000000000"))
    }

    // MARK: Knees

    private func knee(_ finding: KneeFindingRecord) -> KneeRecord {
        func step(_ rate: Double, _ outcome: KneeOutcome) -> KneeStepRecord {
            KneeStepRecord(
                stage: "bisect", ratePerSecond: rate, sentPerSecond: rate, holdNs: 5_000_000_000,
                outcome: outcome, reasons: outcome == .held ? [] : ["response.p99 < 50ms"],
                objectives: [
                    ThresholdRecord(
                        expression: "response.p99 < 50ms", metric: "response.p99",
                        actual: 12_000_000, unit: "ns", passed: outcome == .held)
                ], verdict: .valid)
        }
        let run = SampleRun.record()
        return KneeRecord(
            kneeId: "k", startedAt: run.startedAt, simulated: false, workload: run.workload,
            seed: 1, driver: run.driver, machine: run.machine,
            objectives: ["response.p99 < 50ms"], resolution: 0.02,
            steps: [step(1000, .held), step(2000, .missed), step(1500, .disturbed)],
            finding: finding,
            hysteresis: KneeHysteresisRecord(
                plateaus: [
                    KneePlateauRecord(
                        isUp: true, ratePerSecond: 1000, held: true, objectives: []),
                    KneePlateauRecord(
                        isUp: false, ratePerSecond: 800, held: true, objectives: []),
                ], upPerSecond: 1000, downPerSecond: 800))
    }

    @Test(arguments: [
        (
            KneeFindingRecord(kind: .found, ratePerSecond: 1400, lower: 1350, upper: 1450),
            "The knee is at 1,400/s (95 % interval 1,350/s to 1,450/s)."
        ),
        (
            KneeFindingRecord(kind: .generatorLimit, lower: 1000, upper: 2000),
            "The system held 1,000/s. At 2,000/s this tool was at its own limit"
        ),
        (KneeFindingRecord(kind: .aboveAllowed, lower: 9), "the highest rate that was allowed"),
        (KneeFindingRecord(kind: .belowAllowed, upper: 9), "No rate that was allowed held"),
        (KneeFindingRecord(kind: .interrupted), "Interrupted"),
    ])
    func everyFindingIsToldInWords(finding: KneeFindingRecord, text: String) {
        let record = knee(finding)
        #expect(KneeText.answer(record).contains(text))
        let page = HTMLReport.page(
            ReportDocument([.knee(record, file: "x.knee.json")]),
            libraries: HTMLReportTests.libraries, nonce: "n")
        #expect(page.contains(KneeText.answer(record)))
        let lines = KneeText.text(record)
        #expect(lines.contains("Climbing without a pause the system held up to 1,000/s"))
        #expect(lines.contains("1 step of 3 were disturbed"))
        #expect(lines.contains("12.0 ms"))
    }

    /// The outcomes of the steps stand in sight on a phone: "step" and "way" take no more than they
    /// need, names of a machine's parts keep their room.
    @Test func narrowFirstColumnsAreKeptNarrow() throws {
        let record = knee(KneeFindingRecord(kind: .interrupted))
        let page = HTMLReport.page(
            ReportDocument([.knee(record, file: "x.knee.json")]),
            libraries: HTMLReportTests.libraries, nonce: "n")
        let tables = page.components(separatedBy: "<table").dropFirst()
        let brief = tables.filter { $0.hasPrefix(" class=\"brief\"") }
        #expect(brief.count == 3 && tables.count == 4)
        #expect(brief.contains { $0.contains(">step</th>") })
        #expect(!brief.contains { $0.contains("processor") })
    }

    @Test func agreementIsOfTheSearchesThatFoundOne() {
        let records = [1000.0, 1020, 990].map {
            knee(KneeFindingRecord(kind: .found, ratePerSecond: $0, lower: $0, upper: $0))
        }
        let text = KneeText.agreement(records + [knee(KneeFindingRecord(kind: .undecided))])
        #expect(text.hasPrefix("3 of 4 searches found a knee: lowest 990/s"))
        #expect(text.contains("3.00 % of the median"))
    }

    @Test func sweepsAndKneesHaveNumbersForPrograms() {
        let csv = DataReport.csv([
            .sweep(sweep(), file: "s.json"),
            .knee(
                knee(KneeFindingRecord(kind: .found, ratePerSecond: 1, lower: 1, upper: 2)),
                file: "k.json"),
        ])
        #expect(csv.contains("s.json,sweep,consumers=4 trial=2,group.throughput.handled,"))
        #expect(csv.contains("k.json,knee,k,knee,1.0,messages/s"))
        #expect(csv.contains("k.json,knee,step=2 missed,response.p99,12000000.0,ns"))
    }
}
