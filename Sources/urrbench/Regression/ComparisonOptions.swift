import UrrAnalysis
import UrrReport
import UrrResults

/// The options that everything that compares has in common.
enum ComparisonOptions {
    static let specs = [
        OptionSpec(
            "metric", short: "m", "NAME", .text, repeats: true,
            standard: "the few that tell most",
            help: "metric to compare, as in thresholds: response.p99, throughput.handled"),
        OptionSpec(
            "effect", "[METRIC=]PCT", .text, repeats: true, standard: "5 %, tails 25 %",
            help: "the slow-down that has to be found or ruled out"),
        OptionSpec(
            "band", "PCT", .text, standard: "1 %",
            help: "noise band: slow-downs up to this are never called a regression"),
        OptionSpec(
            "reports", "DIR", .directory,
            help: "write JUnit XML, Markdown and JSON for other tools into DIR"),
        OptionSpec(flag: "strict", help: "exit with 1 where anything is inconclusive, too"),
        .quiet,
    ]

    /// Rules as the options have them, or every problem with them.
    static func rules(_ arguments: ParsedArguments) throws(UsageProblems) -> ComparisonRules {
        var rules = ComparisonRules()
        var problems: [String] = []
        for text in arguments.texts("effect") {
            let parts = text.split(separator: "=", omittingEmptySubsequences: false)
            guard parts.count <= 2, let last = parts.last, let share = share(last, 0.1...300) else {
                problems.append(
                    "--effect: must be a number of percent from 0.1 to 300, or METRIC=that, got "
                        + quoted(text))
                continue
            }
            if parts.count == 1 {
                rules.effect = share
            } else {
                rules.effects[String(parts[0])] = share
            }
        }
        if let text = arguments.text("band") {
            if let share = share(text[...], 0...100) {
                rules.band = share
            } else {
                problems.append(
                    "--band: must be a number of percent from 0 to 100, got " + quoted(text))
            }
        }
        guard problems.isEmpty else { throw UsageProblems(problems: problems) }
        return rules
    }

    /// `5`, `5%` or `5 %` as 0.05.
    private static func share(_ text: Substring, _ range: ClosedRange<Double>) -> Double? {
        var digits = text
        if digits.last == "%" { digits.removeLast() }
        while digits.last == " " { digits.removeLast() }
        guard let percent = Double(digits), range.contains(percent) else { return nil }
        return percent / 100
    }

    /// The metrics to compare in these records: those that were asked for, or the standard ones.
    /// A name that no record knows is a mistake.
    static func metrics(
        _ arguments: ParsedArguments, in records: [RunRecord]
    ) throws(UsageProblems) -> [String] {
        guard let first = records.first else { return [] }
        let names = arguments.texts("metric")
        if names.isEmpty { return ComparedMetrics.standard(for: first) }
        let catalogue = MetricCatalogue()
        var problems: [String] = []
        for name in names
        where !records.contains(where: { catalogue.evaluate(name, in: $0) != nil }) {
            let close = MetricCatalogue.suggestions(
                for: name, groups: first.groups.map(\.name),
                segments: first.segments.map(\.name), producers: first.producers.map(\.name))
            let hint = close.first.map { "; did you mean \(quoted($0))?" } ?? ""
            problems.append("--metric: no run has \(quoted(name))\(hint)")
        }
        guard problems.isEmpty else { throw UsageProblems(problems: problems) }
        var seen: Set<String> = []
        return names.filter { seen.insert($0).inserted }
    }
}

/// Everything that is wrong with what a user asked for.
struct UsageProblems: Error {
    var problems: [String]

    /// Tells all of them.
    func complain(_ verb: String) -> ExitStatus {
        for problem in problems { Console.complain("\(verb): \(printable(problem))") }
        return .usage
    }
}
