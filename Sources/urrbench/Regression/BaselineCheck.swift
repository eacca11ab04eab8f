import Foundation
import UrrAnalysis
import UrrReport
import UrrResults

/// `baseline check`: runs a baseline's workload again and compares.
struct BaselineCheck {
    private let arguments: ParsedArguments

    init(_ arguments: ParsedArguments) { self.arguments = arguments }

    func run() throws -> ExitStatus {
        guard !arguments.has("set") else {
            throw UsageProblems(problems: [
                "--set: must be given only with save; check runs what was saved"
            ])
        }
        var rules = try ComparisonOptions.rules(arguments)
        let baseline = try BaselineVerb.load(arguments)
        rules.bands = baseline.bands
        let program = try BaselineVerb.program(arguments)
        let records = try trials(of: baseline, program)
        let differences = try differences(baseline, records)
        let asked = try ComparisonOptions.metrics(arguments, in: records)
        let metrics = arguments.has("metric") ? asked : baseline.metrics
        let candidate = records.map { TrialRecord($0, metrics: metrics) }
        let results = Comparison.compare(
            metrics: metrics, baseline: baseline.trials, candidate: candidate, rules: rules,
            level: rules.falseAlarm)
        let comparison = WorkloadComparison(
            workload: baseline.identity.workload,
            baseline: ComparedSide(name: baseline.name, trials: baseline.trials),
            candidate: ComparedSide(name: program.name, trials: candidate),
            differences: differences, metrics: results, notes: notes(baseline))
        var report = ComparisonReport(rules: rules, workloads: [comparison])
        try count(baseline, program, into: &report)
        return ComparisonOutput.deliver(report, verb: "baseline", arguments)
    }

    /// Runs the workload that the baseline holds, whatever became of the file that it came from.
    private func trials(
        of baseline: BaselineRecord, _ program: TrialProgram
    ) throws -> [RunRecord] {
        let stored = arguments.texts("from")
        if !stored.isEmpty {
            let trials = try StoredTrials(stored)
            let problems =
                StoredTrials.repeated([trials]) + baseline.holding(trials.entries.map(\.record))
            guard problems.isEmpty else { throw UsageProblems(problems: problems) }
            return trials.entries.map(\.record)
        }
        let file = NSTemporaryDirectory() + "urrbench-baseline-\(UUID().uuidString).json"
        defer { try? FileManager.default.removeItem(atPath: file) }
        let document = try JSONEncoder().encode(baseline.document)
        try document.write(to: URL(fileURLWithPath: file))
        return try BaselineVerb.trials(
            Int(arguments.number("trials") ?? 12), file, program,
            isVerbose: !arguments.has("quiet"))
    }

    private func differences(
        _ baseline: BaselineRecord, _ records: [RunRecord]
    ) throws(UsageProblems) -> [String] {
        var found: [String] = []
        for record in records {
            for text in baseline.identity.differences(from: TrialIdentity(record))
            where !found.contains(text) { found.append(text) }
        }
        guard found.isEmpty || arguments.has("force") else {
            throw UsageProblems(
                problems: found.map { "not alike: \($0)" } + [
                    "what is not alike is compared only with --force"
                ])
        }
        return found
    }

    private func notes(_ baseline: BaselineRecord) -> [String] {
        let count = baseline.sessions.count
        guard count < 4 else { return [] }
        return [
            "the noise band comes from \(count) session\(count == 1 ? "" : "s"); four of different"
                + " days tell how much this machine varies ('baseline save --append')"
        ]
    }

    private func count(
        _ baseline: BaselineRecord, _ program: TrialProgram, into report: inout ComparisonReport
    ) throws {
        guard !arguments.has("no-count"), let counters = baseline.counters else { return }
        switch try program.counters() {
        case .success(let candidate):
            report.counters = CounterCheck.compare(baseline: counters, candidate: candidate)
            report.notCounted = candidate.notCounted
        case .failure(let failure): report.notCounted = ["all: " + failure.message]
        }
    }
}

extension BaselineRecord {
    /// A problem for each of `records` that is a trial of the baseline: a run does not confirm
    /// itself.
    func holding(_ records: [RunRecord]) -> [String] {
        let known = Set(trials.map { $0.runId + $0.startedAt })
        return records.filter { known.contains($0.runId + $0.startedAt) }.map {
            "run \($0.runId) is in the baseline already"
        }
    }
}
