import Glibc
import UrrReport
import UrrResults

/// `show RESULT`: prints the summary of a stored result again.
enum ShowVerb {
    static let verb = Verb(
        "show", summary: "Print the summary of a stored result again.",
        operands: OperandSpec(
            placeholder: "RESULT", value: .file(endings: ["json"]), count: 1...1,
            help: "result file of a run"),
        run: run)

    static func run(_ arguments: ParsedArguments) -> ExitStatus {
        let path = arguments.operands[0]
        do throws(ResultError) {
            let record = try ResultStore.load(path: path)
            return Console.print(
                ConsoleSummary.text(record, resultFile: path, style: .current(STDOUT_FILENO)))
        } catch {
            let text = "\(error)"
            Console.complain(printable(text.hasPrefix(path) ? text : "\(path): \(text)"))
            return .usage
        }
    }
}
