import UrrResults

/// Whether the numbers can be trusted, and what speaks against them.
enum VerdictSection {
    static func lines(_ record: RunRecord, _ style: TextStyle) -> [String] {
        let verdict = record.verdict
        let head = "Verdict: " + style.paint(verdict.value.rawValue, tone(verdict.value))
        // The gravest first; within a severity as the checks were made.
        let reasons = Verdict.allCases.sorted(by: >).flatMap { severity in
            verdict.reasons.filter { $0.severity == severity }
        }
        let outcome = wrapped(
            "Outcome: " + self.outcome(record).joined(separator: "; "), indent: 0,
            width: style.width)
        guard !reasons.isEmpty else {
            return [head + ", no check found fault with these numbers"] + outcome
        }
        return [head + ", " + explanation(verdict.value)]
            + reasons.flatMap { reason in
                hanging(
                    "\(reason.severity.rawValue) \(printable(reason.code)): ",
                    printable(reason.text), style)
            } + outcome
    }

    /// What the run says about the system, in one line: what was broken and what was missed.
    static func outcome(_ record: RunRecord) -> [String] {
        let accounting = record.accounting
        let queues = (record.queues ?? []).map(\.accounting)
        let faults = [
            (accounting.lost, "lost"), (accounting.reordered, "reordered"),
            (accounting.corrupted, "corrupted"),
            (queues.reduce(0) { $0 + $1.wronglySuppressed }, "wrongly suppressed"),
            (queues.reduce(0) { $0 + $1.notSuppressed }, "not suppressed"),
        ].filter { $0.0 > 0 }.map { "\(Quantity.count($0.0)) \($0.1)" }
        var parts = [
            faults.isEmpty
                ? "no message lost, reordered or corrupted" : faults.joined(separator: ", ")
        ]
        if accounting.duplicates > 0 {
            parts.append(
                ConsoleSummary.plural(Int(clamping: accounting.duplicates), "duplicate"))
        }
        if accounting.lost + accounting.reordered + accounting.duplicates > 0 {
            parts.append(
                accounting.violations == 0
                    ? "none beyond the guarantees"
                    : "\(Quantity.count(accounting.violations)) beyond the guarantees")
        }
        let failed = record.thresholds.filter { !$0.passed }.count
        if !record.thresholds.isEmpty {
            let all = ConsoleSummary.plural(record.thresholds.count, "threshold")
            parts.append(failed == 0 ? "\(all) passed" : "\(failed) of \(all) failed")
        }
        return parts
    }

    private static func hanging(_ label: String, _ text: String, _ style: TextStyle) -> [String] {
        var lines = wrapped(label + text, indent: 4, width: style.width)
        lines[0] = "  - " + lines[0].dropFirst(4)
        return lines
    }

    private static func explanation(_ verdict: Verdict) -> String {
        switch verdict {
        case .valid: "with remarks:"
        case .suspect: "something may have bent the numbers:"
        case .invalid: "do not use these numbers:"
        }
    }

    static func tone(_ verdict: Verdict) -> TextStyle.Tone {
        switch verdict {
        case .valid: .good
        case .suspect: .doubtful
        case .invalid: .bad
        }
    }
}
