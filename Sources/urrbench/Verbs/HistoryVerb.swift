import Foundation
import UrrAnalysis
import UrrReport
import UrrResults

/// `history`: change points over stored results.
enum HistoryVerb {
    static let verb = Verb(
        "history", summary: "Find where metrics changed over all stored results, and since when.",
        operands: OperandSpec(
            placeholder: "DIR", value: .directory, count: 1...Int.max,
            help: "directory of results, or a result"),
        options: [
            OptionSpec(
                "metric", short: "m", "NAME", .text, repeats: true,
                standard: "the few that tell most", help: "metric to look at"),
            OptionSpec(
                "workload", short: "w", "NAME", .text, standard: "all",
                help: "results of the workload of this name alone"),
            OptionSpec(
                "least", "PCT", .number(0...1000), standard: "1",
                help: "changes smaller than this are not told"),
            OptionSpec(
                "csv", "DIR", .directory,
                help: "write CSV files and the configuration that Apache Otava reads into DIR"),
        ],
        notes: [
            "E-divisive with a permutation test at 0.5 %: levels that differ, at least five runs"
                + " long, whatever the noise looks like. Runs are taken together where machine,"
                + " workload, seed, driver and build are alike, and near runs are not mixed with"
                + " far ones.",
            "", "  urrbench history results --metric response.p99",
        ],
        run: run)

    static func run(_ arguments: ParsedArguments) -> ExitStatus {
        do throws(UsageProblems) {
            return try analyse(arguments)
        } catch {
            return error.complain(verb.name)
        }
    }

    private static func analyse(_ arguments: ParsedArguments) throws(UsageProblems) -> ExitStatus {
        var entries = try StoredTrials(arguments.operands).entries
        let names = Set(entries.map(\.record.workload.name)).sorted()
        if let name = arguments.text("workload") {
            guard names.contains(name) else {
                let hint = Suggestion.text(for: name, among: names)
                throw UsageProblems(problems: [
                    "--workload: no result is of \(quoted(name))\(hint)"
                ])
            }
            entries.removeAll { $0.record.workload.name != name }
        }
        var seen: Set<String> = []
        entries.removeAll { !seen.insert($0.record.runId + $0.record.startedAt).inserted }
        // The metrics of a group are those of its first run.
        var metrics: [String: [String]] = [:]
        var history: [HistoryEntry] = []
        for entry in entries {
            let identity = TrialIdentity(entry.record)
            let key = identity.workload + identity.digest
            if metrics[key] == nil {
                metrics[key] = try ComparisonOptions.metrics(arguments, in: [entry.record])
            }
            history.append(
                HistoryEntry(
                    identity: identity,
                    trial: TrialRecord(entry.record, metrics: metrics[key] ?? [])))
        }
        let detector = EDivisive()
        let known = metrics
        let groups = HistoryGroup.groups(
            history, metrics: { known[$0.workload + $0.digest] ?? [] }, detector: detector,
            leastChange: Double(arguments.number("least") ?? 1) / 100)
        let printed = Console.print(
            HistoryText.text(
                groups, minimum: 2 * detector.minimumSegment, style: .current(1)))
        guard let directory = arguments.text("csv") else { return printed }
        return .worst(of: [printed, export(groups, to: directory)])
    }

    private static func export(_ groups: [HistoryGroup], to directory: String) -> ExitStatus {
        do {
            try FileManager.default.createDirectory(
                atPath: directory, withIntermediateDirectories: true)
            var files: [String] = []
            for (index, group) in groups.enumerated() {
                let name = BaselineStore.fileName(group.identity.workload) + "-\(index + 1).csv"
                let path = directory + "/" + name
                try Data(OtavaExport.csv(group).utf8).write(to: URL(fileURLWithPath: path))
                files.append(path)
            }
            let configuration = OtavaExport.configuration(groups, files: files)
            try Data(configuration.utf8).write(
                to: URL(fileURLWithPath: directory + "/otava.yaml"))
            return .ok
        } catch {
            let reason = ResultStore.reason(error)
            Console.complain("history: \(printable(directory)): cannot be written: \(reason)")
            return .targetRefused
        }
    }
}
