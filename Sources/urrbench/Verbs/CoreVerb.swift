import Foundation
import UrrCoreBench
import UrrJemalloc
import UrrPlatform
import UrrResults

/// `core`: measures the structures alone, without workload and engine.
enum CoreVerb {
    static let verb = Verb(
        "core", summary: "Measure the messaging structures alone, beside the machine's floor.",
        options: [
            OptionSpec(
                "filter", short: "f", "PATTERN", .text, repeats: true,
                standard: "all cases",
                help: "cases by a part of their name, or by a pattern with * and ?"),
            OptionSpec(
                "trials", short: "t", "N", .number(1...1000), standard: "7",
                help: "rounds, each with one trial of every case"),
            OptionSpec(
                "time", "MS", .number(1...60_000), standard: "250",
                help: "length of a trial in milliseconds"),
            OptionSpec(flag: "json", help: "print the record with all trials as JSON"),
            OptionSpec(flag: "list", help: "list the selected cases and run nothing"),
            OptionSpec(flag: "smoke", help: "send a few messages in every case to see it work"),
            .allowDebug,
        ],
        notes: [
            "Two threads are pinned to the first two processors that this process may use. The"
                + " trials of all cases take turns. A probe before and after each tells how far the"
                + " two processors are from each other; figures are medians over trials that were"
                + " near and undisturbed.",
            "", "  urrbench core", "  urrbench core --filter 'log-1p1g-64B-*' --trials 15",
        ],
        run: run)

    static func run(_ arguments: ParsedArguments) -> ExitStatus {
        let filters = arguments.texts("filter")
        let cases = CoreBenchmark.cases(filters)
        if let status = refusal(arguments, filters, cases) { return status }
        if arguments.has("list") { return list(cases) }
        var options = CoreOptions()
        options.filters = filters
        options.trials = arguments.number("trials").map { Int($0) } ?? options.trials
        options.time = arguments.number("time").map { Int64($0) * 1_000_000 } ?? options.time
        options.isSmoke = arguments.has("smoke")
        options.allocations = .jemalloc()
        Interruption.install()
        do {
            let record = try CoreBenchmark.run(
                options, progress: progress(), isStopped: { Interruption.isRequested })
            clearProgress()
            return report(record, asJSON: arguments.has("json"))
        } catch {
            clearProgress()
            Console.complain("core: \(error)")
            return .targetRefused
        }
    }

    private static func refusal(
        _ arguments: ParsedArguments, _ filters: [String], _ cases: [CoreCaseName]
    ) -> ExitStatus? {
        if cases.isEmpty {
            Console.complain(
                "core: --filter: must match a case, got "
                    + filters.map { "\"\($0)\"" }.joined(separator: ", ")
                    + "; 'urrbench core --list' lists them")
            return .usage
        }
        let isMeasuring = !arguments.has("list") && !arguments.has("smoke")
        if ProgramEnvironment.isDebugBuild && isMeasuring && !arguments.has("allow-debug") {
            Console.complain(
                "core: this is a debug build, many times slower than what users run; use a release"
                    + " build, or --allow-debug to see its parts work")
            return .usage
        }
        return nil
    }

    private static func list(_ cases: [CoreCaseName]) -> ExitStatus {
        let width = cases.map(\.name.count).max() ?? 0
        return Console.print(
            cases.map { subject in
                let gap = String(repeating: " ", count: width - subject.name.count + 2)
                return subject.name + gap + subject.summary
            }.joined(separator: "\n"))
    }

    /// One line that is written over, for a person; nothing for a file.
    private static func progress() -> (String) -> Void {
        guard Console.isTerminal(STDERR_FILENO) else { return { _ in } }
        return { Console.progress("\r\u{1b}[K\($0)") }
    }

    private static func clearProgress() {
        if Console.isTerminal(STDERR_FILENO) { Console.progress("\r\u{1b}[K") }
    }

    private static func report(_ record: CoreRecord, asJSON: Bool) -> ExitStatus {
        var statuses: [ExitStatus] = []
        for defect in record.defects {
            Console.complain("core: \(defect)")
            statuses.append(.guaranteeBroken)
        }
        if record.isInterrupted { statuses.append(.interrupted) }
        statuses.append(asJSON ? printJSON(record) : Console.print(CoreTable.text(record)))
        return .worst(of: statuses)
    }

    /// The record with the machine that it is of.
    private struct Document: Encodable {
        let schema: String
        let version: Int
        let machine: MachineRecord
        let core: CoreRecord
    }

    private static func printJSON(_ record: CoreRecord) -> ExitStatus {
        let machine = MachineFingerprint.current(
            clockSource: ClockSource(rawValue: record.clockSource) ?? .system,
            clockSpreadPPM: record.clockSpreadPPM, timerCostNs: record.clockReadNanoseconds,
            allocator: record.allocator, environment: ProcessInfo.processInfo.environment)
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
        do {
            let document = Document(
                schema: CoreRecord.schema, version: CoreRecord.version, machine: machine,
                core: record)
            return Console.print(String(decoding: try encoder.encode(document), as: UTF8.self))
        } catch {
            Console.complain("core: cannot write the record: \(error)")
            return .targetRefused
        }
    }
}
