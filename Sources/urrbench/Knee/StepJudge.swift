import UrrAnalysis
import UrrResults

/// Tells what a step of a search showed: the system, the tool, or the machine.
struct StepJudge {
    let objectives: KneeObjectives

    /// What a step showed, or nil where it was too short to tell.
    struct Judgement {
        var outcome: KneeOutcome
        var reasons: [String]
        var objectives: [ThresholdRecord]
    }

    /// Less of the offered load than this means that somebody could not keep up.
    private static let leastShare = 0.99
    /// A worker that had no more than this to spare was at its limit.
    private static let busy = 0.98
    /// Findings that are the tool's limit, whatever the objectives say.
    private static let toolCodes: Set<String> = ["generator-late", "arrivals-dropped"]
    /// Findings by which the machine explains a missed objective.
    private static let machineCodes: Set<String> = ["processor-lost", "generator-late"]

    /// What `record` shows; nil where it was too short for an objective.
    func judge(_ record: RunRecord) -> Judgement? {
        let answers = objectives.judge(record)
        let wasPushedBack = record.producers.contains { $0.backPressured > 0 }
        func judgement(_ outcome: KneeOutcome, _ reasons: [String]) -> Judgement {
            Judgement(outcome: outcome, reasons: reasons, objectives: answers.map(\.record))
        }
        let toolLimits = record.verdict.reasons.filter {
            $0.severity == .invalid && Self.toolCodes.contains($0.code)
        }
        if !toolLimits.isEmpty, !wasPushedBack {
            return judgement(.generatorLimit, toolLimits.map(\.text))
        }
        var missed = answers.filter { $0.answer == .missed }.map { Self.text($0.record) }
        if let share = shortfall(record) {
            let percent = Int((share * 100).rounded())
            guard wasPushedBack else {
                return judgement(.generatorLimit, ["only \(percent) % of the load was offered"])
            }
            missed.append("took only \(percent) % of what was offered")
        }
        if missed.isEmpty {
            return answers.contains { $0.answer == .unknown } ? nil : judgement(.held, [])
        }
        let limits = toolLimit(record)
        if !limits.isEmpty { return judgement(.generatorLimit, limits + missed) }
        let disturbances = record.verdict.reasons.filter { Self.machineCodes.contains($0.code) }
        return disturbances.isEmpty
            ? judgement(.missed, missed)
            : judgement(.disturbed, missed + disturbances.map(\.text))
    }

    private static func text(_ objective: ThresholdRecord) -> String {
        objective.reason.map { "\(objective.expression): \($0)" } ?? objective.expression
    }

    /// The share of the offered load that was sent, where it is less than nearly all.
    private func shortfall(_ record: RunRecord) -> Double? {
        let offered = Double(record.accounting.scheduled)
        let rows = record.series.rows.filter { $0.phase == "measure" }
        let sent = rows.reduce(0.0) { $0 + Double($1.sent) }
        guard offered > 0, sent < Self.leastShare * offered else { return nil }
        return sent / offered
    }

    /// What says that the tool's own threads were the limit where an objective was missed.
    private func toolLimit(_ record: RunRecord) -> [String] {
        guard !record.simulated else { return [] }
        let late = record.verdict.reasons.filter { $0.code == "handler-late" }.map(\.text)
        let busy = record.harness.workers.filter { $0.busyShare >= Self.busy }.map {
            "\($0.name) had work \(Int(($0.busyShare * 100).rounded())) % of the time: this tool's "
                + "thread was the limit"
        }
        return late + busy
    }
}
