import Testing
import UrrDriver
import UrrDriverEmbedded
import UrrPlatform
import UrrResults
import UrrWorkload

@testable import UrrDriverVirtual
@testable import UrrEngine

/// The logs of a simulation give what the embedded core gives, message for message.
struct VirtualDriverTests {
    /// Three partitions, two groups of which one has more members than partitions, an overload that
    /// is worked off, everything drawn at random.
    private func scenario(_ change: (inout Scenario) -> Void = { _ in }) -> Scenario {
        var scenario = Scenario()
        scenario.phases = PhasesSpec(
            warmup: 100 * millisecond, measure: nanosecondsPerSecond,
            drain: 20 * nanosecondsPerSecond)
        scenario.topics = [Scenario.topic("events", partitions: 3, capacityBytes: 1 << 20)]
        scenario.producers = [Scenario.producer("source", rate: 2000)]
        scenario.producers[0].arrivals.variance = .poisson
        scenario.producers[0].keys = .zipf(cardinality: 100, exponent: 1)
        scenario.producers[0].instances = 3
        scenario.consumers = [
            Scenario.group("slow", service: .fixed(2 * millisecond)), Scenario.group("instant"),
        ]
        scenario.consumers[0].instances = 5
        scenario.consumers[1].instances = 2
        change(&scenario)
        return scenario
    }

    private func expectSame(_ scenario: Scenario) throws {
        let one = try Simulated(scenario, on: EmbeddedDriver())
        let other = try Simulated(scenario, on: VirtualDriver())
        let expected = try one.record()
        let record = try other.record()
        #expect(expected.accounting.handled > 1000)
        #expect(record.accounting == expected.accounting)
        #expect(record.groups == expected.groups)
        #expect(record.producers == expected.producers)
        #expect(record.phases == expected.phases)
        let rows = zip(record.series.rows, expected.series.rows)
        #expect(rows.allSatisfy { $0.groups == $1.groups && $0.sent == $1.sent })
    }

    @Test func theSameRunGivesTheSameRecord() throws { try expectSame(scenario()) }

    @Test func concurrentHandlersAndBatchesToo() throws {
        try expectSame(
            scenario { scenario in
                scenario.consumers[0].concurrency = 3
                scenario.consumers[0].maxPollRecords = 7
                scenario.producers[0].batch = BatchSpec(messages: 5, linger: 3 * millisecond)
            })
    }

    @Test func automaticCommitsToo() throws {
        try expectSame(
            scenario { $0.consumers[0].commit = .automatic(interval: 50 * millisecond) })
    }

    @Test func twoTopicsAndDifferentDivisionsToo() throws {
        try expectSame(
            scenario { scenario in
                scenario.topics.append(
                    Scenario.topic("more", partitions: 4, capacityBytes: 1 << 20))
                scenario.producers.append(Scenario.producer("second", topic: 1, rate: 500))
                scenario.consumers[0].topicIndexes = [0, 1]
                scenario.consumers[0].assignment = .roundRobin
            })
    }

    /// What is noticed late is late in the books and does not slow the handlers down.
    @Test func noticingIsCharged() throws {
        let scenario = scenario()
        let prompt = try Simulated(scenario, on: VirtualDriver())
        let late = try Simulated(scenario, on: VirtualDriver()) {
            $0.noticing = 10 * microsecond
        }
        let before = try #require(prompt.latency(.service).bounds)
        let after = try #require(late.latency(.service).bounds)
        #expect(before == 2 * millisecond...2 * millisecond)
        #expect(abs(after.upperBound - before.upperBound - 10 * microsecond) < 2 * microsecond)
        #expect(late.group().handled == prompt.group().handled)
        let lag = try #require(prompt.outcome.lag[0].peak)
        let lagLate = try #require(late.outcome.lag[0].peak)
        #expect(abs(lag.lag - lagLate.lag) <= 2)
    }

    @Test func memoryGoesBackWhenEveryGroupHasCommitted() {
        let pool = UnsafeMutablePointer<ChunkPool>.allocate(capacity: 1)
        pool.initialize(to: ChunkPool())
        defer {
            pool.pointee.deallocate()
            pool.deinitialize(count: 1)
            pool.deallocate()
        }
        var log = VirtualPartition(groups: 2, pool: pool)
        defer { log.deallocate() }
        for value in 0..<10_000 as Range<Int64> {
            log.append().storeBytes(of: value, as: Int64.self)
        }
        log.published = log.end
        #expect(pool.pointee.used == 79)
        for offset in [0, 127, 128, 9_999] as [Int64] {
            #expect(log.record(offset).load(as: Int64.self) == offset)
        }
        log.commit(group: 0, offset: 10_000)
        #expect(pool.pointee.used == 79)
        log.commit(group: 1, offset: 5_000)
        #expect(pool.pointee.used == 79 - 39)
        #expect(log.record(5_000).load(as: Int64.self) == 5_000)
        log.commit(group: 1, offset: 10_000)
        #expect(pool.pointee.used == 1)
        for value in 10_000..<30_000 as Range<Int64> {
            log.append().storeBytes(of: value, as: Int64.self)
        }
        #expect(log.record(29_999).load(as: Int64.self) == 29_999)
        #expect(pool.pointee.mostUsed < 160)
    }

    @Test func queuesAreRefused() {
        #expect(throws: DriverError.self) {
            try VirtualDriver().provision(
                Topology(
                    topics: [], queues: [Topology.Queue(name: "q", kind: .fifo)], groups: []))
        }
    }
}
