/// `help [VERB]`.
enum HelpVerb {
    static let verb = Verb(
        "help", summary: "Show help on the program or on a verb.",
        operands: OperandSpec(
            placeholder: "VERB", value: .choice(VerbTable.names), count: 0...1,
            help: "what to tell about"),
        run: run)

    static func run(_ arguments: ParsedArguments) -> ExitStatus {
        let verb = VerbTable.all.first { $0.name == arguments.operands.first }
        return Console.print(Help.text(for: verb, of: VerbTable.all))
    }
}
