/// What an option or an operand takes. Parsing, help and completion all read this.
enum ValueKind: Sendable, Equatable {
    /// Any text.
    case text
    /// One of a few words.
    case choice([String])
    /// A whole number within bounds.
    case number(ClosedRange<UInt64>)
    /// `path=value`.
    case assignment
    /// A path of a file whose name ends with one of these (none: any file).
    case file(endings: [String])
    /// A path of a directory.
    case directory
}

/// One option of a verb.
struct OptionSpec: Sendable {
    /// Long name, without the dashes.
    let name: String
    /// Short name, without the dash.
    let short: Character?
    /// What it takes; nil for a flag.
    let value: ValueKind?
    /// What stands for the value in help, such as `DIR`. Empty for a flag.
    let placeholder: String
    /// Whether it may be given more than once.
    let repeats: Bool
    /// What happens without the option, in words or as the value; nil where that is obvious.
    let standard: String?
    /// What it does, in one sentence without a full stop.
    let help: String

    /// An option that takes a value.
    init(
        _ name: String, short: Character? = nil, _ placeholder: String, _ value: ValueKind,
        repeats: Bool = false, standard: String? = nil, help: String
    ) {
        self.name = name
        self.short = short
        self.value = value
        self.placeholder = placeholder
        self.repeats = repeats
        self.standard = standard
        self.help = help
    }

    /// An option that is given or not.
    init(flag name: String, short: Character? = nil, help: String) {
        self.name = name
        self.short = short
        value = nil
        placeholder = ""
        repeats = false
        standard = nil
        self.help = help
    }
}

/// What stands on the command line of a verb without a dash.
struct OperandSpec: Sendable {
    /// What stands for it in help, such as `FILE`.
    let placeholder: String
    /// What it is.
    let value: ValueKind
    /// How many of it there may be.
    let count: ClosedRange<Int>
    /// What it is for.
    let help: String

    /// `FILE`, `[FILE]`, `FILE...` or `[FILE...]`.
    var usage: String {
        let repeated = count.upperBound > 1 ? placeholder + "..." : placeholder
        return count.lowerBound == 0 ? "[\(repeated)]" : repeated
    }
}

/// One thing that the program can do.
struct Verb: Sendable {
    /// What is typed.
    let name: String
    /// One line for the list of verbs.
    let summary: String
    /// Operands; nil where the verb takes none.
    let operands: OperandSpec?
    /// Options, in the order of the help.
    let options: [OptionSpec]
    /// More for `help VERB`: paragraphs, each on a line of its own. A line that starts with two
    /// blanks is an example and is printed as it is.
    let notes: [String]
    /// Does it.
    let run: @Sendable (ParsedArguments) -> ExitStatus

    /// A verb; see the properties.
    init(
        _ name: String, summary: String, operands: OperandSpec? = nil, options: [OptionSpec] = [],
        notes: [String] = [], run: @escaping @Sendable (ParsedArguments) -> ExitStatus
    ) {
        self.name = name
        self.summary = summary
        self.operands = operands
        self.options = options
        self.notes = notes
        self.run = run
    }

    /// The option that every verb has beside its own.
    static let helpOption = OptionSpec(flag: "help", short: "h", help: "show this help")

    /// The verb's own options and `--help`.
    var allOptions: [OptionSpec] { options + [Self.helpOption] }
}
