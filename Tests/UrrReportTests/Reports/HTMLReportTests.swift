import Foundation
import Testing
import UrrResults
import UrrTestSupport

@testable import UrrReport

struct HTMLReportTests {
    static let libraries = ChartLibraries(
        chartScript: "/* chart </script> <!-- */", dygraphScript: "/* dygraph */",
        dygraphStyle: "/* style </style> */")

    private func page(_ change: (inout RunRecord) -> Void = { _ in }) -> String {
        var record = SampleRun.record()
        change(&record)
        return HTMLReport.page(
            ReportDocument([.run(record, file: "run.json")]), libraries: Self.libraries,
            nonce: "abc123")
    }

    @Test func thePageNeedsNothingFromOutside() {
        let page = page()
        #expect(page.contains("default-src 'none'; script-src 'nonce-abc123'"))
        for attribute in ["src=", "<link", "@import", "url(", "http://", "https://"] {
            #expect(!page.contains(attribute), "\(attribute)")
        }
        #expect(page.matches(of: #/<script nonce="abc123">/#).count == 3)
        #expect(page.matches(of: #/<script[ >]/#).count == 4)
    }

    @Test func librariesCannotEndTheirElement() {
        let page = page()
        #expect(page.contains("/* chart <\\/script> <\\!-- */"))
        #expect(page.contains("/* style <\\/style> */"))
        #expect(page.matches(of: #/<\/script>/#).count == 4)
        #expect(page.matches(of: #/<\/style>/#).count == 2)
    }

    /// Whoever writes a workload or a result must not be able to write into the page.
    @Test(arguments: [
        "<script>alert(1)</script>", "</script><script>alert(1)</script>", "<!-- <script>",
        "\"><img src=x onerror=alert(1)>", "' onmouseover='alert(1)", "&lt;b&gt;", "\u{202e}evil",
    ])
    func namesStayText(name: String) throws {
        let plain = page()
        let page = page { record in
            record.workload.name = name
            record.workload.overrides = [name]
            record.driver.name = name
            record.driver.facts = [name: name]
            record.machine.cpuModel = name
            record.runId = name
            record.groups[0].name = name
            record.groups[0].firstViolations = [name]
            record.producers[0].name = name
            record.producers[0].executor = name
            record.phases[0].name = name
            record.segments[0].name = name
            record.thresholds[0].expression = name
            record.thresholds[0].reason = name
            record.verdict.reasons = [VerdictReason(code: name, severity: .suspect, text: name)]
            record.harness.workers[0].name = name
        }
        let (rest, data) = try parts(of: page)
        // In the data of the charts quotation marks are JSON's; nothing else may stand for itself.
        #expect(!data.contains(where: { "<>&".contains($0) }))
        #expect(!rest.contains(name))
        let elements = [
            #/<script[ >]/#, #/<\/script/#, #/<!--/#, #/<img/#, #/<[a-z][^>]* on[a-z]+=/#,
        ]
        let (expected, _) = try parts(of: plain)
        for element in elements {
            #expect(
                tags(rest).matches(of: element).count == tags(expected).matches(of: element).count)
        }
        #expect(!page.contains("\u{202e}"))
    }

    /// The page without the data of its charts, and that.
    private func parts(of page: String) throws -> (rest: String, data: Substring) {
        let start = try #require(page.range(of: "id=\"chart-data\">"))
        let end = try #require(page.range(of: "</script>", range: start.upperBound..<page.endIndex))
        return (
            String(page[..<start.upperBound] + page[end.lowerBound...]),
            page[start.upperBound..<end.lowerBound]
        )
    }

    /// Without what stands in quotation marks, where it is no attribute of its own.
    private func tags(_ text: String) -> String { text.replacing(#/"[^"]*"/#, with: "") }

    @Test func aNonceIsLettersAndDigits() {
        let page = HTMLReport.page(
            ReportDocument([.run(SampleRun.record(), file: "run.json")]),
            libraries: Self.libraries, nonce: "a'; script-src *\">b")
        #expect(page.contains("'nonce-ascriptsrcb'"))
    }

    @Test func theDataOfAllChartsIsInThePage() throws {
        let page = page()
        let start = try #require(page.range(of: "id=\"chart-data\">"))
        let end = try #require(page.range(of: "</script>", range: start.upperBound..<page.endIndex))
        let json = Data(page[start.upperBound..<end.lowerBound].utf8)
        let charts = try #require(try JSONSerialization.jsonObject(with: json) as? [[String: Any]])
        #expect(page.contains("data-charts=\"\(charts.count)\""))
        #expect(
            charts.compactMap { $0["form"] as? String } == ["time", "time", "ranges", "curves"])
        for index in charts.indices {
            #expect(page.contains("id=\"chart-\(index)\""))
            #expect(page.contains("id=\"legend-\(index)\""))
        }
        let lag = try #require(charts[1]["series"] as? [[String: Any]])
        #expect((lag[0]["values"] as? [Any])?.count == 95)
    }

    @Test func verdictAndOutcomeComeFirst() throws {
        let page = page { record in
            record.verdict = VerdictRecord(
                value: .invalid,
                reasons: [VerdictReason(code: "late", severity: .invalid, text: "it was late")])
            record.accounting.lost = 3
        }
        let order = [
            "INVALID", "3 lost", "it was late", "Response p99", "Offered and achieved",
            "Accounting", "Machine, driver",
        ]
        var rest = page[...]
        for text in order {
            let found = try #require(rest.range(of: text), "\(text) is not where it belongs")
            rest = rest[found.upperBound...]
        }
    }

    @Test func everyChartHasATable() {
        let page = page()
        let figures = page.components(separatedBy: "<figure").dropFirst()
        #expect(figures.count == 4)
        for figure in figures { #expect(figure.contains("<table")) }
    }

    /// What a label is divided by is what its unit stands for.
    @Test func theUnitsOfTimesAreTheirLengths() {
        let pairs = PageScript.text.matches(of: #/\[([0-9e-]+), " (s|ms|us|ns)"\]/#).map {
            (unit: String($0.output.2), nanoseconds: Double(String($0.output.1)))
        }
        #expect(pairs.map(\.unit) == ["s", "ms", "us", "ns"])
        #expect(pairs.map(\.nanoseconds) == [1e9, 1e6, 1e3, 1])
    }

    @Test func numbersOutsideOfJSONDoNotBreakIt() {
        let json = HTMLReport.json([Double.nan, .infinity, 1]).text
        #expect(json == "[\"nan\",\"inf\",1]")
    }
}
