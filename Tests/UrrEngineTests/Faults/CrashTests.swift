import Testing
import UrrDriverEmbedded
import UrrPlatform
import UrrWorkload

@testable import UrrEngine

/// Members that crash, leave, join and stand still, in virtual time on the embedded core: what is
/// lost, repeated and skipped is what the faults imply, to the last message.
struct CrashTests {
    /// 1,000 messages a second over four partitions, two members that take 1 ms for each.
    private func scenario(
        _ guarantee: Guarantee, _ faults: [FaultSpec], change: (inout Scenario) -> Void = { _ in }
    ) -> Scenario {
        var scenario = Scenario()
        scenario.phases = PhasesSpec(
            measure: 2 * nanosecondsPerSecond, drain: 10 * nanosecondsPerSecond)
        scenario.topics = [Scenario.topic("events", partitions: 4)]
        scenario.consumers = [Scenario.group("group", service: .fixed(millisecond))]
        scenario.consumers[0].instances = 2
        scenario.consumers[0].sessionTimeout = 200 * millisecond
        scenario.consumers[0].guarantee = guarantee
        scenario.consumers[0].commit =
            guarantee == .atMostOnce ? .beforeProcessing : .afterProcessing
        if guarantee == .exactlyOnceEffects {
            scenario.consumers[0].idempotency = IdempotencySpec()
        }
        scenario.faults = faults
        change(&scenario)
        return scenario
    }

    private static func crash(
        at: Nanoseconds, _ point: CrashPoint, member: Int? = 0,
        downtime: Nanoseconds? = 300 * millisecond
    ) -> FaultSpec {
        FaultSpec(
            .consumerCrash(group: 0, member: member, point: point, downtime: downtime), .at(at))
    }

    private static let crashes = [
        crash(at: 300 * millisecond, .beforeHandling), crash(at: 900 * millisecond, .beforeCommit),
        crash(at: 1400 * millisecond, .beforeHandling, member: 1),
    ]

    /// Fails where the books do not close: everything sent is handled or lost, nothing is wrong.
    private func expectClosed(
        _ run: Simulated<EmbeddedDriver>, sent: UInt64 = 2000,
        sourceLocation: SourceLocation = #_sourceLocation
    ) {
        let found = run.outcome.findings[0]
        #expect(run.sent().sent == sent, sourceLocation: sourceLocation)
        #expect(run.outcome.drained, sourceLocation: sourceLocation)
        #expect(run.group().delivered == sent, sourceLocation: sourceLocation)
        #expect(run.group().handled + found.lost == sent, sourceLocation: sourceLocation)
        #expect(found.violations == 0, sourceLocation: sourceLocation)
        #expect(found.firstViolations == [], sourceLocation: sourceLocation)
        #expect(found.unhandledAtEnd == 0, sourceLocation: sourceLocation)
        #expect(found.duplicates == 0 && found.reordered == 0, sourceLocation: sourceLocation)
        let due = run.outcome.faults.reduce(0) { $0 + $1.redeliveries }
        #expect(found.redelivered == due, sourceLocation: sourceLocation)
    }

    @Test(arguments: [RebalanceProtocol.eager, .cooperative])
    func atLeastOnceRepeatsAndLosesNothing(_ rebalance: RebalanceProtocol) throws {
        let run = try Simulated(
            scenario(.atLeastOnce, Self.crashes) { $0.consumers[0].rebalance = rebalance })
        expectClosed(run)
        let found = run.outcome.findings[0]
        #expect(found.lost == 0)
        #expect(found.redelivered > 0)
        #expect(run.outcome.faults.count == 3)
        // Only the crash between handling and commit repeats an effect, and exactly one: its
        // handler is alone.
        #expect(run.group().repeated == 1)
        #expect(run.group().skipped == 0)
        // A crash, its discovery and the return: two new divisions each.
        #expect(run.outcome.rebalances[0] == 6)
    }

    @Test(arguments: [RebalanceProtocol.eager, .cooperative])
    func atMostOnceLosesAndRepeatsNothing(_ rebalance: RebalanceProtocol) throws {
        let run = try Simulated(
            scenario(.atMostOnce, Self.crashes) { $0.consumers[0].rebalance = rebalance })
        expectClosed(run)
        let found = run.outcome.findings[0]
        #expect(found.redelivered == 0 && run.group().repeated == 0)
        #expect(found.lost == run.outcome.faults.reduce(0) { $0 + $1.dropped })
        #expect(found.lost > 0 && found.lostByCrash == found.lost)
    }

    @Test(arguments: [RebalanceProtocol.eager, .cooperative])
    func exactlyOnceEffectsDoNeither(_ rebalance: RebalanceProtocol) throws {
        let run = try Simulated(
            scenario(.exactlyOnceEffects, Self.crashes) { $0.consumers[0].rebalance = rebalance })
        expectClosed(run)
        let found = run.outcome.findings[0]
        #expect(found.lost == 0 && run.group().repeated == 0)
        #expect(found.redelivered > 0)
        #expect(run.group().skipped == 1)
    }

    @Test func automaticCommitsRepeatWhatTheyHadNotReached() throws {
        let run = try Simulated(
            scenario(.atLeastOnce, [Self.crash(at: 990 * millisecond, .beforeHandling)]) {
                $0.consumers[0].commit = .automatic(interval: 500 * millisecond)
            })
        expectClosed(run)
        // About half a second of one member's messages was handled and not committed.
        #expect(run.group().repeated > 200 && run.group().repeated < 260)
    }

