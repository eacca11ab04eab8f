/// A completion script for zsh, made from the table of verbs.
enum ZshCompletion {
    static func script(_ verbs: [Verb]) -> String {
        let described = verbs.map { "        '\($0.name):\(escaped($0.summary))'" }
        return """
            #compdef \(Program.name)
            # Completion of \(Program.name) for zsh.
            _urrbench() {
                local -a verbs=(
            \(described.joined(separator: "\n"))
                )
                if ((CURRENT == 2)); then
                    _describe -t verbs verb verbs
                    return
                fi
                shift words
                ((CURRENT--))
                case $words[1] in
            \(verbs.map(verbCase).joined(separator: "\n"))
                esac
            }
            # Works from a directory of $fpath as well as when sourced.
            if [[ $zsh_eval_context[-1] == loadautofunc ]]; then
                _urrbench "$@"
            else
                compdef _urrbench \(Program.name)
            fi
            """
    }

    private static func verbCase(_ verb: Verb) -> String {
        var specs = verb.allOptions.map(specification)
        if let operand = verb.operands {
            let many = operand.count.upperBound > 1 ? "*" : ""
            specs.append("'\(many):\(operand.placeholder):\(action(operand.value))'")
        }
        let lines = specs.map { "            \($0)" }.joined(separator: " \\\n")
        return "    \(verb.name))\n        _arguments -s -S \\\n\(lines)\n        ;;"
    }

    private static func specification(_ option: OptionSpec) -> String {
        let help = "[\(escaped(option.help))]"
        let value = option.value.map { ":\(option.placeholder):\(action($0))" } ?? ""
        let long = "--" + option.name + (option.value == nil ? "" : "=")
        let star = option.repeats ? "*" : ""
        guard let short = option.short else { return "'\(star)\(long)\(help)\(value)'" }
        let shortForm = "-\(short)" + (option.value == nil ? "" : "+")
        let excluded = option.repeats ? "'*'" : "'(-\(short) --\(option.name))'"
        return "\(excluded){\(shortForm),\(long)}'\(help)\(value)'"
    }

    private static func action(_ value: ValueKind) -> String {
        switch value {
        case .choice(let words): "(\(words.joined(separator: " ")))"
        case .file(let endings): endings.isEmpty ? "_files" : "_files -g \"\(glob(endings))\""
        case .directory: "_files -/"
        case .text, .number, .assignment: " "
        }
    }

    /// One ending stands without brackets: at the end of a pattern `(json)` would be a qualifier.
    private static func glob(_ endings: [String]) -> String {
        endings.count == 1 ? "*." + endings[0] : "*.(" + endings.joined(separator: "|") + ")"
    }

    /// Characters that mean something inside a quoted specification.
    private static func escaped(_ text: String) -> String {
        var result = ""
        for character in text {
            switch character {
            case "'": result += "'\\''"
            case "[", "]", ":", "\\": result += "\\\(character)"
            default: result.append(character)
            }
        }
        return result
    }
}
