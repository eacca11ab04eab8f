import Testing
import UrrDriverEmbedded
import UrrPlatform
import UrrWorkload

@testable import UrrEngine

/// Retry storms, slow handlers and replays, in virtual time on the embedded core.
struct RetryTests {
    private func scenario(
        _ faults: [FaultSpec], change: (inout Scenario) -> Void = { _ in }
    ) -> Scenario {
        var scenario = Scenario()
        scenario.topics = [Scenario.topic("events", partitions: 2)]
        scenario.faults = faults
        change(&scenario)
        return scenario
    }

    private static let storm = FaultSpec(
        .retryStorm(producer: 0, share: 0.5, copies: 2, length: 400 * millisecond),
        .at(200 * millisecond))

    @Test(arguments: [0, 100 * microsecond])
    func copiesArriveAndAreExplained(service: Nanoseconds) throws {
        let run = try Simulated(
            scenario([Self.storm]) { $0.consumers[0].serviceTime = .fixed(service) })
        let copies = run.sent().retried
        // 400 messages are due in that time; half of them are sent two times more.
        #expect(copies > 300 && copies < 500 && copies.isMultiple(of: 2))
        #expect(run.sent().sent == 1000 && run.sent().deduplicated == 0)
        let found = run.outcome.findings[0]
        #expect(found.copies == copies && run.group().duplicates == copies)
        #expect(run.group().repeated == copies && run.group().handled == 1000)
        #expect(found.violations == 0 && found.duplicates == 0 && found.firstViolations == [])
        #expect(run.outcome.copies == [copies])
    }

    @Test func anIdempotentProducerStoresEachOnce() throws {
        let run = try Simulated(scenario([Self.storm]) { $0.producers[0].idempotent = true })
        #expect(run.sent().retried > 300)
        #expect(run.sent().deduplicated == run.sent().retried)
        run.expectAllHandled(1000)
        run.expectNothingWrong()
    }

    @Test func aStoreSkipsTheCopies() throws {
        let run = try Simulated(
            scenario([Self.storm]) {
                $0.consumers[0].guarantee = .exactlyOnceEffects
                $0.consumers[0].idempotency = IdempotencySpec()
                $0.consumers[0].serviceTime = .fixed(100 * microsecond)
                $0.consumers[0].concurrency = 4
            })
        let copies = run.sent().retried
        #expect(run.group().skipped == copies && run.group().repeated == 0)
        let store = try #require(run.record().groups[0].store)
        #expect(store.name == "memory" && store.evictions == 0)
        // Each delivery is looked up, and what is not skipped then is recorded.
        #expect(store.keys >= 2000 + copies && store.known == copies)
        #expect(run.group().handled == 1000)
        #expect(run.outcome.findings[0].violations == 0)
    }

    /// A store that is too small forgets, and the effect is applied again: that breaks the promise.
    @Test func aStoreThatForgetsBreaksTheGuarantee() throws {
        let seek = FaultSpec(.seek(group: 0, target: .earliest), .at(900 * millisecond))
        let run = try Simulated(
            scenario([seek]) {
                $0.consumers[0].guarantee = .exactlyOnceEffects
                $0.consumers[0].idempotency = IdempotencySpec(capacity: 100)
            })
        let found = run.outcome.findings[0]
        #expect(run.group().repeated > 700)
        #expect(found.violations == run.group().repeated)
        #expect(
            found.firstViolations.first
                == "events, partition 0, producer 0: message 0 took effect again")
    }

    // MARK: - Replay

    @Test(arguments: [0, 100 * microsecond])
    func aReplayComesAgainAndReconciles(service: Nanoseconds) throws {
        let seek = FaultSpec(.seek(group: 0, target: .earliest), .at(700 * millisecond))
        let run = try Simulated(
            scenario([seek]) { $0.consumers[0].serviceTime = .fixed(service) })
        let found = run.outcome.findings[0]
        #expect(found.redelivered == run.outcome.faults[0].redeliveries)
        #expect(found.redelivered >= 699 && found.redelivered <= 701)
        #expect(run.group().repeated == found.redelivered)
        #expect(run.group().handled == 1000 && found.violations == 0)
    }

    @Test func aReplayFromATimeOrAnOffset() throws {
        let faults = [
            FaultSpec(.seek(group: 0, target: .time(300 * millisecond)), .at(500 * millisecond)),
            FaultSpec(.seek(group: 0, target: .offset(400)), .at(900 * millisecond)),
        ]
        let run = try Simulated(scenario(faults))
        let found = run.outcome.findings[0]
        #expect(run.outcome.faults[0].redeliveries >= 199)
        #expect(run.outcome.faults[0].redeliveries <= 201)
        // Offsets 400 to 449 in each of two partitions.
        #expect(run.outcome.faults[1].redeliveries >= 99)
        #expect(run.outcome.faults[1].redeliveries <= 101)
        #expect(found.redelivered == run.outcome.faults.reduce(0) { $0 + $1.redeliveries })
        #expect(found.violations == 0 && run.group().handled == 1000)
    }

    // MARK: - Slow handlers

    @Test func aSlowPartitionIsSlowAlone() throws {
        let slow = FaultSpec(
            .slowHandler(
                group: 0, scope: SlowScope(partition: 1), factor: 3, delay: 100 * microsecond,
                length: 500 * millisecond), .at(200 * millisecond))
        let run = try Simulated(
            scenario([slow]) { $0.consumers[0].serviceTime = .fixed(100 * microsecond) })
        run.expectAllHandled(1000)
        let service = run.latency(.service)
        // Half of the messages go to that partition, half of the time.
        var slowOnes: UInt64 = 0
        service.forEachBucket { low, _, count in
            if low > 300 * microsecond { slowOnes += count }
        }
        #expect(slowOnes >= 249 && slowOnes <= 251)
        #expect(service.maximum == 400 * microsecond && service.minimum == 100 * microsecond)
    }

    // MARK: - Clock

    @Test func aStepOfTheTimeOfDayDisturbsNothing() throws {
        let step = FaultSpec(
            .clockStep(by: -3600 * nanosecondsPerSecond),
            .every(first: 100 * millisecond, period: 200 * millisecond))
        let undisturbed = try Simulated(scenario([]))
        let disturbed = try Simulated(scenario([step]))
        disturbed.expectAllHandled(1000)
        disturbed.expectNothingWrong()
        #expect(
            disturbed.latency(.response).maximum == undisturbed.latency(.response).maximum)
    }
}