    @Test func aMemberThatStaysAwayIsReplaced() throws {
        let run = try Simulated(
            scenario(
                .atLeastOnce,
                [Self.crash(at: 500 * millisecond, .beforeHandling, downtime: nil)]))
        expectClosed(run)
        #expect(run.outcome.rebalances[0] == 1)
        // Its two partitions had no reader until the group found out.
        #expect(run.outcome.rebalancePauses[0].count >= 2)
        #expect(run.outcome.rebalancePauses[0].maximum ?? 0 >= 200 * millisecond)
    }

    @Test func withoutADiscoveryItsPartitionsAreNotRead() throws {
        let run = try Simulated(
            scenario(
                .atLeastOnce,
                [Self.crash(at: 500 * millisecond, .beforeHandling, downtime: nil)]
            ) { $0.consumers[0].sessionTimeout = 60 * nanosecondsPerSecond })
        let found = run.outcome.findings[0]
        #expect(!run.outcome.drained)
        #expect(found.unhandledAtEnd > 700 && found.lost == 0 && found.violations == 0)
    }

    @Test(arguments: [RebalanceProtocol.eager, .cooperative])
    func membersThatComeAndGoInOrderRepeatNothing(_ rebalance: RebalanceProtocol) throws {
        let faults = [
            FaultSpec(
                .consumerJoin(group: 0, members: 2, stay: 600 * millisecond), .at(400 * millisecond)
            ),
            FaultSpec(
                .consumerLeave(group: 0, member: 0, absence: 300 * millisecond),
                .at(1300 * millisecond)),
        ]
        let run = try Simulated(
            scenario(.atLeastOnce, faults) { $0.consumers[0].rebalance = rebalance })
        expectClosed(run)
        #expect(run.group().duplicates == 0 && run.group().repeated == 0)
        #expect(run.outcome.rebalances[0] == 6)
        #expect(run.outcome.rebalancePauses[0].count > 0)
    }

    @Test func cooperativelyOnlyWhatMovesPauses() throws {
        let join = FaultSpec(
            .consumerJoin(group: 0, members: 1, stay: nil), .at(500 * millisecond))
        let pauses = try [RebalanceProtocol.eager, .cooperative].map { rebalance in
            let run = try Simulated(
                scenario(.atLeastOnce, [join]) {
                    $0.consumers[0].rebalance = rebalance
                    $0.consumers[0].assignment = .sticky
                    $0.topics = [Scenario.topic("events", partitions: 6)]
                })
            return withExtendedLifetime(run) { run.outcome.rebalancePauses[0].count }
        }
        // Eagerly all six, but for those of the member that was the last to go along: it has them
        // back at once.
        #expect(pauses[0] == 4)
        #expect(pauses[1] == 2)
    }

    @Test func aShortStopDelaysAndNothingElse() throws {
        let stop = FaultSpec(
            .processStop(group: 0, member: 0, length: 150 * millisecond), .at(500 * millisecond))
        let run = try Simulated(scenario(.atLeastOnce, [stop]))
        expectClosed(run)
        #expect(run.group().duplicates == 0)
        #expect(run.outcome.rebalances[0] == 0)
        let longest = run.latency(.response).maximum ?? 0
        #expect(longest >= 150 * millisecond && longest < 400 * millisecond)
    }

    @Test func aLongStopCostsTheMemberItsPartitions() throws {
        let stop = FaultSpec(
            .processStop(group: 0, member: 0, length: 600 * millisecond), .at(500 * millisecond))
        let run = try Simulated(scenario(.atLeastOnce, [stop]))
        expectClosed(run)
        #expect(run.outcome.rebalances[0] == 2)
    }

    /// A crash is found out while the member, back again, stands still for a moment: that is another
    /// life of it.
    @Test func anOldCrashDoesNotEndANewLife() throws {
        let faults = [
            Self.crash(at: 300 * millisecond, .beforeHandling, downtime: 50 * millisecond),
            FaultSpec(
                .processStop(group: 0, member: 0, length: 100 * millisecond),
                .at(450 * millisecond)),
        ]
        let run = try Simulated(
            scenario(.atLeastOnce, faults) { $0.consumers[0].rebalance = .cooperative })
        expectClosed(run)
        // The crash, its discovery, the return; the stop is too short to count.
        #expect(run.outcome.rebalances[0] == 2)
    }

    @Test func crashesAtRandomInstants() throws {
        let faults = [
            Scenario.crashes(12, .beforeCommit, downtime: 50 * millisecond),
            Scenario.crashes(12, .beforeHandling, downtime: 400 * millisecond),
        ]
        for guarantee in [Guarantee.atLeastOnce, .atMostOnce, .exactlyOnceEffects] {
            for concurrency in [1, 3] {
                for seed in 1...4 as ClosedRange<UInt64> {
                    let run = try Simulated(
                        scenario(guarantee, faults) {
                            $0.seed = seed
                            $0.consumers[0].concurrency = concurrency
                            $0.consumers[0].instances = 3
                            $0.workers.consumers = 2
                            $0.consumers[0].serviceTime = .exponential(mean: 2 * millisecond)
                        })
                    expectClosed(run)
                    let found = run.outcome.findings[0]
                    if guarantee != .atMostOnce { #expect(found.lost == 0) }
                    if guarantee != .atLeastOnce { #expect(run.group().repeated == 0) }
                }
            }
        }
    }
}
