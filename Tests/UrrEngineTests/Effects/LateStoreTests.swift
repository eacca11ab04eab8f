import Testing
import UrrDriverEmbedded
import UrrPlatform
import UrrStore
import UrrWorkload

@testable import UrrEngine

/// Groups whose store answers later than at once, as one outside the process does, or not at all:
/// every effect is applied once, and the books close to the last message.
struct LateStoreTests {
    private typealias Run = Simulated<EmbeddedDriver>

    /// 1,000 messages a second over four partitions, three members that take 1 ms for each.
    private func scenario(
        _ faults: [FaultSpec] = [], change: (inout Scenario) -> Void = { _ in }
    ) -> Scenario {
        var scenario = Scenario()
        scenario.phases = PhasesSpec(
            measure: 2 * nanosecondsPerSecond, drain: 60 * nanosecondsPerSecond)
        scenario.topics = [Scenario.topic("events", partitions: 4)]
        scenario.consumers = [Scenario.group("group", service: .fixed(millisecond))]
        scenario.consumers[0].instances = 3
        scenario.consumers[0].sessionTimeout = 100 * millisecond
        scenario.consumers[0].guarantee = .exactlyOnceEffects
        scenario.consumers[0].idempotency = IdempotencySpec(store: .redis)
        scenario.faults = faults
        change(&scenario)
        return scenario
    }

    private func run(_ scenario: Scenario, _ store: LateStore) throws -> Run {
        try Run(scenario, on: EmbeddedDriver(), stores: store.factory)
    }

    private func expectClosed(
        _ run: Run, sourceLocation: SourceLocation = #_sourceLocation
    ) {
        let found = run.outcome.findings[0]
        #expect(run.outcome.drained, sourceLocation: sourceLocation)
        #expect(run.sent().sent == 2000, sourceLocation: sourceLocation)
        #expect(run.group().handled == 2000, sourceLocation: sourceLocation)
        #expect(found.lost == 0 && found.violations == 0, sourceLocation: sourceLocation)
        #expect(found.firstViolations == [], sourceLocation: sourceLocation)
        #expect(run.group().repeated == 0, sourceLocation: sourceLocation)
        let due = run.outcome.faults.reduce(0) { $0 + $1.redeliveries }
        #expect(found.redelivered == due, sourceLocation: sourceLocation)
    }

    @Test(arguments: [0, 100 * microsecond, 30 * millisecond])
    func aLateAnswerHoldsUpItsMemberAlone(latency: Nanoseconds) throws {
        let store = LateStore(latency: latency)
        let run = try run(scenario(), store)
        expectClosed(run)
        let asked = try #require(run.outcome.stores[0]?.statistics)
        // Looked up once and recorded once each.
        #expect(asked.keys == 4000)
        #expect(asked.nanoseconds >= Int64(asked.batches) * latency)
        #expect(store.closed.load(ordering: .relaxed) == 3)
        #expect(try !run.reasons().contains("store-away"))
    }

    /// Handlers do not wait for the record of the message before: with a service time of 1 ms and a
    /// store that takes 20 ms, one member gets through more than 50 messages a second.
    @Test func recordingDoesNotHoldUpHandling() throws {
        let run = try run(
            scenario {
                $0.consumers[0].instances = 1
                $0.producers = [Scenario.producer("source", rate: 500)]
                $0.phases.drain = nanosecondsPerSecond
            }, LateStore(latency: 5 * millisecond))
        #expect(run.outcome.drained)
        #expect(run.group().handled == 1000)
    }

    @Test(arguments: [100 * microsecond, 20 * millisecond])
    func crashesWhileTheStoreIsAsked(latency: Nanoseconds) throws {
        let faults = [
            Scenario.crashes(8, .beforeCommit, downtime: 50 * millisecond),
            Scenario.crashes(8, .beforeHandling, downtime: 200 * millisecond),
            FaultSpec(
                .processStop(group: 0, member: nil, length: 180 * millisecond),
                .random(count: 4, from: 100 * millisecond, until: 1900 * millisecond)),
            FaultSpec(
                .consumerLeave(group: 0, member: nil, absence: 100 * millisecond),
                .random(count: 4, from: 100 * millisecond, until: 1900 * millisecond)),
        ]
        for seed in 1...2 as ClosedRange<UInt64> {
            for concurrency in [1, 3] {
                let run = try run(
                    scenario(faults) {
                        $0.seed = seed
                        $0.consumers[0].concurrency = concurrency
                        $0.consumers[0].rebalance = seed % 2 == 0 ? .eager : .cooperative
                        $0.workers.consumers = 2
                    }, LateStore(latency: latency))
                expectClosed(run)
                #expect(run.outcome.findings[0].redelivered > 0)
            }
        }
    }

    @Test func aStoreThatGoesAwayAndComesBackIsToldAndCostsNothingElse() throws {
        let crash = FaultSpec(
            .consumerCrash(
                group: 0, member: 0, point: .beforeCommit, downtime: 50 * millisecond),
            .at(700 * millisecond))
        let run = try run(
            scenario([crash]),
            LateStore(
                latency: 100 * microsecond, away: 500 * millisecond..<1200 * millisecond))
        expectClosed(run)
        let asked = try #require(run.outcome.stores[0])
        #expect(asked.statistics.outages == 3)
        let record = try run.record()
        #expect(record.verdict.reasons.contains { $0.code == "store-away" })
        #expect(record.groups[0].store?.lastFailure == "it was away")
    }

    @Test func aStoreThatStaysAwayEndsWithTheDrainAndLosesNothing() throws {
        let run = try run(
            scenario {
                $0.phases.drain = nanosecondsPerSecond
            }, LateStore(latency: 100 * microsecond, away: nanosecondsPerSecond..<Nanoseconds.max))
        let found = run.outcome.findings[0]
        #expect(!run.outcome.drained)
        #expect(run.sent().sent == 2000)
        #expect(found.lost == 0 && found.violations == 0 && found.firstViolations == [])
        #expect(run.group().handled + found.unhandledAtEnd == 2000)
        #expect(run.group().handled > 900 && found.unhandledAtEnd > 900)
        let codes = try run.reasons()
        #expect(codes.contains("store-away"))
        #expect(codes.contains("not-drained"))
    }

    @Test func onlyTheStoreInMemoryCanBeHadWithoutAFactory() throws {
        let error = try #require(throws: RunError.self) {
            _ = try Run(scenario(), on: EmbeddedDriver())
        }
        #expect(error.description.contains("idempotency store redis"))
    }
}
