import UrrAnalysis
import UrrResults

/// Pieces of text that several reports of a comparison share.
enum ComparisonWords {
    /// A value in the unit of its metric.
    static func value(_ value: Double?, _ unit: MetricUnit) -> String {
        guard let value, value.isFinite else { return Quantity.absent }
        switch unit {
        case .nanoseconds: return Quantity.duration(seconds: value / 1e9)
        case .share: return Quantity.percent(value)
        case .messagesPerSecond: return Quantity.rate(value)
        case .bytes: return Quantity.number(value) + " B"
        case .bytesPerSecond: return Quantity.number(value) + " B/s"
        case .messages, .messageSeconds: return Quantity.number(value)
        }
    }

    /// A ratio as the change from 1: `+3.2 %`.
    static func change(_ ratio: Double?) -> String {
        guard let ratio, ratio.isFinite else { return Quantity.absent }
        return (ratio >= 1 ? "+" : "") + Quantity.decimal((ratio - 1) * 100, 1) + " %"
    }

    /// The interval of a ratio as changes: `+1.0 to +5.4 %`.
    static func interval(_ metric: MetricComparison) -> String {
        guard let lower = metric.lower, let upper = metric.upper else { return Quantity.absent }
        return "\(change(lower).dropLast(2)) to \(change(upper))"
    }

    /// A share: `5.0 %`.
    static func share(_ value: Double?) -> String {
        value.map { Quantity.decimal($0 * 100, 1) + " %" } ?? "none"
    }

    /// A probability: `0.0012`, `< 0.0001`.
    static func probability(_ value: Double) -> String {
        guard value.isFinite else { return Quantity.absent }
        if value < 0.0001 { return "< 0.0001" }
        let scaled = UInt64((min(1, value) * 10_000).rounded())
        let digits = String(scaled % 10_000)
        return "\(scaled / 10_000)." + String(repeating: "0", count: 4 - digits.count) + digits
    }

    /// The outcome in a word, improvement included.
    static func outcome(_ metric: MetricComparison) -> String {
        metric.isImproved ? "improved" : metric.outcome.rawValue
    }

    /// The whole in one sentence.
    static func headline(_ report: ComparisonReport) -> String {
        switch report.outcome {
        case .regressed:
            return "REGRESSED: " + report.regressions.map { printable($0) }.joined(separator: ", ")
        case .notRegressed: return "not regressed"
        case .inconclusive:
            let metrics = report.workloads.flatMap(\.metrics)
            let open =
                metrics.count { $0.outcome == .inconclusive }
                + report.counters.count { $0.outcome == .inconclusive }
            return "inconclusive: nothing regressed, \(open) of "
                + "\(metrics.count + report.counters.count) could not be decided"
        }
    }

    /// A side: name, commits, trials.
    static func side(_ side: ComparedSide) -> String {
        let commits = side.commits.filter { $0 != "unknown" && !$0.isEmpty }.map {
            printable(String($0.prefix(12)))
        }
        let placed = side.placements.sorted { $0.key < $1.key }.map { "\($0.value) \($0.key)" }
        var text = printable(side.name)
        if !commits.isEmpty { text += " (\(commits.joined(separator: ", ")))" }
        text += ", \(side.trials) trials"
        if !placed.isEmpty { text += ": " + printable(placed.joined(separator: ", ")) }
        if side.invalid > 0 { text += "; \(side.invalid) INVALID" }
        return text
    }
}
