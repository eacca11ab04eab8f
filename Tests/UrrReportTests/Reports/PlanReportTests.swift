import Testing
import UrrResults
import UrrTestSupport

@testable import UrrReport

struct PlanReportTests {
    private func page(_ record: PlanRecord, file: String = "x.plan.json") -> String {
        HTMLReport.page(
            ReportDocument([.plan(record, file: file)]), libraries: HTMLReportTests.libraries,
            nonce: "n")
    }

    @Test func theConsoleSaysTheAnswerFirst() throws {
        let text = PlanText.text(SamplePlan.record(), file: "results/x.plan.json")
        let answer =
            "ticket-service-group needs 8 consumers, 16 partitions in 3 instances for a peak of "
            + "5,000/s."
        #expect(text.flat.contains(answer))
        for part in [
            "SIMULATED", "holds 6,250/s, 25.0 % more; misses 6,350/s",
            "the partition that the keys load most, 90.0 % busy", "caps the whole rate at 60,000/s",
            "719.3 MiB a day", "One consumer fewer misses", "one hot concert", "not run",
            "x 2 to 3 makes 10 to 15", "does not carry this plan: messages per second",
            "read on 2026-11-21", "Everything was simulated.", "Plan: results/x.plan.json",
        ] {
            #expect(text.flat.contains(part), "\(part)")
        }
        let place = try #require(text.range(of: "needs 8 consumers"))
        let runs = try #require(text.range(of: "Runs ("))
        #expect(place.lowerBound < runs.lowerBound)
    }

    @Test func thePageHasTheAnswerTheChartsAndTheMark() throws {
        let document = ReportDocument([.plan(SamplePlan.record(), file: "x.plan.json")])
        let part = try #require(document.parts.first)
        #expect(part.answer.badge == "FOUND")
        #expect(part.answer.remarks.first?.label == "simulated")
        let titles = document.charts.map(\.title)
        #expect(
            titles == [
                "Lag through the rush", "99th percentile of the response through the rush",
                "response.p99 over the number of consumers",
            ])
        let lag = try #require(document.charts.first)
        #expect(lag.data.series.map(\.name) == ["as planned", "one hot concert"])
        #expect(lag.data.series[0].values == [1, 200, nil])
        #expect(page(SamplePlan.record()).contains(part.answer.headline))
    }

    @Test func theErrorThatAppliesIsStated() {
        let text = PlanText.text(SamplePlan.record()).flat
        #expect(text.contains("response p99 6.00 % 1.00 % 20.0 % 20"), "\(text)")
        let html = page(SamplePlan.record())
        #expect(html.contains("Greatest errors: response p99 6.00 %"))
        #expect(html.contains("20 configurations drawn at random"))
        #expect(page(SamplePlan.record { $0.prediction = nil }).contains("Not known here"))
    }

    /// Each part says where its numbers come from, and plans come before what they rest on.
    @Test func measuredAndSimulatedAreMarked() {
        let sweep = SampleSweep.record(counts: [1, 2], trials: 1) { count, _ in count }
        var simulated = sweep
        simulated.machine?.clockSource = "simulated"
        let document = ReportDocument([
            .sweep(sweep, file: "a"), .sweep(simulated, file: "b"),
            .plan(SamplePlan.record(), file: "p"),
        ])
        #expect(
            document.parts.map(\.label) == [
                "Plan, simulated", "Sweep, measured", "Sweep, simulated",
            ])
        let names = document.charts.suffix(1).flatMap { $0.data.series.map(\.name) }
        #expect(!names.contains("measured"))
    }

    @Test func anImpossiblePlanSaysWhyAndWhatToChange() {
        let record = SamplePlan.record { record in
            record.finding = PlanFindingRecord(
                kind: .impossible, reasons: ["The hottest key has 50 %."],
                changes: ["Split the hottest key."])
            record.answer = nil
            record.whatIfs = []
            record.ruleOfThumb = []
            record.profile = nil
        }
        let text = PlanText.text(record).flat
        #expect(text.contains("No size of ticket-service-group up to 1,000 consumers"))
        #expect(text.contains("The hottest key has 50 %."))
        #expect(page(record).contains("Split the hottest key."))
        #expect(page(record).contains("NO SIZE HOLDS"))
    }

    @Test(arguments: [PlanFindingRecord.Kind.limited, .interrupted])
    func aPlanThatDidNotEndSaysSo(kind: PlanFindingRecord.Kind) {
        let record = SamplePlan.record { record in
            record.finding = PlanFindingRecord(kind: kind, size: record.finding.size)
            record.answer = nil
        }
        let text = PlanText.text(record).flat
        #expect(
            text.contains("before the smallest size was known; 8 consumers, 16 partitions hold"))
    }

    @Test(arguments: ["<script>", "a|b", "\u{1b}[31m"])
    func namesInPlansStayText(name: String) {
        let record = SamplePlan.record { record in
            record.workload.name = name
            record.group = name
            record.objectives = [name]
            record.assumptions = [name]
            record.finding.reasons = [name]
            record.finding.changes = [name]
            record.whatIfs[0].name = name
            record.whatIfs[0].change = name
            record.whatIfs[0].trial?.reasons = [name]
            record.whatIfs[1].omitted = name
            record.answer?.neighbours = [name]
            record.profile?.title = name
            record.profile?.quotas[0].remark = name
            record.profile?.quotas[0].source = name
            record.profile?.quotas[0].quantity = name
            record.trials[0].purpose = name
            record.prediction?.errors[0].metric = name
            record.prediction?.cpuModel = name
        }
        #expect(page(record, file: name).components(separatedBy: "<script>").count == 1)
        #expect(!PlanText.text(record, file: name).contains("\u{1b}"))
        #expect(!PlanText.line(record.trials[0], number: 1).contains("\u{1b}"))
        let markdown = MarkdownReport.text(ReportDocument([.plan(record, file: name)]))
        #expect(!markdown.contains("\u{1b}"))
    }

    @Test func theRuleOfThumbIsComparedInWords() {
        func words(_ held: [Bool], size: Int) -> String {
            PlanWords.rule(
                SamplePlan.record { record in
                    record.finding.size?.consumers = size
                    for (index, value) in held.enumerated() {
                        record.ruleOfThumb[index].trial?.held = value
                    }
                }) ?? ""
        }
        #expect(words([false, true, true], size: 5).contains("2.00 times what is needed"))
        #expect(
            words([false, false, false], size: 5).contains("misses the objectives all the same"))
        #expect(words([false, true, true], size: 10).contains("agrees"))
        #expect(words([false, false, true], size: 5).contains("holds with 15"))
    }

    @Test func plansHaveNumbersForPrograms() {
        let csv = DataReport.csv([.plan(SamplePlan.record(), file: "p.json")])
        #expect(csv.contains("p.json,plan,sample,plan.consumers,8.0,"))
        #expect(csv.contains("p.json,plan,sample,plan.held,6250.0,messages/s"))
        #expect(csv.contains("p.json,plan,one hot concert,response.p99,4000000000.0,ns"))
    }
}

extension String {
    /// The text without line breaks and margins.
    fileprivate var flat: String { split { $0.isWhitespace }.joined(separator: " ") }
}
