/// `completion SHELL`: prints a script that teaches a shell the verbs and options.
enum CompletionVerb {
    static let verb = Verb(
        "completion", summary: "Print a completion script for a shell.",
        operands: OperandSpec(
            placeholder: "SHELL", value: .choice(["bash", "zsh", "fish"]), count: 1...1,
            help: "which shell"),
        notes: [
            "", "  bash:  source <(urrbench completion bash)",
            "  zsh:   urrbench completion zsh > \"${fpath[1]}/_urrbench\"",
            "  fish:  urrbench completion fish > ~/.config/fish/completions/urrbench.fish",
        ],
        run: run)

    static func run(_ arguments: ParsedArguments) -> ExitStatus {
        switch arguments.operands[0] {
        case "zsh": Console.print(ZshCompletion.script(VerbTable.all))
        case "fish": Console.print(FishCompletion.script(VerbTable.all))
        default: Console.print(BashCompletion.script(VerbTable.all))
        }
    }
}
