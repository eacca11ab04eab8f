/// `known-answers`: runs systems whose behaviour theory predicts, and compares.
enum KnownAnswersVerb {
    static let verb = Verb(
        "known-answers",
        summary: "Measure systems whose answer is known from theory, and compare.",
        options: [
            OptionSpec(flag: "short", help: "fewer messages: quick, wider tolerance"),
            OptionSpec(flag: "real", help: "in real time too, not in virtual time alone"),
        ],
        run: run)

    static func run(_ arguments: ParsedArguments) -> ExitStatus {
        Console.complain("known-answers: this build has no engine")
        return .targetRefused
    }
}
