import UrrAnalysis
import UrrReport
import UrrResults

/// Runs the interleaved trials of one workload until they say enough.
struct InterleavedTrials {
    let baseline: TrialProgram
    let candidate: TrialProgram
    /// Path of the workload file.
    let workload: String
    let rules: ComparisonRules
    /// Most blocks of eight trials.
    let blocks: Int
    /// Directory to keep all results in, if any.
    let keep: String?
    /// Whether to say what is going on.
    let isVerbose: Bool

    /// What came of it.
    struct Outcome {
        var comparison: WorkloadComparison
        var isInterrupted: Bool
    }

    /// Runs block after block. `choose` names the metrics once the first two records are there.
    func run(
        _ choose: ([RunRecord]) throws(UsageProblems) -> [String]
    ) throws -> Outcome {
        var sequence: SequentialComparison?
        var first: [RunRecord] = []
        var isInterrupted = false
        var done = 0
        let looks = TrialSchedule(blocks: blocks, falseAlarm: rules.falseAlarm).looks
        for look in looks {
            while done < look.blocks, !isInterrupted {
                var sides: [[RunRecord]] = [[], []]
                isInterrupted = try runBlock(done, of: looks, &sides)
                if isInterrupted { break }
                if sequence == nil {
                    first = [sides[0][0], sides[1][0]]
                    sequence = SequentialComparison(
                        metrics: try choose(first), rules: rules, blocks: blocks)
                }
                let metrics = sequence?.metrics ?? []
                let trials = sides.map { records in
                    records.map { TrialRecord($0, metrics: metrics, block: done) }
                }
                sequence?.add(baseline: trials[0], candidate: trials[1])
                done += 1
            }
            guard done == look.blocks else { break }
            sequence?.evaluate(look)
            if sequence?.isDecided ?? false { break }
            tell("after \(done) blocks: not decided yet")
        }
        return Outcome(
            comparison: comparison(sequence, first, done, looks), isInterrupted: isInterrupted)
    }

    /// Runs one block; returns whether it was interrupted.
    private func runBlock(
        _ block: Int, of looks: [TrialSchedule.Look], _ sides: inout [[RunRecord]]
    ) throws -> Bool {
        let order = TrialSchedule.order(block: block, seed: 20_261_121)
        let most = looks.last?.blocks ?? 0
        for (position, isCandidate) in order.enumerated() {
            let program = isCandidate ? candidate : baseline
            if Interruption.isRequested { return true }
            do {
                let record = try program.run(workload, keep: keep)
                sides[isCandidate ? 1 : 0].append(record)
                let place = TrialPlacement(record).rawValue
                tell(
                    "block \(block + 1) of at most \(most), trial \(position + 1) of 8: "
                        + "\(program.side), \(place), \(record.verdict.value.rawValue)")
            } catch ChildProcess.Failure.interrupted {
                return true
            }
        }
        return false
    }

    private func comparison(
        _ sequence: SequentialComparison?, _ first: [RunRecord], _ done: Int,
        _ looks: [TrialSchedule.Look]
    ) -> WorkloadComparison {
        let differences =
            first.count == 2
            ? TrialIdentity(first[0]).differences(from: TrialIdentity(first[1])) : []
        var notes: [String] = []
        let metrics = sequence?.results ?? []
        let last = looks.last?.blocks ?? 0
        if Comparison.outcome(of: metrics) == .inconclusive, done == last {
            notes.append("the limit of \(4 * last) trials on each side was reached")
        }
        if done < last, metrics.contains(where: { $0.outcome == .inconclusive }) {
            let why =
                metrics.contains { $0.outcome == .regressed } ? "a regression" : "an interrupt"
            notes.append("ended after \(4 * done) trials on each side because of \(why)")
        }
        return WorkloadComparison(
            workload: first.first?.workload.name ?? workload,
            baseline: ComparedSide(name: baseline.name, trials: sequence?.baseline ?? []),
            candidate: ComparedSide(name: candidate.name, trials: sequence?.candidate ?? []),
            differences: differences, metrics: metrics, notes: notes)
    }

    private func tell(_ text: String) {
        if isVerbose { Console.progress(text + "\n") }
    }
}
