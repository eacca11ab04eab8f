import Testing
import UrrDriver
import UrrDriverEmbedded
import UrrPlatform
import UrrWorkload

@testable import UrrEngine

/// The same seed gives the same run, however many threads would have carried it.
struct DeterminismTests {
    /// A bit of everything: two topics, three entries, two groups, random arrivals, keys, sizes and
    /// service times, a warm-up.
    static func rich(seed: UInt64, producerWorkers: Int = 1, consumerWorkers: Int = 1) -> Scenario {
        var scenario = Scenario()
        scenario.seed = seed
        scenario.phases = PhasesSpec(
            warmup: 200 * millisecond, measure: 500 * millisecond, drain: 5 * nanosecondsPerSecond)
        scenario.topics = [
            Scenario.topic("payments", partitions: 5), Scenario.topic("orders", partitions: 2),
        ]
        var payments = Scenario.producer("payments", rate: 2000)
        payments.instances = 4
        payments.arrivals.variance = .poisson
        payments.keys = .zipf(cardinality: 100, exponent: 1.1)
        payments.partitioning = .key
        payments.messageSize = .lognormal(mean: 200, sigma: 0.5)
        var orders = Scenario.producer(
            "orders", topic: 1,
            .spike(
                SpikeShape(
                    baseline: 200, peak: 3000, at: 100 * millisecond, rise: 50 * millisecond,
                    hold: 100 * millisecond, decay: 100 * millisecond)))
        orders.instances = 3
        orders.keys = .uniform(cardinality: 50)
        orders.messageSize = .uniform(minimum: 40, maximum: 400)
        var refunds = Scenario.producer(
            "refunds",
            .burst(BurstShape(size: 30, every: 50 * millisecond, spread: 5 * millisecond)))
        refunds.batch = BatchSpec(messages: 10, linger: 3 * millisecond)
        scenario.producers = [payments, orders, refunds]
        var slow = Scenario.group(
            "slow", topics: [0, 1], service: .lognormal(median: 300_000, sigma: 0.8))
        slow.instances = 3
        slow.concurrency = 2
        var quick = Scenario.group("quick", topics: [0])
        quick.instances = 2
        scenario.consumers = [slow, quick]
        scenario.workers = WorkersSpec(
            producers: producerWorkers, consumers: consumerWorkers, pin: false)
        return scenario
    }

    @Test(arguments: [1, 2]) func theSameSeedGivesTheSameRecord(workers: Int) throws {
        let scenario = Self.rich(seed: 5, producerWorkers: workers, consumerWorkers: workers)
        let first = try Simulated(scenario)
        let second = try Simulated(scenario)
        let record = try first.record()
        // Counts, percentiles, encoded histograms, series, lag, workers: all of it.
        #expect(try second.record() == record)
        #expect(record.accounting.handled > 2000)
        #expect(first.outcome.lag.map(\.samples) == second.outcome.lag.map(\.samples))
        #expect(first.outcome.offered == second.outcome.offered)
    }

    @Test func anotherSeedGivesAnotherRun() throws {
        let first = try Simulated(Self.rich(seed: 5)).record()
        let second = try Simulated(Self.rich(seed: 6)).record()
        #expect(first.producers[0].sent != second.producers[0].sent)
        #expect(
            first.groups[0].latencies.response.encoded
                != second.groups[0].latencies.response.encoded)
    }

    /// What was delivered, with times counted from the start of each phase.
    private func deliveries(producerWorkers: Int, consumerWorkers: Int) throws -> [Delivery] {
        let run = try Simulated(
            Self.rich(seed: 5, producerWorkers: producerWorkers, consumerWorkers: consumerWorkers),
            on: TappedDriver())
        #expect(run.plan.producerWorkers == producerWorkers)
        #expect(run.plan.consumerWorkers == consumerWorkers)
        run.expectNothingWrong(0)
        run.expectNothingWrong(1)
        let start = (run.outcome.warmupStart, run.outcome.measureStart)
        return run.driver.deliveries.map { delivery in
            var delivery = delivery
            delivery.intended -= delivery.isMeasured ? start.1 : start.0
            return delivery
        }
    }

    private func multiset(_ deliveries: [Delivery]) -> [Delivery: Int] {
        Dictionary(deliveries.map { ($0, 1) }, uniquingKeysWith: +)
    }

    @Test func anyNumberOfWorkersSendsTheSameMessages() throws {
        let expected = multiset(try deliveries(producerWorkers: 1, consumerWorkers: 1))
        #expect(expected.count > 3000)
        for (producers, consumers) in [(2, 1), (3, 1), (1, 3), (3, 2)] {
            let found = multiset(
                try deliveries(producerWorkers: producers, consumerWorkers: consumers))
            #expect(found == expected, "\(producers) producers, \(consumers) consumers")
        }
    }

    @Test func anyNumberOfWorkersCountsTheSame() throws {
        let single = try Simulated(Self.rich(seed: 9))
        let several = try Simulated(Self.rich(seed: 9, producerWorkers: 3))
        for entry in single.plan.producers.indices {
            #expect(single.sent(entry).sent == several.sent(entry).sent)
            #expect(single.sent(entry).acknowledged == several.sent(entry).acknowledged)
            #expect(several.sent(entry).sent > 0)
        }
        #expect(single.outcome.offered == several.outcome.offered)
        for group in single.plan.groups.indices {
            #expect(single.group(group).delivered == several.group(group).delivered)
            #expect(single.group(group).handled == several.group(group).handled)
        }
    }
}
