/// What is wrong with a command line; every problem that was found.
struct UsageError: Error, Equatable {
    /// Each as `what: rule, got value`.
    let problems: [String]
    /// The verb whose help would tell more.
    let verb: String?
}

/// What a command line asks for.
enum Invocation: Sendable {
    /// A verb with its arguments.
    case run(Verb, ParsedArguments)
    /// Help on a verb, or on all of them.
    case help(Verb?)

    /// Reads a command line (without the program's name).
    init(_ arguments: [String], verbs: [Verb]) throws(UsageError) {
        guard let first = arguments.first else {
            throw UsageError(problems: ["needs a verb"], verb: nil)
        }
        if first == "--help" || first == "-h" {
            self = .help(nil)
            return
        }
        let name = first == "--version" || first == "-V" ? "version" : first
        guard let verb = verbs.first(where: { $0.name == name }) else {
            let what = first.hasPrefix("-") ? "unknown option" : "unknown verb"
            let close = Suggestion.text(for: first, among: verbs.map(\.name))
            throw UsageError(problems: ["\(what) \(quoted(first))\(close)"], verb: nil)
        }
        var parser = ArgumentParser(verb: verb)
        parser.read(Array(arguments.dropFirst()))
        if parser.wantsHelp {
            self = .help(verb)
            return
        }
        self = .run(verb, try parser.finish())
    }
}
