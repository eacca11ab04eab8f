import UrrAnalysis

/// A comparison as JUnit XML: a test case for each metric and counter. What is regressed failed,
/// what is inconclusive was skipped.
public enum ComparisonJUnit {
    /// The document.
    public static func text(_ report: ComparisonReport) -> String {
        var suites = report.workloads.map { workload in
            suite(workload.workload, workload.metrics.map { testCase(workload.workload, $0) })
        }
        if !report.counters.isEmpty {
            suites.append(suite("counters", report.counters.map(testCase)))
        }
        return ["<?xml version=\"1.0\" encoding=\"UTF-8\"?>", "<testsuites name=\"urrbench\">"]
            .joined(separator: "\n") + "\n" + suites.joined() + "</testsuites>\n"
    }

    private struct Case {
        var group: String
        var name: String
        var outcome: ComparisonOutcome
        var message: String
    }

    private static func suite(_ name: String, _ cases: [Case]) -> String {
        let failures = cases.count { $0.outcome == .regressed }
        let skipped = cases.count { $0.outcome == .inconclusive }
        var lines = [
            "  <testsuite name=\"\(escaped(name))\" tests=\"\(cases.count)\""
                + " failures=\"\(failures)\" errors=\"0\" skipped=\"\(skipped)\">"
        ]
        for test in cases {
            let head =
                "    <testcase classname=\"\(escaped(test.group))\" name=\"\(escaped(test.name))\""
            switch test.outcome {
            case .notRegressed:
                lines.append("\(head)><system-out>\(escaped(test.message))</system-out></testcase>")
            case .regressed:
                lines.append("\(head)><failure message=\"\(escaped(test.message))\"/></testcase>")
            case .inconclusive:
                lines.append("\(head)><skipped message=\"\(escaped(test.message))\"/></testcase>")
            }
        }
        return (lines + ["  </testsuite>"]).joined(separator: "\n") + "\n"
    }

    private static func testCase(_ workload: String, _ metric: MetricComparison) -> Case {
        let numbers =
            "\(ComparisonWords.value(metric.baseline, metric.unit)) to "
            + "\(ComparisonWords.value(metric.candidate, metric.unit)), "
            + "\(ComparisonWords.change(metric.ratio)) "
            + "(95 % interval \(ComparisonWords.interval(metric))), "
            + "p \(ComparisonWords.probability(metric.adjusted)), "
            + "minimum detectable effect \(ComparisonWords.share(metric.minimumDetectableEffect))"
        let reason = metric.outcome == .inconclusive ? metric.reason.map { $0 + "; " } ?? "" : ""
        return Case(
            group: workload, name: metric.metric, outcome: metric.outcome,
            message: reason + numbers)
    }

    private static func testCase(_ counter: CounterComparison) -> Case {
        let numbers =
            "\(ComparisonText.number(counter.baseline)) to "
            + "\(ComparisonText.number(counter.candidate)) \(counter.unit), "
            + "limit \(ComparisonText.number(counter.limit))"
        return Case(
            group: counter.name, name: counter.counter, outcome: counter.outcome,
            message: (counter.reason.map { $0 + "; " } ?? "") + numbers)
    }

    /// Text in an attribute or an element. Characters that XML 1.0 cannot hold at all are gone
    /// after `printable`.
    static func escaped(_ text: String) -> String {
        var result = ""
        for character in printable(text) {
            switch character {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "\"": result += "&quot;"
            case "'": result += "&apos;"
            default: result.append(character)
            }
        }
        return result
    }
}
