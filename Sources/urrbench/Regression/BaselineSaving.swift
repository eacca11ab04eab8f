import Foundation
import UrrAnalysis
import UrrReport
import UrrResults
import UrrWorkload

/// `baseline save`: makes a baseline of new trials or of stored results.
struct BaselineSaving {
    private let arguments: ParsedArguments

    init(_ arguments: ParsedArguments) { self.arguments = arguments }

    func run() throws -> ExitStatus {
        let name = try BaselineVerb.name(arguments)
        let store = BaselineVerb.store(arguments)
        let former = try former(name, store)
        let program = try BaselineVerb.program(arguments)
        let records = try records(program)
        let metrics = try former?.metrics ?? ComparisonOptions.metrics(arguments, in: records)
        let session = BaselineRecord.Session(
            startedAt: records.map(\.startedAt).min() ?? "",
            commit: records[0].machine.gitCommit,
            trials: records.map { TrialRecord($0, metrics: metrics) })
        var counters: CounterRecord?
        if !arguments.has("no-count") { counters = try? program.counters().get() }
        var baseline =
            former
            ?? BaselineRecord(
                name: name, identity: TrialIdentity(records[0]),
                document: records[0].workload.document, metrics: metrics, sessions: [], bands: [:],
                counters: nil)
        try checkAlike(baseline, records)
        baseline.sessions.append(session)
        baseline.counters = counters ?? baseline.counters
        for metric in metrics {
            baseline.bands[metric] = Calibration.band(metric, baseline.sessions.map(\.trials))
        }
        do throws(ResultError) { try store.save(baseline) } catch {
            Console.complain("baseline: \(printable("\(error)"))")
            return .targetRefused
        }
        if arguments.has("quiet") { return .ok }
        return Console.print(
            BaselineText.saved(baseline, path: store.path(name), style: .current(1)))
    }

    /// The baseline that a session is added to.
    private func former(
        _ name: String, _ store: BaselineStore
    ) throws(UsageProblems) -> BaselineRecord? {
        guard store.has(name), !arguments.has("replace") else { return nil }
        guard arguments.has("append") else {
            throw UsageProblems(problems: [
                "there is a baseline \(quoted(name)) already; --append adds a session to it,"
                    + " --replace forgets it"
            ])
        }
        return try BaselineVerb.load(arguments)
    }

    private func records(_ program: TrialProgram) throws -> [RunRecord] {
        let stored = arguments.texts("from")
        let hasWorkload = arguments.operands.count == 3
        guard stored.isEmpty == hasWorkload else {
            throw UsageProblems(problems: ["save needs either a WORKLOAD or --from RESULT"])
        }
        if !stored.isEmpty {
            let trials = try StoredTrials(stored)
            let problems = StoredTrials.repeated([trials]) + StoredTrials.differences([trials])
            guard problems.isEmpty else { throw UsageProblems(problems: problems) }
            return trials.entries.map(\.record)
        }
        let path: String
        do {
            path = try WorkloadFile.resolve(
                arguments.operands[2], workloadsDirectory: ProgramEnvironment.workloadsDirectory)
        } catch {
            throw UsageProblems(problems: ["\(error)"])
        }
        return try BaselineVerb.trials(
            Int(arguments.number("trials") ?? 12), path, program,
            isVerbose: !arguments.has("quiet"))
    }

    /// Every trial of a baseline has to be like the others.
    private func checkAlike(
        _ baseline: BaselineRecord, _ records: [RunRecord]
    ) throws(UsageProblems) {
        var problems: [String] = []
        for record in records {
            let differences = baseline.identity.differences(from: TrialIdentity(record))
            for text in differences.map({ "not alike: \($0)" }) where !problems.contains(text) {
                problems.append(text)
            }
        }
        problems += baseline.holding(records)
        guard problems.isEmpty else { throw UsageProblems(problems: problems) }
    }
}
