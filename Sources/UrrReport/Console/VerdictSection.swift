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
        guard !reasons.isEmpty else { return [head + ", no check speaks against these numbers"] }
        return [head + ", " + explanation(verdict.value)]
            + reasons.flatMap { reason in
                hanging(
                    "\(reason.severity.rawValue) \(printable(reason.code)): ",
                    printable(reason.text), style)
            }
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
