import Testing
import UrrDriverEmbedded
import UrrPlatform
import UrrWorkload

@testable import UrrEngine

/// A topic or queue that is away, and sends that fail now and then, in virtual time: every message is
/// accounted for, whoever wants to send waits for nothing, and what failed is sent again.
struct OutageTests {
    private typealias Run = Simulated<EmbeddedDriver>

    /// Two seconds of 1,000 messages each; from 0.5 s to 1 s the queue is away.
    private func queue(_ change: (inout Scenario) -> Void = { _ in }) -> Scenario {
        QueueScenario.standard {
            $0.phases.drain = 20 * nanosecondsPerSecond
            $0.producers[0].arrivals = ArrivalSpec(.constant(rate: 1000), variance: .uniform)
            $0.producers[0].fallback = FallbackSpec(
                records: 1000, batch: 100, every: 100 * millisecond)
            $0.faults = [Self.outage(.queue(0))]
            change(&$0)
        }
    }

    private static func outage(_ target: MessageTarget) -> FaultSpec {
        FaultSpec(.outage(target: target, length: 500 * millisecond), .at(500 * millisecond))
    }

    private func topic(_ change: (inout Scenario) -> Void = { _ in }) -> Scenario {
        var scenario = Scenario()
        scenario.phases = PhasesSpec(
            measure: 2 * nanosecondsPerSecond, drain: 20 * nanosecondsPerSecond)
        scenario.topics = [Scenario.topic("events", partitions: 3)]
        scenario.producers[0].arrivals = ArrivalSpec(.constant(rate: 1000), variance: .uniform)
        scenario.producers[0].fallback = FallbackSpec(
            records: 1000, batch: 100, every: 100 * millisecond)
        scenario.faults = [Self.outage(.topic(0))]
        change(&scenario)
        return scenario
    }

