/// A completion script for bash, made from the table of verbs.
enum BashCompletion {
    static func script(_ verbs: [Verb]) -> String {
        """
        # Completion of \(Program.name) for bash.
        _urrbench() {
            local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD-1]}
            # bash makes three words of --name=value.
            if [[ $current == "=" ]]; then
                current=""
            elif [[ $previous == "=" ]]; then
                previous=${COMP_WORDS[COMP_CWORD-2]}
            fi
            if ((COMP_CWORD == 1)); then
                mapfile -t COMPREPLY < <(compgen -W "\(names(verbs))" -- "$current")
                return
            fi
            local options="" operands="" files="" directories=no
            case ${COMP_WORDS[1]} in
        \(verbs.map(verbCase).joined(separator: "\n"))
            *) return ;;
            esac
            if [[ $current == -* ]]; then
                mapfile -t COMPREPLY < <(compgen -W "$options" -- "$current")
                return
            fi
            mapfile -t COMPREPLY < <(
                compgen -W "$operands" -- "$current"
                [[ -n $files ]] && compgen -f -X "!$files" -- "$current"
                [[ -n $files || $directories == yes ]] && compgen -d -- "$current"
            )
            [[ -n $files || $directories == yes ]] && compopt -o filenames 2>/dev/null
        }
        complete -F _urrbench \(Program.name)
        """
    }

    private static func names(_ verbs: [Verb]) -> String {
        (verbs.map(\.name) + ["--help", "--version"]).joined(separator: " ")
    }

    private static func verbCase(_ verb: Verb) -> String {
        let options = verb.allOptions.map { "--" + $0.name }.joined(separator: " ")
        var lines = ["    \(verb.name))", "        options=\"\(options)\""]
        let valued = verb.options.filter { $0.value != nil }
        let operands = verb.operands.map { assignments($0.value) } ?? []
        if valued.isEmpty {
            lines += operands.map { "        " + $0 }
        } else {
            lines.append("        case $previous in")
            for option in valued {
                let short = option.short.map { "-\($0) | " } ?? ""
                lines.append("        \(short)--\(option.name))")
                lines.append("            current=${current#=} options=\"\"")
                lines += option.value.map { assignments($0) }?.map { "            " + $0 } ?? []
                lines.append("            ;;")
            }
            lines.append("        *)")
            lines += operands.map { "            " + $0 }
            lines += ["            ;;", "        esac"]
        }
        return (lines + ["        ;;"]).joined(separator: "\n")
    }

    private static func assignments(_ value: ValueKind) -> [String] {
        switch value {
        case .choice(let words): ["operands=\"\(words.joined(separator: " "))\""]
        case .file(let endings):
            [
                "files=\"\(endings.isEmpty ? "*" : endings.map { "*." + $0 }.joined(separator: "|"))\""
            ]
        case .directory: ["directories=yes"]
        case .text, .number, .assignment: []
        }
    }
}
