import Testing
import UrrDriverEmbedded
import UrrPlatform
import UrrResults
import UrrWorkload

@testable import UrrEngine

/// What groups do against a backlog, each by itself, in virtual time: what it leaves out is counted
/// to the message, and what it handles comes when it should.
struct RemedyTests {
    /// Two seconds of two topics with 500 messages a second each; the group handles 500 a second.
    private func run(_ change: (inout Scenario) -> Void) throws -> Simulated<EmbeddedDriver> {
        var scenario = Scenario()
        scenario.phases = PhasesSpec(
            measure: 2 * nanosecondsPerSecond, drain: 30 * nanosecondsPerSecond)
        scenario.topics = [Scenario.topic("high"), Scenario.topic("low")]
        scenario.producers = [
            Scenario.producer("vip", topic: 0, rate: 500),
            Scenario.producer("regular", topic: 1, rate: 500),
        ]
        scenario.consumers = [
            Scenario.group("group", topics: [0, 1], service: .fixed(2 * millisecond))
        ]
        scenario.consumers[0].maxPollRecords = 10
        change(&scenario)
        return try Simulated(scenario)
    }

    private func sources(_ run: Simulated<EmbeddedDriver>) throws -> [SourceRecord] {
        try #require(run.record().groups[0].bySource)
    }

    /// Nothing is lost, and what was delivered was handled or left out.
    private func expectSound(_ run: Simulated<EmbeddedDriver>) throws {
        let record = try run.record()
        let books = record.groups[0].accounting
        #expect(run.outcome.drained)
        #expect(books.violations == 0 && books.lost == 0 && books.delivered == 2000)
        #expect(books.handled + books.shed + books.expired + books.shortCircuited == 2000)
        let sources = try sources(run)
        #expect(sources.reduce(0) { $0 + $1.handled } == books.handled)
        #expect(sources.reduce(0) { $0 + $1.shed } == books.shed)
        #expect(sources.reduce(0) { $0 + $1.expired } == books.expired)
        #expect(sources.reduce(0) { $0 + $1.shortCircuited } == books.shortCircuited)
        for source in sources {
            #expect(
                source.handled + source.shed + source.expired + source.shortCircuited == 1000)
        }
    }

    @Test func withoutARemedyTheBacklogGrows() throws {
        let run = try run { _ in }
        try expectSound(run)
        #expect(try sources(run).map(\.handled) == [1000, 1000])
        // 1,000 messages behind at the end: 2 s.
        #expect(run.latency(.response).maximum! > 1900 * millisecond)
    }

    @Test func aBatchCostsOnce() throws {
        let run = try run {
            $0.consumers[0].serviceTime = .fixed(200 * microsecond)
            $0.consumers[0].remedies.batching = BatchingSpec(messages: 10, cost: 2 * millisecond)
        }
        try expectSound(run)
        // Ten messages in 4 ms: 2,500 a second, so that nothing waits for long.
        #expect(run.latency(.response).maximum! < 30 * millisecond)
        // All of a batch end together: a batch of n takes 2 ms and n times 200 us.
        let service = run.latency(.service)
        #expect(service.minimum! >= 2200 * microsecond && service.maximum! <= 4000 * microsecond)
    }

    @Test func theLowTopicIsShedWhileBehind() throws {
        let run = try run {
            $0.consumers[0].remedies.shedding = SheddingSpec(lag: 50, topicIndexes: [1])
        }
        try expectSound(run)
        let sources = try sources(run)
        #expect(sources[0].shed == 0 && sources[0].handled == 1000)
        #expect(sources[1].shed > 500 && sources[1].shed < 1000)
        #expect(sources[0].latencies.response.maxNs! < 400 * millisecond)
    }

    @Test func theOldExpire() throws {
        let run = try run { $0.consumers[0].remedies.timeToLive = 100 * millisecond }
        try expectSound(run)
        let books = try run.record().groups[0].accounting
        #expect(books.expired > 800 && books.expired < 1100)
        // Nothing begins later than that.
        #expect(run.latency(.response).maximum! <= 102 * millisecond)
    }

    @Test func theFirstTopicComesFirst() throws {
        let run = try run { $0.consumers[0].remedies.polling = .strict }
        try expectSound(run)
        let sources = try sources(run)
        #expect(sources.map(\.handled) == [1000, 1000])
        #expect(sources[0].latencies.response.maxNs! < 80 * millisecond)
        #expect(sources[1].latencies.response.maxNs! > 1900 * millisecond)
    }

    @Test func weightsDivideThePolls() throws {
        let run = try run {
            $0.producers[0].arrivals = ArrivalSpec(.constant(rate: 500))
            $0.consumers[0].remedies.polling = .weighted([4, 1])
        }
        try expectSound(run)
        let (high, low) = (try sources(run)[0].latencies, try sources(run)[1].latencies)
        // 400 of 500 a second against 100 of 500: the one is far less behind than the other.
        #expect(high.response.maxNs! * 2 < low.response.maxNs!)
        #expect(high.response.maxNs! > 100 * millisecond)
    }

    @Test(arguments: OpenAction.allCases) func aCircuitBreaker(whileOpen: OpenAction) throws {
        let run = try run {
            $0.consumers[0].serviceTime = .fixed(500 * microsecond)
            $0.faults = [
                FaultSpec(
                    .slowHandler(
                        group: 0, scope: SlowScope(), factor: 1, delay: 50 * millisecond,
                        length: 500 * millisecond), .at(500 * millisecond))
            ]
            $0.consumers[0].remedies.circuitBreaker = CircuitBreakerSpec(
                slowerThan: 10 * millisecond, failures: 2, open: 200 * millisecond, probes: 3,
                whileOpen: whileOpen)
        }
        try expectSound(run)
        let breaker = try #require(run.record().groups[0].breaker)
        // Twice 50.5 ms, then open for 200 ms, and again after one probe; then the handler is well.
        #expect(
            breaker.changes.map(\.state).prefix(4) == ["open", "half-open", "open", "half-open"])
        #expect(breaker.changes.last?.state == "closed")
        #expect(breaker.opened == 2)
        #expect(breaker.openNs >= 400 * millisecond)
        let books = try run.record().groups[0].accounting
        #expect((books.shortCircuited > 0) == (whileOpen == .skip))
        if whileOpen == .skip { #expect(run.latency(.response).maximum! < 110 * millisecond) }
    }

    @Test func remediesGoTogether() throws {
        let run = try run {
            $0.consumers[0].serviceTime = .fixed(2 * millisecond)
            $0.consumers[0].remedies.batching = BatchingSpec(messages: 5, cost: millisecond)
            $0.consumers[0].remedies.polling = .strict
            $0.consumers[0].remedies.timeToLive = 200 * millisecond
            $0.consumers[0].remedies.shedding = SheddingSpec(lag: 100, topicIndexes: [1])
        }
        try expectSound(run)
    }

    /// A crash in the middle of a batch: it comes again, and nothing is lost or counted twice.
    @Test func aCrashInABatch() throws {
        let run = try run {
            $0.consumers[0].instances = 2
            $0.consumers[0].sessionTimeout = 50 * millisecond
            $0.consumers[0].remedies.batching = BatchingSpec(messages: 10, cost: millisecond)
            $0.faults = [
                FaultSpec(
                    .consumerCrash(
                        group: 0, member: 0, point: .beforeCommit, downtime: 100 * millisecond),
                    .at(500 * millisecond))
            ]
        }
        let books = try run.record().groups[0].accounting
        #expect(run.outcome.drained && books.lost == 0 && books.violations == 0)
        #expect(books.handled == 2000 && books.repeated > 0)
    }
}
