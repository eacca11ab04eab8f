/// `validate FILE...`: checks workload files without running them.
enum ValidateVerb {
    static let verb = Verb(
        "validate", summary: "Check workload files and tell every problem at once.",
        operands: OperandSpec(
            placeholder: "FILE", value: .file(endings: ["json"]), count: 1...Int.max,
            help: "workload file"),
        run: run)

    static func run(_ arguments: ParsedArguments) -> ExitStatus {
        Console.complain("validate: this build has no engine")
        return .targetRefused
    }
}
