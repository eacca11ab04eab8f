import BrokenDrivers
import Testing
import UrrPlatform
import UrrWorkload

@testable import UrrEngine

/// A core that gets one message wrong while members crash, leave and return: the faults explain
/// what they cause, and nothing more.
struct BrokenCoreTests {
    /// 1,000 messages a second over two partitions and two members.
    private static func scenario() -> Scenario {
        var scenario = Scenario()
        scenario.phases = PhasesSpec(
            measure: 2 * nanosecondsPerSecond, drain: 5 * nanosecondsPerSecond)
        scenario.topics = [Scenario.topic("events", partitions: 2)]
        scenario.consumers = [Scenario.group("group", service: .fixed(500 * microsecond))]
        scenario.consumers[0].instances = 2
        return scenario
    }

    private func run(
        _ kind: Break?, _ guarantee: Guarantee
    ) throws -> Simulated<BreakingDriver> {
        var scenario = Self.scenario()
        scenario.consumers[0].sessionTimeout = 100 * millisecond
        scenario.consumers[0].guarantee = guarantee
        scenario.consumers[0].commit =
            guarantee == .atMostOnce ? .beforeProcessing : .afterProcessing
        if guarantee == .exactlyOnceEffects {
            scenario.consumers[0].idempotency = IdempotencySpec()
        }
        scenario.faults = [
            FaultSpec(
                .consumerCrash(
                    group: 0, member: 0, point: .beforeCommit, downtime: 200 * millisecond),
                .at(500 * millisecond)),
            FaultSpec(
                .consumerLeave(group: 0, member: 0, absence: 200 * millisecond),
                .at(1200 * millisecond)),
        ]
        return try Simulated(scenario, on: BreakingDriver(kind, at: 550))
    }

    static let guarantees: [Guarantee] = [.atLeastOnce, .atMostOnce, .exactlyOnceEffects]

    @Test(arguments: guarantees) func withoutABreakNothingIsWrong(_ guarantee: Guarantee) throws {
        let run = try run(nil, guarantee)
        #expect(run.outcome.findings[0].violations == 0)
        #expect(run.outcome.findings[0].firstViolations == [])
        #expect(run.outcome.rebalances[0] == 4)
    }

    @Test(arguments: [Break.drop, .deliverTwice, .swap], guarantees)
    func aBreakIsCountedOnceAndNamed(_ kind: Break, _ guarantee: Guarantee) throws {
        let run = try run(kind, guarantee)
        let found = run.outcome.findings[0]
        #expect(run.driver.isSpent)
        #expect(found.violations == 1)
        #expect(found.duplicates == (kind == .deliverTwice ? 1 : 0))
        #expect(found.reordered == (kind == .swap ? 1 : 0))
        #expect(found.lost - found.lostByCrash == (kind == .drop ? 1 : 0))
        let text =
            kind == .deliverTwice ? "message 550 again" : "expected message 550, got 551"
        #expect(found.firstViolations == ["events, partition 0, producer 0: \(text)"])
    }

    @Test func aRecordForTwoMembersIsCountedOnceAndNamed() throws {
        let run = try Simulated(Self.scenario(), on: BreakingDriver(.deliverToTwo, at: 550))
        let found = run.outcome.findings[0]
        #expect(run.driver.isSpent)
        #expect(found.violations == 1 && found.duplicates == 1 && found.lost == 0)
        #expect(found.firstViolations == ["events, partition 0, producer 0: message 550 again"])
    }

    /// After a partition changed hands the group goes on at the committed offset, not beside it.
    @Test(arguments: [Break.resumeLate, .resumeEarly], guarantees)
    func goingOnAtAnotherOffsetIsNoticed(_ kind: Break, _ guarantee: Guarantee) throws {
        let run = try run(kind, guarantee)
        let found = run.outcome.findings[0]
        #expect(run.driver.isSpent)
        #expect(found.violations == 1)
        #expect(found.firstViolations.count == 1)
        #expect(found.duplicates == (kind == .resumeEarly ? 1 : 0))
        #expect(found.lost - found.lostByCrash == (kind == .resumeLate ? 1 : 0))
    }
}
