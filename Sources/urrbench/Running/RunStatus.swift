import UrrEngine
import UrrResults

/// What a run means for the exit status.
enum RunStatus {
    /// Every status that a record gives reason for; the caller reports the worst.
    static func statuses(of record: RunRecord) -> [ExitStatus] {
        var statuses: [ExitStatus] = [.ok]
        if record.interrupted { statuses.append(.interrupted) }
        if breaksGuarantee(record) { statuses.append(.guaranteeBroken) }
        if record.verdict.value == .invalid { statuses.append(.runInvalid) }
        if record.thresholds.contains(where: { !$0.passed }) { statuses.append(.checkFailed) }
        return statuses
    }

    /// Whether messages were lost, altered, repeated or reordered beyond what the guarantees and the
    /// injected faults allow.
    private static func breaksGuarantee(_ record: RunRecord) -> Bool {
        let queues = (record.queues ?? []).map(\.accounting)
        return record.accounting.violations > 0
            || queues.contains { $0.wronglySuppressed + $0.notSuppressed > 0 }
    }

    /// The status of a run that could not be carried out.
    static func status(of error: any Error) -> ExitStatus {
        switch error {
        case is PlanError, is ShardOptions.Problem: .usage
        case RunError.driver(.unsupported): .usage
        default: .targetRefused
        }
    }
}
