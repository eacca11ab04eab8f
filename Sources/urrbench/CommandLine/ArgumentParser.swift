import UrrReport

/// A text from the command line as it may be repeated in a message.
func quoted(_ text: String) -> String { "\"" + printable(text) + "\"" }

/// Reads the arguments of one verb against its table, and goes on after a problem, so that all of
/// them can be told at once.
///
/// Options may stand before, between and after operands: `--name value`, `--name=value`, `-n value`,
/// `-nvalue`, flags bundled as `-ab`. `--` ends the options. A lone `-` is an operand.
struct ArgumentParser {
    private let verb: Verb
    private var operands: [String] = []
    private var values: [String: [String]] = [:]
    private var problems: [String] = []
    /// Whether `--help` was among the options; then nothing else matters.
    private(set) var wantsHelp = false

    init(verb: Verb) { self.verb = verb }

    mutating func read(_ arguments: [String]) {
        var rest = arguments[...]
        while let argument = rest.popFirst() {
            if argument == "--" {
                operands += rest
                return
            }
            if argument.hasPrefix("--") {
                readLong(argument.dropFirst(2), &rest)
            } else if argument.hasPrefix("-"), argument != "-" {
                readShort(argument.dropFirst(), &rest)
            } else {
                operands.append(argument)
            }
        }
    }

    /// What was read, or every problem with it.
    func finish() throws(UsageError) -> ParsedArguments {
        let all = problems + operandProblems()
        guard all.isEmpty else { throw UsageError(problems: all, verb: verb.name) }
        return ParsedArguments(verb: verb, operands: operands, values: values)
    }

    private mutating func readLong(_ text: Substring, _ rest: inout ArraySlice<String>) {
        let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        let name = String(parts.first ?? "")
        let attached = parts.count > 1 ? String(parts[1]) : nil
        guard let option = verb.allOptions.first(where: { $0.name == name }) else {
            let close = Suggestion.text(
                for: "--" + name, among: verb.allOptions.map { "--" + $0.name })
            problems.append("unknown option \(quoted("--" + name))\(close)")
            return
        }
        take(option, spelled: "--" + name, attached: attached, &rest)
    }

    private mutating func readShort(_ text: Substring, _ rest: inout ArraySlice<String>) {
        var letters = text
        while let letter = letters.popFirst() {
            let spelled = "-\(letter)"
            guard let option = verb.allOptions.first(where: { $0.short == letter }) else {
                problems.append("unknown option \(quoted(spelled))")
                return
            }
            if option.value == nil {
                take(option, spelled: spelled, attached: nil, &rest)
            } else {
                let attached = letters.isEmpty ? nil : String(letters)
                take(option, spelled: spelled, attached: attached, &rest)
                return
            }
        }
    }

    private mutating func take(
        _ option: OptionSpec, spelled: String, attached: String?, _ rest: inout ArraySlice<String>
    ) {
        guard let kind = option.value else {
            if let attached {
                problems.append("\(spelled): takes no value, got \(quoted(attached))")
            }
            if option.name == Verb.helpOption.name { wantsHelp = true }
            values[option.name] = [""]
            return
        }
        guard let value = attached ?? rest.popFirst() else {
            problems.append("\(spelled): needs \(option.placeholder)")
            return
        }
        if let problem = Self.problem(with: value, kind) {
            problems.append("\(spelled): \(problem)")
        }
        if values[option.name] != nil, !option.repeats {
            problems.append("\(spelled): may be given once, got another \(quoted(value))")
        }
        values[option.name, default: []].append(value)
    }

    private func operandProblems() -> [String] {
        guard let spec = verb.operands else {
            return operands.isEmpty
                ? [] : ["\(verb.name): takes no operand, got \(quoted(operands[0]))"]
        }
        if operands.count < spec.count.lowerBound {
            return ["\(verb.name): needs \(spec.placeholder)"]
        }
        if operands.count > spec.count.upperBound {
            let extra = operands[spec.count.upperBound]
            return [
                "\(verb.name): takes only one \(spec.placeholder), got another \(quoted(extra))"
            ]
        }
        return operands.compactMap { operand in
            Self.problem(with: operand, spec.value).map { "\(spec.placeholder): \($0)" }
        }
    }

    /// What is wrong with a value, as `rule, got value`, or nil.
    static func problem(with value: String, _ kind: ValueKind) -> String? {
        switch kind {
        case .text, .file, .directory:
            return value.isEmpty ? "needs a value, got \"\"" : nil
        case .choice(let words):
            guard !words.contains(value) else { return nil }
            let close = Suggestion.text(for: value, among: words)
            let rule = words.count == 1 ? "must be \(words[0])" : "must be one of \(list(words))"
            return "\(rule), got \(quoted(value))\(close)"
        case .number(let range):
            if let number = UInt64(value), range.contains(number) { return nil }
            let bounds = "\(range.lowerBound) to \(range.upperBound)"
            return "must be a whole number from \(bounds), got \(quoted(value))"
        case .assignment:
            let equals = value.firstIndex(of: "=")
            return equals == nil || equals == value.startIndex
                ? "needs path=value, got \(quoted(value))" : nil
        }
    }

    private static func list(_ words: [String]) -> String { words.joined(separator: ", ") }
}
