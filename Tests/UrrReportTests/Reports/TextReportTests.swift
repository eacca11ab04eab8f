import Foundation
import Testing
import UrrResults
import UrrTestSupport

@testable import UrrReport

struct TextReportTests {
    private var sample: ReportSubject { .run(SampleRun.record(), file: "run.json") }

    // MARK: Markdown

    @Test func markdownHasTheSameSectionsAsThePage() {
        let document = ReportDocument([sample])
        let text = MarkdownReport.text(document)
        for section in document.parts[0].sections {
            #expect(text.contains("## \(MarkdownReport.escaped(section.title))\n"))
        }
        #expect(text.contains("**VALID**: No message lost"))
        #expect(text.contains("| lost | 0 |\n"))
    }

    @Test func markdownTablesAreRectangular() {
        let lines = MarkdownReport.text(ReportDocument([sample])).split(
            separator: "\n", omittingEmptySubsequences: false)
        var columns: Int?
        for line in lines {
            let count = line.hasPrefix("|") ? line.matches(of: #/(?:^|[^\\])\|/#).count : nil
            if let count, let columns { #expect(count == columns, "\(line)") }
            columns = count
        }
    }

    @Test func markdownEscapesWhatItActsOn() {
        #expect(MarkdownReport.escaped("a|b<c>*d*\n[e](f)") == "a\\|b\\<c\\>\\*d\\* \\[e\\](f)")
    }

    // MARK: CSV and JSON

    @Test func csvHasOneNumberALine() throws {
        let lines = DataReport.csv([sample]).split(separator: "\r\n")
        #expect(lines[0] == "file,kind,subject,metric,value,unit")
        let run = "run.json,run,20261121T013323-spike"
        #expect(lines.contains("\(run),ticket-service-group.lag.max,380000.0,messages"))
        #expect(lines.contains("\(run),ticket-service-group.lost,0.0,messages"))
        // Fifty values support no 99th percentile: no number rather than a wrong one.
        #expect(lines.contains("\(run),ticket-service-group.service.p99,,ns"))
        #expect(
            lines.allSatisfy {
                $0.split(separator: ",", omittingEmptySubsequences: false).count == 6
            })
    }

    @Test(arguments: [
        ("plain", "plain"), ("a,b", "\"a,b\""), ("say \"x\"", "\"say \"\"x\"\"\""),
        ("=1+1", "'=1+1"), ("@cmd", "'@cmd"), ("-2,3", "\"'-2,3\""), ("a\nb", "a?b"),
    ])
    func csvFieldsAreSafe(text: String, field: String) {
        #expect(DataReport.field(text, isNumber: false) == field)
    }

    @Test func negativeNumbersStayNumbers() {
        #expect(DataReport.field("-2.5", isNumber: true) == "-2.5")
    }

    @Test func jsonNamesItsKindAndHoldsTheSameNumbers() throws {
        let data = Data(DataReport.json([sample]).utf8)
        let document = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
        #expect(document["schema"] as? String == "urrbench.report")
        #expect(document["version"] as? Int == 1)
        let metrics = try #require(document["metrics"] as? [[String: Any]])
        let lag = metrics.first { $0["metric"] as? String == "ticket-service-group.lag.max" }
        #expect(lag?["value"] as? Double == 380_000)
        #expect(metrics.count == DataReport.csv([sample]).split(separator: "\r\n").count - 1)
    }

    // MARK: Several runs

    @Test func severalRunsAreComparedFirst() throws {
        var other = SampleRun.record()
        other.driver.name = "kafka"
        other.simulated = true
        let document = ReportDocument([sample, .run(other, file: "other.json")])
        #expect(document.parts.map(\.title) == ["2 runs side by side", "A spike", "B spike"])
        let remarks = document.parts[0].answer.remarks
        #expect(remarks.map(\.label) == ["driver", "time"])
        #expect(remarks[0].text == "A: embedded; B: kafka")
        #expect(remarks[1].text == "A: measured; B: simulated")
        let charts = ReportDocument([sample, .run(other, file: "other.json")]).charts
        #expect(charts.first?.data.series.map(\.name) == ["A spike", "B spike"])
    }

    @Test func runsWithoutACommonGroupAreComparedInNumbersOnly() {
        var other = SampleRun.record()
        other.groups[0].name = "another-group"
        let part = ReportDocument([sample, .run(other, file: "other.json")]).parts[0]
        #expect(part.sections.map(\.title) == ["The same numbers"])
    }

    @Test func manyRunsGetNumbers() {
        #expect(RunSubject.marks(2) == ["A", "B"])
        #expect(RunSubject.marks(27).last == "27")
        #expect(RunSubject.marks(1) == [""])
    }

    // MARK: Odd records

    @Test func aRunThatMeasuredNothingMakesAReport() {
        var record = SampleRun.record()
        record.series.rows = []
        record.groups = []
        record.producers = []
        record.thresholds = []
        record.segments = []
        let text = MarkdownReport.text(ReportDocument([.run(record, file: "run.json")]))
        #expect(text.contains("Machine, driver and settings"))
    }

    @Test func aDamagedHistogramIsToldOf() {
        var record = SampleRun.record()
        record.groups[0].latencies.response.encoded = "nonsense"
        let text = MarkdownReport.text(ReportDocument([.run(record, file: "run.json")]))
        #expect(
            ReportDocument([.run(record, file: "r")]).charts.last?.remark?
                .contains("response cannot be read") == true)
        #expect(text.contains("Percentiles"))
    }

    @Test func longSeriesAreThinnedByTheirMaximum() {
        let values = (0..<1000).map { Double($0 % 100) as Double? }
        let table = SeriesTable.table(
            instants: (1...1000).map { Double($0) },
            columns: [
                SeriesTable.Column(
                    title: "x", values: values, merge: .greatest, text: { "\(Int($0))" })
            ])
        #expect(table.rows.count <= SeriesTable.longest)
        #expect(table.caption == "each line stands for 9 intervals")
        guard case .cells(let first) = table.rows[0] else { return }
        #expect(first.map(\.text) == ["9.00 s", "8"])
    }
}
