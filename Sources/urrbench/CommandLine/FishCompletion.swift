/// A completion script for fish, made from the table of verbs.
enum FishCompletion {
    static func script(_ verbs: [Verb]) -> String {
        let start = "complete -c \(Program.name)"
        var lines = ["# Completion of \(Program.name) for fish.", "\(start) -f"]
        for verb in verbs {
            let summary = quoted(verb.summary)
            lines.append("\(start) -n __fish_use_subcommand -a \(verb.name) -d \(summary)")
        }
        for verb in verbs {
            let seen = "\(start) -n '__fish_seen_subcommand_from \(verb.name)'"
            if let operand = verb.operands, let words = candidates(operand.value) {
                lines.append("\(seen) \(words)")
            }
            for option in verb.allOptions { lines.append(line(option, after: seen)) }
        }
        return lines.joined(separator: "\n")
    }

    private static func line(_ option: OptionSpec, after start: String) -> String {
        var text = start + " -l \(option.name)"
        if let short = option.short { text += " -s \(short)" }
        if let value = option.value { text += " -r " + (candidates(value) ?? "-f") }
        return text + " -d \(quoted(option.help))"
    }

    private static func candidates(_ value: ValueKind) -> String? {
        switch value {
        case .choice(let words): "-f -a \(quoted(words.joined(separator: " ")))"
        case .file(let endings) where endings.isEmpty: "-F"
        case .file(let endings):
            "-k -f -a '(\(endings.map { "__fish_complete_suffix .\($0)" }.joined(separator: "; ")))'"
        case .directory: "-f -a '(__fish_complete_directories)'"
        case .text, .number, .assignment: nil
        }
    }

    private static func quoted(_ text: String) -> String {
        "'"
            + text.split(separator: "'", omittingEmptySubsequences: false)
            .joined(separator: "\\'") + "'"
    }
}
