import UrrReport

/// Help texts, made from the table of verbs.
enum Help {
    /// Longest line. Help is read in terminals of any width; 80 columns fit all.
    static let width = 80

    /// Help on `verb`, or on the program.
    static func text(for verb: Verb?, of verbs: [Verb]) -> String {
        verb.map(verbText) ?? programText(verbs)
    }

    private static func programText(_ verbs: [Verb]) -> String {
        var lines = [
            "\(Program.name): load tests and benchmarks for messaging cores and brokers", "",
            "usage: \(Program.name) VERB [OPTION...] [OPERAND...]", "", "verbs:",
        ]
        let column = columnWidth(verbs.map(\.name))
        for verb in verbs { lines += entry(verb.name, verb.summary, column) }
        lines += ["", "'\(Program.name) help VERB' or '\(Program.name) VERB --help' tells more."]
        lines += ["", "exit status:"]
        for status in ExitStatus.allCases {
            lines += entry(String(status.rawValue), status.meaning, 7)
        }
        return lines.joined(separator: "\n")
    }

    private static func verbText(_ verb: Verb) -> String {
        let operands = verb.operands.map { " " + $0.usage } ?? ""
        let options = verb.options.isEmpty ? "" : " [OPTION...]"
        var lines = ["usage: \(Program.name) \(verb.name)\(options)\(operands)", ""]
        lines += wrapped(verb.summary, indent: 0, width: width)
        if let spec = verb.operands {
            lines += ["", "operands:"]
            lines += entry(spec.placeholder, described(spec), columnWidth([spec.placeholder]))
        }
        lines += ["", "options:"]
        let column = columnWidth(verb.allOptions.map(usage))
        for option in verb.allOptions { lines += entry(usage(option), described(option), column) }
        for note in verb.notes {
            lines += note.hasPrefix("  ") ? [note] : [""] + wrapped(note, indent: 0, width: width)
        }
        return lines.joined(separator: "\n")
    }

    /// `-d, --driver NAME`.
    static func usage(_ option: OptionSpec) -> String {
        let short = option.short.map { "-\($0), " } ?? "    "
        let value = option.placeholder.isEmpty ? "" : " " + option.placeholder
        return short + "--" + option.name + value
    }

    private static func described(_ option: OptionSpec) -> String {
        var text = option.help + choices(option.value)
        if option.repeats { text += "; may be repeated" }
        if let standard = option.standard { text += " (default: \(standard))" }
        return text
    }

    private static func described(_ operand: OperandSpec) -> String {
        operand.help + choices(operand.value)
    }

    private static func choices(_ value: ValueKind?) -> String {
        guard case .choice(let words) = value else { return "" }
        return ": " + words.joined(separator: ", ")
    }

    private static func columnWidth(_ names: [String]) -> Int {
        min(30, (names.map(\.count).max() ?? 0) + 4)
    }

    /// A name and a text beside it; the text starts on the next line where the name is too long.
    private static func entry(_ name: String, _ text: String, _ column: Int) -> [String] {
        var lines = wrapped(text, indent: column, width: width)
        let head = "  " + name
        if head.count + 2 <= column, !lines.isEmpty {
            lines[0] = head + lines[0].dropFirst(head.count)
            return lines
        }
        return [head] + lines
    }
}
