import UrrAnalysis
import UrrReport
import UrrResults

/// `compare`: two sides of stored results.
enum CompareVerb {
    static let verb = Verb(
        "compare", summary: "Compare stored results: regressed, not regressed or inconclusive.",
        operands: OperandSpec(
            placeholder: "RESULT", value: .file(endings: ["json"]), count: 1...Int.max,
            help: "the baseline, then the candidate's results: files, or directories of them"),
        options: [
            OptionSpec(
                "baseline", short: "b", "RESULT", .file(endings: ["json"]), repeats: true,
                help: "result of the baseline; then all operands are the candidate's"),
            OptionSpec(
                flag: "force", help: "compare what is not alike, and say so in every report"),
        ] + ComparisonOptions.specs,
        notes: [
            "Results of different machines, workloads, seeds, drivers or kinds of build are"
                + " refused. Several results on each side are needed: with one each, nothing can"
                + " be concluded. Exit status 1 where something regressed.",
            "", "  urrbench compare before/ after/",
            "  urrbench compare --baseline a1.json --baseline a2.json b1.json b2.json",
        ],
        run: run)

    static func run(_ arguments: ParsedArguments) -> ExitStatus {
        do throws(UsageProblems) {
            return ComparisonOutput.deliver(try report(arguments), verb: verb.name, arguments)
        } catch {
            return error.complain(verb.name)
        }
    }

    private static func report(
        _ arguments: ParsedArguments
    ) throws(UsageProblems) -> ComparisonReport {
        let rules = try ComparisonOptions.rules(arguments)
        var baselinePaths = arguments.texts("baseline")
        var candidatePaths = arguments.operands
        if baselinePaths.isEmpty { baselinePaths = [candidatePaths.removeFirst()] }
        guard !candidatePaths.isEmpty else {
            throw UsageProblems(problems: ["needs a candidate beside the baseline"])
        }
        let baseline = try StoredTrials(baselinePaths)
        let candidate = try StoredTrials(candidatePaths)
        let repeated = StoredTrials.repeated([baseline, candidate])
        guard repeated.isEmpty else { throw UsageProblems(problems: repeated) }
        var workloads: [WorkloadComparison] = []
        let unpaired = unpaired(baseline, candidate)
        guard unpaired.isEmpty || arguments.has("force") else {
            throw UsageProblems(problems: unpaired + [Self.hint])
        }
        let pairs = pairs(baseline, candidate)
        for pair in pairs {
            workloads.append(
                try compare(pair.0, pair.1, arguments, rules, shares: pairs.count))
        }
        if !workloads.isEmpty { workloads[0].differences = unpaired + workloads[0].differences }
        return ComparisonReport(rules: rules, workloads: workloads)
    }

    private static let hint = "what is not alike is compared only with --force"

    /// Workloads that only one side has results of, where others are on both: left out without a
    /// word, they would seem to be compared.
    private static func unpaired(_ baseline: StoredTrials, _ candidate: StoredTrials) -> [String] {
        let names = [baseline, candidate].map { Set($0.entries.map(\.record.workload.name)) }
        guard !names[0].isDisjoint(with: names[1]) else { return [] }
        return zip(["candidate", "baseline"], [names[0], names[1]]).flatMap { side, present in
            present.subtracting(side == "candidate" ? names[1] : names[0]).sorted().map {
                "workload: the \(side) has no result of \(quoted($0))"
            }
        }
    }

    /// Both sides by workload. Where they have none in common, all is compared with all, which
    /// needs to be forced.
    private static func pairs(
        _ baseline: StoredTrials, _ candidate: StoredTrials
    ) -> [(StoredTrials, StoredTrials)] {
        func select(_ side: StoredTrials, _ name: String) -> StoredTrials {
            var chosen = side
            chosen.entries.removeAll { $0.record.workload.name != name }
            return chosen
        }
        let names = [baseline, candidate].map { Set($0.entries.map(\.record.workload.name)) }
        let shared = names[0].intersection(names[1]).sorted()
        if shared.isEmpty { return [(baseline, candidate)] }
        return shared.map { (select(baseline, $0), select(candidate, $0)) }
    }

    private static func compare(
        _ baseline: StoredTrials, _ candidate: StoredTrials, _ arguments: ParsedArguments,
        _ rules: ComparisonRules, shares: Int
    ) throws(UsageProblems) -> WorkloadComparison {
        let differences = StoredTrials.differences([baseline, candidate])
        if !differences.isEmpty, !arguments.has("force") {
            throw UsageProblems(
                problems: differences.map { "not alike: \($0)" } + [hint])
        }
        let records = (baseline.entries + candidate.entries).map(\.record)
        let metrics = try ComparisonOptions.metrics(arguments, in: records)
        let sides = [baseline, candidate].map { side in
            side.entries.map { TrialRecord($0.record, metrics: metrics) }
        }
        let compilers = Set(records.map(\.machine.swiftVersion)).sorted()
        return WorkloadComparison(
            workload: records.first?.workload.name ?? "",
            baseline: ComparedSide(name: "baseline", trials: sides[0]),
            candidate: ComparedSide(name: "candidate", trials: sides[1]),
            differences: differences,
            metrics: Comparison.compare(
                metrics: metrics, baseline: sides[0], candidate: sides[1], rules: rules,
                level: rules.falseAlarm / Double(shares)),
            notes: compilers.count > 1
                ? ["compilers: \(compilers.joined(separator: " and "))"] : [])
    }
}
