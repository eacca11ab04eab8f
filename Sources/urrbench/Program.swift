import UrrReport

/// The whole program between its arguments and its exit status.
enum Program {
    /// Name in messages and usage lines.
    static let name = "urrbench"
    /// Version of the program. The layout of results has a version of its own.
    static let version = "0.1.0"

    /// Runs what `arguments` (without the program's name) ask for.
    static func run(_ arguments: [String]) -> ExitStatus {
        do throws(UsageError) {
            switch try Invocation(arguments, verbs: VerbTable.all) {
            case .run(let verb, let parsed): return verb.run(parsed)
            case .help(let verb): return Console.print(Help.text(for: verb, of: VerbTable.all))
            }
        } catch {
            for problem in error.problems { Console.complain(problem) }
            let topic = error.verb.map { " \($0)" } ?? ""
            Console.complain("see '\(name) help\(topic)'")
            return .usage
        }
    }
}
