import Foundation
import Glibc
import UrrAnalysis
import UrrReport
import UrrResults

/// Where a comparison goes: to standard output, and as files for other tools.
enum ComparisonOutput {
    /// The reports by name of file.
    static func files(_ report: ComparisonReport) -> [(name: String, text: String)] {
        [
            ("comparison.json", ComparisonExport.json(report)),
            ("comparison.md", ComparisonMarkdown.text(report)),
            ("junit.xml", ComparisonJUnit.text(report)),
            (
                "smaller-is-better.json",
                ComparisonExport.actionBenchmark(report, higherIsBetter: false)
            ),
            (
                "bigger-is-better.json",
                ComparisonExport.actionBenchmark(report, higherIsBetter: true)
            ),
            ("bencher.json", ComparisonExport.bencher(report)),
        ]
    }

    /// Prints and writes what the options ask for; the status of all of it.
    static func deliver(
        _ report: ComparisonReport, verb: String, _ arguments: ParsedArguments
    ) -> ExitStatus {
        var statuses: [ExitStatus] = [status(report, isStrict: arguments.has("strict"))]
        if !arguments.has("quiet") {
            statuses.append(
                Console.print(ComparisonText.text(report, style: .current(STDOUT_FILENO))))
        }
        if let directory = arguments.text("reports") {
            statuses.append(write(report, to: directory, verb: verb))
        }
        return .worst(of: statuses)
    }

    static func status(_ report: ComparisonReport, isStrict: Bool) -> ExitStatus {
        switch report.outcome {
        case .regressed: .checkFailed
        case .notRegressed: .ok
        case .inconclusive: isStrict ? .checkFailed : .ok
        }
    }

    private static func write(
        _ report: ComparisonReport, to directory: String, verb: String
    ) -> ExitStatus {
        do {
            try FileManager.default.createDirectory(
                atPath: directory, withIntermediateDirectories: true)
            for file in files(report) {
                try Data(file.text.utf8).write(
                    to: URL(fileURLWithPath: directory).appendingPathComponent(file.name),
                    options: .atomic)
            }
            return .ok
        } catch {
            let reason = ResultStore.reason(error)
            Console.complain("\(verb): \(printable(directory)): cannot be written: \(reason)")
            return .targetRefused
        }
    }
}
