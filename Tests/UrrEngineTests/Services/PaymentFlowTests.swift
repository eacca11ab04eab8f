import BrokenDrivers
import Testing
import UrrDriverEmbedded
import UrrEvents
import UrrPlatform
import UrrWorkload

@testable import UrrEngine

/// Payments through the services, in virtual time on the embedded core: the statistics are equal to
/// the books of those who sent, to the last unit.
struct PaymentFlowTests {
    private typealias Run = Simulated<EmbeddedDriver>

    private func service(_ run: Run, _ group: Int) throws -> ServiceFindings {
        try #require(run.outcome.services[group])
    }

    private func expectEqualBooks(
        _ run: Run, sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        #expect(run.outcome.drained, sourceLocation: sourceLocation)
        for group in [PaymentScenario.tickets, PaymentScenario.stats] {
            let found = run.outcome.findings[group]
            #expect(found.violations == 0, sourceLocation: sourceLocation)
            #expect(found.firstViolations == [], sourceLocation: sourceLocation)
            let books = try service(run, group)
            #expect(books.isComplete, sourceLocation: sourceLocation)
            #expect(books.difference == 0, sourceLocation: sourceLocation)
            #expect(books.amountDifference == 0, sourceLocation: sourceLocation)
            #expect(run.group(group).corrupted == 0, sourceLocation: sourceLocation)
        }
    }

