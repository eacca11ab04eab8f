import Testing
import UrrPlatform
import UrrWorkload

@testable import UrrEngine

/// Several load generators offer exactly what one does.
struct ShardTests {
    private struct Offered: Hashable {
        var intended: Nanoseconds
        var key: UInt32
        var byteCount: Int
        var producer: UInt16
        var partition: Int
        var isMeasured: Bool
    }

    /// Two entries with five and three instances, everything drawn at random.
    private func scenario() -> Scenario {
        var scenario = Scenario()
        scenario.phases.warmup = 200 * millisecond
        scenario.topics = [
            Scenario.topic("events", partitions: 3), Scenario.topic("more", partitions: 2),
        ]
        scenario.producers = [
            Scenario.producer("first", rate: 3000),
            Scenario.producer("second", topic: 1, rate: 900),
        ]
        for index in scenario.producers.indices {
            scenario.producers[index].instances = index == 0 ? 5 : 3
            scenario.producers[index].arrivals.variance = .poisson
            scenario.producers[index].keys = .zipf(cardinality: 50, exponent: 1)
            scenario.producers[index].messageSize = .uniform(minimum: 40, maximum: 300)
        }
        scenario.consumers = [Scenario.group("group", topics: [0, 1])]
        return scenario
    }

    /// What all of `count` shards offer, each on a target of its own.
    private func offered(by count: Int) throws -> [Offered: Int] {
        var all: [Offered: Int] = [:]
        for number in 1...count {
            let driver = TappedDriver()
            var plan = try RunPlan(
                scenario().spec, processors: 2, runTag: 7,
                shard: try #require(Shard(number: number, of: count)))
            plan.sharding.start = 100 * millisecond
            let clock = ManualClock()
            defer { clock.deallocate() }
            let outcome = try RunSession(plan: plan, driver: driver, clock: clock, probe: .none)
                .simulate()
            #expect(outcome.findings[0].violations == 0)
            // All of them measure from the same instant on.
            #expect(outcome.measureStart == 2300 * millisecond)
            for item in driver.deliveries {
                let offered = Offered(
                    intended: item.intended, key: item.keyIndex, byteCount: item.byteCount,
                    producer: item.producer, partition: item.partition.partition,
                    isMeasured: item.isMeasured)
                all[offered, default: 0] += 1
            }
        }
        return all
    }

    @Test func oneTwoAndEightOfferTheSame() throws {
        let whole = try offered(by: 1)
        #expect(whole.values.reduce(0, +) > 4000)
        for count in [2, 8] { #expect(try offered(by: count) == whole) }
    }

    @Test func everyInstanceBelongsToOneShardAndOneOfItsWorkers() throws {
        var scenario = scenario()
        scenario.workers = WorkersSpec(producers: 2, consumers: 1)
        for count in [1, 3, 8] {
            let plans = try (1...count).map { number in
                try RunPlan(
                    scenario.spec, processors: 2, runTag: 7,
                    shard: try #require(Shard(number: number, of: count)))
            }
            for instance in 0..<8 {
                let workers = plans.compactMap { $0.producerWorker(ofInstance: instance) }
                #expect(workers.count == 1)
                #expect(workers.allSatisfy { $0 < plans[0].producerWorkers })
            }
        }
    }

    @Test func whatCannotBeDividedIsRefused() throws {
        let two = try #require(Shard(number: 1, of: 2))
        let few = #expect(throws: PlanError.self) {
            try RunPlan(Scenario().spec, processors: 2, runTag: 7, shard: two)
        }
        #expect(few?.description.contains("2 load generators need") == true)
        var closed = scenario()
        closed.producers[1].arrivals = ArrivalSpec(.closed(ClosedLoop(inFlight: 3)))
        let loop = #expect(throws: PlanError.self) {
            try RunPlan(closed.spec, processors: 2, runTag: 7, shard: two)
        }
        #expect(loop?.description.contains("closed loop") == true)
        #expect(Shard(number: 0, of: 2) == nil)
        #expect(Shard(number: 3, of: 2) == nil)
    }

    @Test func rangesAreWhatWasDelivered() {
        let tracker = SequenceTracker(partitions: 1, producers: 2)
        for sequence: UInt64 in [0, 1, 4, 5, 9, 3] {
            _ = tracker.deliver(partition: 0, producer: 1, sequence: sequence)
        }
        #expect(tracker.received(partition: 0, producer: 1) == [0..<2, 3..<6, 9..<10])
        #expect(tracker.received(partition: 0, producer: 0) == [])
    }
}
