import UrrPlatform

/// The arguments of one verb after parsing: every value has been checked against the verb's table.
///
/// Asking for an option that the verb does not have is a mistake in the program and stops it.
struct ParsedArguments: Sendable {
    /// What was given without a dash, in order.
    let operands: [String]
    private let known: Set<String>
    private let values: [String: [String]]

    /// Arguments of `verb`; `values` holds each given option with its values in order (a flag: one
    /// empty text).
    init(verb: Verb, operands: [String], values: [String: [String]]) {
        known = Set(verb.allOptions.map(\.name))
        self.operands = operands
        self.values = values
    }

    /// Whether a flag, or any option, was given.
    func has(_ name: String) -> Bool { !texts(name).isEmpty }

    /// The value of an option, or nil where it was not given.
    func text(_ name: String) -> String? { texts(name).last }

    /// All values of an option that may be repeated.
    func texts(_ name: String) -> [String] {
        invariant(known.contains(name), "the verb's table has the option that its body reads")
        return values[name] ?? []
    }

    /// The value of a number option, or nil where it was not given.
    func number(_ name: String) -> UInt64? {
        text(name).map { text in
            let number = UInt64(text)
            invariant(number != nil, "the parser checked that the text is a number")
            return number ?? 0
        }
    }

    /// The values of an assignment option, split at the first `=`.
    func assignments(_ name: String) -> [(path: String, value: String)] {
        texts(name).map { text in
            let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            return (String(parts[0]), parts.count > 1 ? String(parts[1]) : "")
        }
    }
}