    @Test(arguments: [VerificationMode.header, .full])
    func booksAreEqual(_ verification: VerificationMode) throws {
        let run = try Simulated(PaymentScenario.standard { $0.verification = verification })
        try expectEqualBooks(run)
        // 100 warm-up messages and 1,000 measured ones, each with one that follows.
        let tickets = try service(run, PaymentScenario.tickets)
        #expect(tickets.figures.reduce(0) { $0 + $1.sent.count } == 1100)
        #expect(tickets.figures.count == 6)
        #expect(tickets.published.reduce(0) { $0 + $1.counted.count } == 1100)
        #expect(tickets.published.count == 4)
        let stats = try service(run, PaymentScenario.stats)
        let transfers = try #require(
            tickets.published.first { EventFigure.names[$0.number] == "TRANSFER_COMPLETED" })
        // Nobody reads transfers.
        let read = stats.figures.reduce(0) { $0 + $1.counted.count }
        #expect(read == 2200 - transfers.counted.count)
        #expect(stats.figures.allSatisfy { $0.counted.amount >= 1000 * $0.counted.count })
        // Entry 0 is the producer, the others are what the ticket service publishes as.
        #expect(run.plan.producers.count == 4)
        let published = (1...3).reduce(UInt64(0)) { $0 + run.sent($1).sent }
        #expect(published == 1000)
        #expect(try run.reasons() == [])
    }

    @Test func aFollowerIsDueWhenItsHandlerEnds() throws {
        let run = try Simulated(PaymentScenario.standard())
        let segment = run.plan.producers[1].segmentBase
        let delay = run.outcome.producers.sendDelay[segment]
        #expect(delay.count > 500)
        #expect(delay.maximum == 0)
        // From the end of one handler to the end of the next.
        let response = run.latency(.response, group: PaymentScenario.stats, segment: segment)
        #expect(response.minimum ?? 0 >= 500 * microsecond)
    }

    @Test(arguments: 1...12)
    func booksAreEqualUnderCrashesAndDuplicates(_ seed: UInt64) throws {
        let run = try Simulated(
            PaymentScenario.standard { scenario in
                scenario.seed = seed
                scenario.consumers[0].concurrency = Int(seed % 3) + 1
                scenario.consumers[1].rebalance = seed % 2 == 0 ? .eager : .cooperative
                scenario.workers.consumers = Int(seed % 2) + 1
                PaymentScenario.trouble(&scenario)
            })
        try expectEqualBooks(run)
        #expect(run.group(PaymentScenario.tickets).skipped > 0)
        let struck = run.outcome.faults.count
        #expect(struck > 4)
    }

    /// Several handlers at a time end, and publish, before the first of them is recorded.
    @Test func whatIsPublishedAgainIsSkipped() throws {
        var again: UInt64 = 0
        for seed in 1...4 as ClosedRange<UInt64> {
            let run = try Simulated(
                PaymentScenario.standard { scenario in
                    scenario.seed = seed
                    scenario.consumers[0].concurrency = 8
                    PaymentScenario.trouble(&scenario)
                })
            try expectEqualBooks(run)
            let tickets = try service(run, PaymentScenario.tickets)
            again += tickets.published.reduce(0) { $0 + $1.again.count }
        }
        #expect(again > 0)
    }

    @Test func withoutAStoreRepeatsAreCountedAgain() throws {
        let run = try Simulated(
            PaymentScenario.standard { scenario in
                for group in [0, 1] {
                    scenario.consumers[group].idempotency = nil
                    scenario.consumers[group].guarantee = .atLeastOnce
                }
                PaymentScenario.trouble(&scenario)
            })
        try expectEqualBooks(run)
        let tickets = try service(run, PaymentScenario.tickets)
        let again = tickets.figures.reduce(0) { $0 + $1.again.count }
        #expect(again == run.group(PaymentScenario.tickets).repeated)
        #expect(again > 100)
        // Each of them published what follows again, and the statistics counted it again.
        let published = tickets.published.reduce(0) { $0 + $1.again.count }
        #expect(published >= again)
        let stats = try service(run, PaymentScenario.stats)
        #expect(stats.figures.reduce(0) { $0 + $1.again.count } > again)
    }

    @Test func aFullTargetHoldsTheHandlerBack() throws {
        let run = try Simulated(
            PaymentScenario.standard { scenario in
                for topic in [1, 2, 3] {
                    scenario.topics[topic] = Scenario.topic(
                        scenario.topics[topic].name, partitions: 1, capacityBytes: 8192,
                        records: 16)
                }
                scenario.consumers[1].serviceTime = .fixed(1500 * microsecond)
                // Somebody has to read the transfers, else their log stays full.
                scenario.consumers[1].topicIndexes = [0, 1, 2, 3]
                scenario.phases.drain = 60 * nanosecondsPerSecond
            })
        try expectEqualBooks(run)
        let held = (1...3).reduce(UInt64(0)) { $0 + run.sent($1).backPressured }
        #expect(held > 0)
    }

    @Test func aFigureThatDiffersIsAViolation() throws {
        let scenario = PaymentScenario.standard()
        let run = try Simulated(scenario, on: BreakingDriver(.alterAmount, at: 20))
        let found = run.outcome.findings
        #expect(found.reduce(0) { $0 + $1.violations } > 0)
        let first = try #require(found.flatMap(\.firstViolations).first)
        #expect(first.contains("events of"))
        let stats = run.outcome.services.compactMap { $0 }
        #expect(stats.reduce(0) { $0 + $1.amountDifference } > 0)
        #expect(try run.record().accounting.violations > 0)
        // With every byte compared the message itself is found out.
        var whole = scenario
        whole.verification = .full
        let checked = try Simulated(whole, on: BreakingDriver(.alterAmount, at: 20))
        #expect(checked.group(0).corrupted + checked.group(1).corrupted == 1)
    }

    @Test(arguments: [Break.drop, .deliverTwice])
    func aBrokenLogIsNotExcused(_ kind: Break) throws {
        let run = try Simulated(
            PaymentScenario.standard(), on: BreakingDriver(kind, at: 20))
        #expect(run.outcome.findings.reduce(0) { $0 + $1.violations } > 0)
    }

    @Test func theSameSeedGivesTheSameBooks() throws {
        func books(_ workers: Int) throws -> [EventSum] {
            let run = try Simulated(
                PaymentScenario.standard {
                    $0.producers[0].instances = 4
                    $0.workers.producers = workers
                })
            return try service(run, PaymentScenario.tickets).figures.map(\.sent)
        }
        let one = try books(1)
        let three = try books(3)
        #expect(one == three)
    }
}
