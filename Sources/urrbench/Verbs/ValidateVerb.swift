import UrrReport
import UrrWorkload

/// `validate FILE...`: checks workload files without running them.
enum ValidateVerb {
    static let verb = Verb(
        "validate", summary: "Check workload files and tell every problem at once.",
        operands: OperandSpec(
            placeholder: "FILE", value: .file(endings: ["json"]), count: 1...Int.max,
            help: "workload file"),
        run: run)

    static func run(_ arguments: ParsedArguments) -> ExitStatus {
        var status = ExitStatus.ok
        for name in arguments.operands {
            do {
                let path = try WorkloadFile.resolve(
                    name, workloadsDirectory: ProgramEnvironment.workloadsDirectory)
                let loaded = try WorkloadFile.load(path: path, checks: .forThisProgram)
                let notes = loaded.notes.map { "\n  note: \($0)" }.joined()
                let printed = Console.print("\(printable(path)): valid\(notes)")
                status = .worst(of: [status, printed])
            } catch {
                Console.complain("\(error)")
                status = .usage
            }
        }
        return status
    }
}
