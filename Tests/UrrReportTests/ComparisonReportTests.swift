import Foundation
import FoundationXML
import Testing
import UrrAnalysis
import UrrResults

@testable import UrrReport

struct ComparisonReportTests {
    private static let hostile = "a<b>&\"'|`*[x](y)\u{1b}[31m,=1"

    private static func metric(
        _ name: String, _ outcome: ComparisonOutcome, direction: MetricDirection = .lowerIsBetter
    ) -> MetricComparison {
        var result = Comparison.compare(
            metrics: [name], baseline: trials(name, direction), candidate: trials(name, direction),
            rules: ComparisonRules(), level: 0.008)[0]
        result.outcome = outcome
        result.reason = outcome == .inconclusive ? "too few" : nil
        return result
    }

    private static func trials(_ name: String, _ direction: MetricDirection) -> [TrialRecord] {
        (0..<6).map { index in
            TrialRecord(
                runId: "\(index)", startedAt: "2026", commit: "0123456789abcdef",
                placement: .near, verdict: .valid,
                figures: [name: TrialFigure(1000 + Double(index), .nanoseconds, direction)])
        }
    }

    private static func counts(_ atomics: Double) -> CounterRecord {
        CounterRecord(
            commit: "c", buildMode: "release", compiler: "6", architecture: "x86_64",
            cases: ["log-append": ["atomics": atomics, "systemCalls": 0]])
    }

    private static func report(_ names: [(String, ComparisonOutcome)]) -> ComparisonReport {
        let side = ComparedSide(name: hostile, trials: trials("x", .lowerIsBetter))
        return ComparisonReport(
            rules: ComparisonRules(),
            counters: CounterCheck.compare(baseline: counts(1), candidate: counts(2)),
            notCounted: ["allocatedBytes: " + hostile],
            workloads: [
                WorkloadComparison(
                    workload: hostile, baseline: side, candidate: side, differences: [hostile],
                    metrics: names.map { metric($0.0, $0.1) }
                        + [metric("throughput.handled", .notRegressed, direction: .higherIsBetter)],
                    notes: [hostile])
            ])
    }

    private static let all = report([
        ("response.p50", .regressed), ("response.p99", .inconclusive), (hostile, .notRegressed),
    ])

    @Test func textIsPrintableAndNamesWhatRegressed() {
        let text = ComparisonText.text(Self.all, style: .plain)
        #expect(!text.contains("\u{1b}"))
        #expect(text.contains("log-append: atomics"))
        #expect(text.contains("1 counters are not above their limits"))
        for line in text.split(separator: "\n") { #expect(columns(of: String(line)) <= 130) }
    }

    @Test func junitIsWellFormedXML() {
        let text = ComparisonJUnit.text(Self.all)
        final class Counter: NSObject, XMLParserDelegate {
            var elements: [String: Int] = [:]
            func parser(
                _ parser: XMLParser, didStartElement name: String, namespaceURI: String?,
                qualifiedName: String?, attributes: [String: String]
            ) { elements[name, default: 0] += 1 }
        }
        let counter = Counter()
        let parser = XMLParser(data: Data(text.utf8))
        parser.delegate = counter
        #expect(parser.parse())
        #expect(counter.elements["testcase"] == 6)
        #expect(counter.elements["failure"] == 2)
        #expect(counter.elements["skipped"] == 1)
    }

    @Test func markdownEscapesWhatIsNotItsOwn() {
        let text = ComparisonMarkdown.text(Self.all)
        #expect(!text.contains("\u{1b}"))
        // Between backticks everything is shown as it is.
        let outside = text.replacing("\\`", with: "").split(
            separator: "`", omittingEmptySubsequences: false
        ).enumerated()
            .filter { $0.offset % 2 == 0 }.map { String($0.element) }
        #expect(outside.allSatisfy { !$0.contains("<b>") }, "\(text)")
        #expect(text.hasPrefix("### 🔴 urrbench: REGRESSED"))
        let tables = text.split(separator: "\n").filter { $0.hasPrefix("|") }
        #expect(tables.count == 2 + 4 + 2 + 1)
    }

    @Test func exportsAreWhatTheToolsRead() throws {
        func object(_ text: String) throws -> Any {
            try JSONSerialization.jsonObject(with: Data(text.utf8))
        }
        for higher in [false, true] {
            let entries = try #require(
                try object(ComparisonExport.actionBenchmark(Self.all, higherIsBetter: higher))
                    as? [[String: Any]])
            #expect(entries.count == (higher ? 1 : 5))
            for entry in entries {
                #expect(entry["name"] is String && entry["unit"] is String)
                #expect(entry["value"] is NSNumber)
            }
        }
        let bencher = try #require(
            try object(ComparisonExport.bencher(Self.all)) as? [String: [String: [String: Any]]])
        #expect(bencher["log-append"]?["atomics"]?["value"] as? Double == 2)
        let measure = try #require(bencher[Self.hostile]?["response.p50"])
        let lower = try #require(measure["lower_value"] as? Double)
        #expect(try #require(measure["value"] as? Double) >= lower)
        let whole = try #require(try object(ComparisonExport.json(Self.all)) as? [String: Any])
        #expect(whole["schema"] as? String == "urrbench.comparison")
    }

    @Test func headlinesSayWhatItComesTo() {
        #expect(
            ComparisonWords.headline(ComparisonReport(rules: ComparisonRules())) == "not regressed")
        var open = Self.report([("response.p50", .inconclusive)])
        open.counters = []
        #expect(ComparisonWords.headline(open).hasPrefix("inconclusive: nothing regressed, 1 of 2"))
    }

    @Test(arguments: [
        ("plain", "plain"), ("a,b", "\"a,b\""), ("say \"x\"", "\"say \"\"x\"\"\""),
        ("=1+1", "'=1+1"), ("a\nb", "a?b"),
    ])
    func fieldsOfCSVAreQuoted(text: String, quoted: String) {
        #expect(OtavaExport.quoted(text) == quoted)
    }
}
