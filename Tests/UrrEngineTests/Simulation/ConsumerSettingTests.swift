import Testing
import UrrDriver
import UrrPlatform
import UrrWorkload

@testable import UrrEngine

/// Members, commits, freezes.
struct ConsumerSettingTests {
    @Test func membersBeyondThePartitionsAreIdle() throws {
        var scenario = Scenario()
        scenario.topics = [Scenario.topic("events", partitions: 2)]
        scenario.consumers = [Scenario.group("group", service: .fixed(100 * microsecond))]
        scenario.consumers[0].instances = 5
        let run = try Simulated(scenario)
        run.expectAllHandled(1000)
        run.expectNothingWrong()
        #expect(run.outcome.idleMembers == [3])
        #expect(try run.record().groups[0].idleMembers == 3)
    }

    @Test func groupsDoNotDisturbEachOther() throws {
        var scenario = Scenario()
        scenario.consumers = [
            Scenario.group("quick"), Scenario.group("slow", service: .fixed(1500 * microsecond)),
        ]
        let run = try Simulated(scenario)
        for group in 0..<2 {
            #expect(run.group(group).handled == 1000)
            run.expectNothingWrong(group)
        }
        #expect(run.latency(.response, group: 0).maximum == 0)
        let model = QueueModel(service: 1500 * microsecond)
        try run.latency(.response, group: 1).expect(
            model.responses(QueueModel.steady(1000, every: millisecond)))
    }

    @Test func committingAfterEachMessageKeepsTheLagAtOne() throws {
        var scenario = Scenario()
        scenario.consumers = [Scenario.group("group", service: .fixed(300 * microsecond))]
        let run = try Simulated(scenario) { $0.lagInterval = 100 * microsecond }
        #expect(try run.record().groups[0].lag.peak == 1)
    }

    @Test(arguments: [0, 100 * microsecond])
    func automaticCommitsComeByTheInterval(service: Nanoseconds) throws {
        var scenario = Scenario()
        scenario.consumers = [Scenario.group("group", service: .fixed(service))]
        scenario.consumers[0].commit = .automatic(interval: 100 * millisecond)
        let run = try Simulated(scenario)
        run.expectAllHandled(1000)
        run.expectNothingWrong()
        // A hundred messages come between two commits; the message that is there at the poll
        // itself is not among the committed ones.
        let lag = try run.record().groups[0].lag
        #expect(lag.peak >= 98 && lag.peak <= 102)
        #expect(lag.finalLag == 0)
    }

    /// Offsets are committed before the handlers have ended, but the run does not end before.
    @Test(arguments: [1, 4])
    func automaticCommitsDoNotEndTheRunEarly(concurrency: Int) throws {
        var scenario = Scenario()
        scenario.phases.measure = 100 * millisecond
        scenario.consumers = [Scenario.group("group", service: .fixed(60 * millisecond))]
        scenario.consumers[0].concurrency = concurrency
        scenario.consumers[0].commit = .automatic(interval: millisecond)
        scenario.producers = [Scenario.producer("source", rate: 200)]
        let run = try Simulated(scenario)
        run.expectAllHandled(20)
        run.expectNothingWrong()
        #expect(run.latency(.response).count == 20)
    }

    @Test func handlersThatOvertakeDoNotCommitWhatIsNotDone() throws {
        var scenario = Scenario()
        scenario.phases = PhasesSpec(measure: 200 * millisecond, drain: 0)
        scenario.consumers = [
            Scenario.group("group", service: .lognormal(median: 20_000_000, sigma: 2))
        ]
        scenario.consumers[0].concurrency = 16
        let run = try Simulated(scenario, on: TappedDriver())
        let position = run.driver.position(
            group: 0, of: TopicPartition(topic: 0, partition: 0))
        // Some handlers overtook others, and none of the offsets behind the slowest is committed.
        #expect(position.committedOffset < Int64(run.group().handled))
        #expect(position.committedOffset > 0)
        let unhandled = run.outcome.findings[0].unhandledAtEnd
        #expect(unhandled == UInt64(position.endOffset - position.committedOffset))
        #expect(run.outcome.findings[0].lost == 0)
    }

    // MARK: - Freezes

    private func frozen(
        service: Nanoseconds, _ freezes: [Range<Nanoseconds>]
    ) throws -> (run: Simulated<TappedDriver>, responses: [Nanoseconds]) {
        var scenario = Scenario()
        scenario.consumers = [Scenario.group("group", service: .fixed(service))]
        let run = try Simulated(scenario, on: TappedDriver()) { plan in
            plan.freezes = freezes.map {
                FreezePlan(group: 0, from: $0.lowerBound, length: $0.upperBound - $0.lowerBound)
            }
        }
        let model = QueueModel(service: service, frozen: freezes)
        return (run, model.responses(QueueModel.steady(1000, every: millisecond)))
    }

    @Test(arguments: [0, 100 * microsecond, 700 * microsecond])
    func aFreezeShowsInTheResponseAndNotInTheService(service: Nanoseconds) throws {
        let (run, responses) = try frozen(
            service: service, [400 * millisecond..<600 * millisecond])
        run.expectAllHandled(1000)
        run.expectNothingWrong()
        try run.latency(.response).expect(responses)
        #expect(run.latency(.response).maximum == 200 * millisecond + service)
        try run.latency(.service).expect([Nanoseconds](repeating: service, count: 1000))
        // A fifth of the messages was due in the freeze, and each waited for its end.
        #expect(responses.count { $0 > service } >= 200)
    }

    @Test func everyFreezeOfAGroupCounts() throws {
        let (run, responses) = try frozen(
            service: 100 * microsecond,
            [
                100 * millisecond..<150 * millisecond, 400 * millisecond..<420 * millisecond,
                700 * millisecond..<800 * millisecond,
            ])
        run.expectAllHandled(1000)
        try run.latency(.response).expect(responses)
    }

    @Test func freezesInAnyOrderAndOverlapping() throws {
        let (run, responses) = try frozen(
            service: 100 * microsecond,
            [
                600 * millisecond..<650 * millisecond, 200 * millisecond..<260 * millisecond,
                250 * millisecond..<300 * millisecond,
            ])
        run.expectAllHandled(1000)
        // The model goes through the freezes in the order given: a start that is pushed from the
        // second into the third is pushed on.
        try run.latency(.response).expect(responses)
    }

    @Test func aFreezeOfOneGroupIsNotOfTheOther() throws {
        var scenario = Scenario()
        scenario.consumers = [Scenario.group("cold"), Scenario.group("warm")]
        let run = try Simulated(scenario) { plan in
            plan.freezes = [
                FreezePlan(group: 0, from: 100 * millisecond, length: 50 * millisecond)
            ]
        }
        #expect(run.latency(.response, group: 0).maximum == 50 * millisecond)
        #expect(run.latency(.response, group: 1).maximum == 0)
    }
}
