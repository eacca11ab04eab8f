import Testing
import UrrResults
import UrrTestSupport

@testable import urrbench

/// What a run's books mean for the exit status.
struct RunStatusTests {
    private func status(record change: (inout RunRecord) -> Void) -> urrbench.ExitStatus {
        var record = SampleRun.record()
        record.thresholds = []
        change(&record)
        return .worst(of: RunStatus.statuses(of: record))
    }

    private func status(queue change: (inout QueueAccounting) -> Void) -> urrbench.ExitStatus {
        status(record: { record in
            var books = QueueAccounting()
            change(&books)
            record.queues = [
                QueueRecord(name: "tickets", fifo: true, accounting: books, messageGroups: [])
            ]
        })
    }

    @Test func soundBooksAreWell() {
        #expect(status(record: { _ in }) == .ok)
        #expect(status(queue: { $0.suppressed = 5 }) == .ok)
        #expect(status(queue: { $0.handledAgain = 5 }) == .ok)
    }

    /// What a crash may lose or repeat under the group's guarantee is counted and breaks nothing.
    @Test func whatFaultsExplainIsWell() {
        #expect(status(record: { $0.accounting.lost = 1 }) == .ok)
        #expect(status(record: { $0.accounting.duplicates = 1 }) == .ok)
    }

    @Test func whatBreaksAPromiseIsFour() {
        #expect(status(record: { $0.accounting.violations = 1 }) == .guaranteeBroken)
        #expect(status(queue: { $0.notSuppressed = 1 }) == .guaranteeBroken)
        #expect(status(queue: { $0.wronglySuppressed = 1 }) == .guaranteeBroken)
    }
}
