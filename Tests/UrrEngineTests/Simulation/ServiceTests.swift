import Testing
import UrrPlatform
import UrrWorkload

@testable import UrrEngine

/// Latencies of simulated runs against arithmetic.
struct ServiceTests {
    /// One second of a steady stream into one member.
    private func steady(
        rate: Double, service: Nanoseconds, concurrency: Int = 1
    ) -> Scenario {
        var scenario = Scenario()
        scenario.producers = [Scenario.producer("source", rate: rate)]
        scenario.consumers = [Scenario.group("group", service: .fixed(service))]
        scenario.consumers[0].concurrency = concurrency
        return scenario
    }

    @Test func withoutCongestionResponseIsService() throws {
        let run = try Simulated(steady(rate: 1000, service: 200 * microsecond))
        run.expectAllHandled(1000)
        run.expectNothingWrong()
        let constant = [Nanoseconds](repeating: 200 * microsecond, count: 1000)
        try run.latency(.service).expect(constant)
        try run.latency(.response).expect(constant)
        try run.latency(.endToEnd).expect(constant)
        let none = [Nanoseconds](repeating: 0, count: 1000)
        try run.latency(.queueing).expect(none)
        try run.outcome.producers.sendDelay[1].expect(none)
        try run.acknowledgement().expect(none)
        #expect(run.sent().maximumLateness == 0 && run.group().maximumTimerLateness == 0)
    }

    @Test func anInstantHandlerTakesNoTime() throws {
        let run = try Simulated(steady(rate: 1000, service: 0))
        run.expectAllHandled(1000)
        try run.latency(.response).expect([Nanoseconds](repeating: 0, count: 1000))
    }

    @Test(arguments: [(1, 1500), (1, 3000), (2, 1900), (3, 4100)])
    func aCongestedQueueFollowsTheRecursion(concurrency: Int, serviceMicroseconds: Int) throws {
        let service = Nanoseconds(serviceMicroseconds) * microsecond
        let run = try Simulated(
            steady(rate: 1000, service: service, concurrency: concurrency))
        run.expectAllHandled(1000)
        run.expectNothingWrong()
        let model = QueueModel(service: service, servers: concurrency)
        let responses = model.responses(QueueModel.steady(1000, every: millisecond))
        try run.latency(.response).expect(responses)
        try run.latency(.queueing).expect(responses.map { $0 - service })
        try run.latency(.service).expect([Nanoseconds](repeating: service, count: 1000))
    }

    @Test func aBurstIsWorkedOffOneByOne() throws {
        var scenario = steady(rate: 1, service: 100 * microsecond)
        scenario.producers = [
            Scenario.producer(
                "source", .burst(BurstShape(size: 300, every: 250 * millisecond)))
        ]
        let run = try Simulated(scenario)
        run.expectAllHandled(1200)
        let burst = (1...300).map { Nanoseconds($0) * 100 * microsecond }
        try run.latency(.response).expect(burst + burst + burst + burst)
        // All of a burst is sent when it is due.
        #expect(run.sent().maximumLateness == 0)
    }

    @Test func severalMembersShareTheWork() throws {
        var scenario = steady(rate: 4000, service: 900 * microsecond)
        scenario.topics = [Scenario.topic("events", partitions: 4)]
        scenario.consumers[0].instances = 4
        let run = try Simulated(scenario)
        run.expectAllHandled(4000)
        // Each partition gets a message every millisecond.
        try run.latency(.response).expect(
            [Nanoseconds](repeating: 900 * microsecond, count: 4000))
    }

    @Test func oneMemberOfAllPartitionsIsOneServer() throws {
        var scenario = steady(rate: 1000, service: 1100 * microsecond)
        scenario.topics = [Scenario.topic("events", partitions: 4)]
        let run = try Simulated(scenario)
        run.expectAllHandled(1000)
        // The order among partitions is the member's choice, the time that it is busy is not.
        let last = QueueModel(service: 1100 * microsecond)
            .responses(QueueModel.steady(1000, every: millisecond)).last!
        #expect(run.latency(.response).maximum! >= last)
        #expect(run.outcome.lag[0].finalLag == 0)
        try run.latency(.service).expect(
            [Nanoseconds](repeating: 1100 * microsecond, count: 1000))
    }

    @Test func fiveHundredMembersKeepTheirTimeline() throws {
        var scenario = steady(rate: 200_000, service: millisecond)
        scenario.phases.measure = 60 * millisecond
        scenario.topics = [
            Scenario.topic("events", partitions: 500, capacityBytes: 4096)
        ]
        scenario.topics[0].maximumMessageSize = 512
        scenario.consumers[0].instances = 500
        let run = try Simulated(scenario)
        run.expectAllHandled(12_000)
        run.expectNothingWrong()
        let constant = [Nanoseconds](repeating: millisecond, count: 12_000)
        try run.latency(.service).expect(constant)
        try run.latency(.response).expect(constant)
        #expect(run.group().maximumTimerLateness == 0)
    }

    @Test func randomServiceTimesAreThoseOfTheSampler() throws {
        var scenario = steady(rate: 1000, service: 0)
        scenario.consumers[0].serviceTime = .exponential(mean: 500 * microsecond)
        scenario.consumers[0].concurrency = 64
        let run = try Simulated(scenario)
        run.expectAllHandled(1000)
        let mean = try #require(run.latency(.service).mean)
        // Four standard errors of the mean of a thousand exponential times.
        #expect(isClose(mean, to: 500_000, within: 4 / 1000.0.squareRoot()))
        #expect(run.latency(.service).maximum! > 2_000_000)
    }
}