    /// Fails where not every scheduled message was sent or failed, and every failed one sent again.
    private func expectClosed(
        _ run: Run, failed: UInt64 = 500, sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        let sent = run.sent()
        #expect(run.outcome.drained, sourceLocation: sourceLocation)
        #expect(sent.failed == failed, sourceLocation: sourceLocation)
        #expect(sent.sent + sent.failed == 2000, sourceLocation: sourceLocation)
        #expect(sent.reprocessed == failed, sourceLocation: sourceLocation)
        #expect(sent.acknowledged == sent.sent, sourceLocation: sourceLocation)
        let record = try run.record()
        #expect(record.accounting.scheduled == 2000, sourceLocation: sourceLocation)
        #expect(record.accounting.handled == 2000, sourceLocation: sourceLocation)
        #expect(record.accounting.lost == 0, sourceLocation: sourceLocation)
        #expect(record.accounting.violations == 0, sourceLocation: sourceLocation)
        #expect(record.groups[0].firstViolations == [], sourceLocation: sourceLocation)
        #expect(
            !record.verdict.reasons.contains { ["fallback", "unanswered"].contains($0.code) },
            sourceLocation: sourceLocation)
        let found = try #require(record.producers[0].fallback, sourceLocation: sourceLocation)
        #expect(found.left == failed, sourceLocation: sourceLocation)
        #expect(found.waiting == 0 && found.dropped == 0, sourceLocation: sourceLocation)
    }

    @Test func whatAQueueThatIsAwayMissesIsSentAgain() throws {
        let run = try Run(queue())
        try expectClosed(run)
        let found = try #require(run.outcome.fallbacks[0])
        // Runs at 600, 700, ... 1000 ms find it away or just back; 100 at a time from then on.
        #expect(found.peak == 500 && found.runs == 9 && found.failedRuns == 4)
        // Ten message groups that are sent to all the time: later ones were sent meanwhile.
        #expect(found.overtaken > 350)
        #expect(try run.books().orderBreaks == 0)
    }

    @Test func whatATopicThatIsAwayMissesIsSentAgain() throws {
        let run = try Run(topic())
        try expectClosed(run)
        let found = try #require(run.outcome.fallbacks[0])
        // All but those that are sent before the first later one of their partition.
        #expect(found.overtaken > 350 && found.overtaken <= 500)
    }

    /// Nobody waits: a send that fails is answered as soon as one that is taken.
    @Test func whoWantsToSendWaitsForNothing() throws {
        for scenario in [queue(), topic()] {
            let away = try Run(scenario)
            var other = scenario
            other.faults = []
            let there = try Run(other)
            let (with, without) = (away.outcome.producers, there.outcome.producers)
            #expect(with.sendDelay[1].count == 2000)
            #expect(with.sendDelay[1].maximum == without.sendDelay[1].maximum)
        }
    }

    @Test func nothingIsReceivedWhileItIsAwayAndHandlersGoOn() throws {
        let run = try Run(topic { $0.consumers[0].serviceTime = .fixed(300 * microsecond) })
        try expectClosed(run)
        // Intended before the outage and handled after it: none, since nothing was waiting; what
        // failed is handled late.
        #expect(run.latency(.endToEnd).maximum ?? 0 < 100 * millisecond)
        #expect(run.latency(.response).maximum ?? 0 > 500 * millisecond)
    }

    @Test func whatFindsNoRoomIsGoneAndTold() throws {
        let run = try Run(queue { $0.producers[0].fallback?.records = 200 })
        let found = try #require(run.outcome.fallbacks[0])
        #expect(found.left == 200 && found.dropped == 300 && found.peak == 200)
        #expect(run.sent().reprocessed == 200)
        #expect(try run.reasons().contains("fallback"))
        #expect(try run.record().accounting.lost == 0)
    }

    @Test func whatIsLeftWhenTheRunEndsIsTold() throws {
        let run = try Run(
            queue {
                $0.phases.drain = 500 * millisecond
                $0.producers[0].fallback = FallbackSpec(
                    records: 1000, batch: 10, every: 100 * millisecond)
            })
        let found = try #require(run.outcome.fallbacks[0])
        #expect(!run.outcome.drained)
        #expect(found.waiting > 300 && run.sent().reprocessed + found.waiting == 500)
        #expect(try run.reasons().contains("fallback"))
    }

    @Test func withoutAFallbackFailedSendsAreGivenUp() throws {
        let run = try Run(queue { $0.producers[0].fallback = nil })
        #expect(run.sent().failed == 500 && run.sent().sent == 1500)
        #expect(run.sent().reprocessed == 0 && run.outcome.fallbacks[0] == nil)
        let record = try run.record()
        #expect(record.accounting.handled == 1500 && record.accounting.lost == 0)
        #expect(record.accounting.violations == 0)
    }

    /// Which sends fail is a matter of the seed, however the work is divided.
    @Test func sendsFailAtARateFromTheSeed() throws {
        var counts: [UInt64] = []
        for (instances, threads) in [(1, 1), (4, 2)] {
            let run = try Run(
                topic {
                    $0.faults = [
                        FaultSpec(
                            .sendFailure(producer: 0, share: 0.2, length: nanosecondsPerSecond),
                            .at(500 * millisecond))
                    ]
                    $0.producers[0].instances = instances
                    $0.workers.producers = threads
                })
            try expectClosed(run, failed: run.sent().failed)
            counts.append(run.sent().failed)
        }
        #expect(counts[0] == counts[1])
        #expect(counts[0] > 150 && counts[0] < 250)
    }

    @Test func repeatsAndStormsThatFailAreNotOwed() throws {
        let run = try Run(
            queue {
                $0.producers[0].fallback = nil
                $0.producers[0].duplicates = DuplicatesSpec(
                    share: 0.2, after: .fixed(100 * millisecond))
            })
        let record = try run.record()
        #expect(record.accounting.violations == 0 && record.accounting.lost == 0)
        let books = try run.books()
        #expect(books.notSuppressed == 0 && books.wronglySuppressed == 0)
        #expect(record.accounting.scheduled == record.accounting.sent + run.sent().failed)
    }

    /// A step of the clock moves nothing that is measured.
    @Test func aStepOfTheClockDisturbsNothing() throws {
        let plain = try Run(topic { $0.faults = [] })
        let stepped = try Run(
            topic {
                $0.faults = [
                    FaultSpec(.clockStep(by: -3600 * nanosecondsPerSecond), .at(millisecond)),
                    FaultSpec(.clockStep(by: 7200 * nanosecondsPerSecond), .at(900 * millisecond)),
                ]
            })
        for kind in ConsumerLatency.allCases {
            let (one, other) = (plain.latency(kind), stepped.latency(kind))
            #expect(one.count == other.count)
            #expect(one.maximum == other.maximum && one.minimum == other.minimum)
        }
        #expect(stepped.outcome.faults.count == 2)
        #expect(stepped.group().handled == 2000)
    }
}
