import BrokenDrivers
import Testing
import UrrPlatform
import UrrResults
import UrrWorkload

@testable import UrrEngine

/// A queue that gets one thing wrong: it is found, counted and named, and nothing else is.
struct QueueFaultTests {
    private typealias Run = Simulated<FaultyQueueDriver>

    private func run(
        _ fault: QueueBreak?, _ change: (inout Scenario) -> Void = { _ in }
    ) throws -> Run {
        try Run(
            QueueScenario.standard {
                $0.receiving.batch = 1
                change(&$0)
            }, on: FaultyQueueDriver(fault))
    }

    private func fault(_ run: Run) -> String { run.outcome.findings[0].firstViolations.first ?? "" }

    @Test func aDroppedMessageIsLost() throws {
        let run = try run(.drop(57))
        let books = try run.books()
        #expect(books.lost == 1 && books.violations == 1 && books.admitted == 199)
        #expect(fault(run).contains("never arrived") && fault(run).hasPrefix("tickets, key-"))
        #expect(try run.record().accounting.lost == 1)
    }

    @Test func theLastMessageOfAGroupIsMissedToo() throws {
        let books = try run(.drop(199)).books()
        #expect(books.lost == 1 && books.violations == 1)
    }

    @Test func aMessageThatIsStoredTwiceIsFound() throws {
        let run = try run(.storeTwice(57))
        let books = try run.books()
        #expect(books.unexpected == 1 && books.violations == 1)
        #expect(fault(run).contains("delivered again after it was handled"))
        #expect(try run.record().accounting.duplicates == 1)
    }

    @Test func swappedMessagesAreABreakOfTheOrder() throws {
        let run = try run(.swap(57))
        let books = try run.books()
        #expect(books.orderBreaks == 1 && books.violations == 1 && books.admitted == 200)
        #expect(fault(run).contains("handled after message"))
        #expect(try run.record().accounting.reordered == 1)
        #expect(try run.record().queues![0].messageGroups[0].orderBreaks == 1)
    }

    @Test func aMessageForTwoWorkersIsFound() throws {
        let run = try run(.deliverTwice(57)) {
            $0.consumers[0].serviceTime = .fixed(5 * millisecond)
        }
        let books = try run.books()
        #expect(books.early == 1)
        #expect(fault(run).contains("before the visibility timeout of another worker was over"))
        #expect(try run.record().accounting.duplicates > 0)
    }

    @Test func aVisibilityTimeoutThatIsPassedOverIsFound() throws {
        let run = try run(.skipTimeout(57)) {
            $0.consumers[0].serviceTime = .fixed(5 * millisecond)
        }
        let books = try run.books()
        // Once by the delivery, once by the delete that was refused.
        #expect(books.early == 2)
        #expect(fault(run).contains("before the visibility timeout of another worker was over"))
        // The worker that lost it has handled it and cannot delete it.
        #expect(books.staleHandles == 1 && books.handledAgain == 1 && books.lost == 0)
    }

    /// Nobody else is there to get it early.
    @Test func aVisibilityTimeoutThatIsPassedOverIsFoundByTheDelete() throws {
        let run = try run(.skipTimeout(57)) { $0.consumers[0].instances = 1 }
        let books = try run.books()
        #expect(books.early == 1 && books.handledAgain == 1 && books.violations == 1)
        #expect(fault(run).contains("delete was refused"))
    }

    @Test func aDeletedMessageMustNotComeAgain() throws {
        let run = try run(.deliverAfterDelete(57))
        let books = try run.books()
        #expect(books.unexpected == 1 && books.violations == 1)
        #expect(fault(run).contains("delivered again after it was handled"))
    }

    @Test func aRepeatThatIsNotSuppressedIsFound() throws {
        let run = try run(.liesAboutRepeat) {
            $0.producers[0].duplicates = DuplicatesSpec(share: 1, after: .fixed(400 * millisecond))
        }
        let books = try run.books()
        #expect(books.notSuppressed == 1 && books.suppressed == 159)
        #expect(fault(run).contains("and not suppressed"))
    }

    @Test func fullVerificationSeesTheBody() throws {
        let damage = QueueBreak.damage(delivery: 57, byte: 99)
        #expect(try run(damage).record().accounting.corrupted == 0)
        let run = try run(damage) { $0.verification = .full }
        #expect(try run.record().accounting.corrupted == 1)
        #expect(try self.run(nil) { $0.verification = .full }.books().violations == 0)
    }

    @Test func aSoundQueueHasNoFault() throws {
        let run = try run(nil)
        #expect(try run.books().violations == 0)
        #expect(run.outcome.queues[0].faults == [])
    }
}
