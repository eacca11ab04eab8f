import Testing
import UrrMeasure
import UrrPlatform
import UrrResults
import UrrWorkload

@testable import UrrEngine

/// The numbers of a record agree with each other, and everything can be computed again from it.
struct RecordTests {
    /// Runs whose rows and phases fall together in different ways.
    static let scenarios: [String: Scenario] = {
        var rich = DeterminismTests.rich(seed: 11, producerWorkers: 2, consumerWorkers: 2)
        rich.phases.measure = 2300 * millisecond
        var short = Scenario()
        short.phases.measure = 300 * millisecond
        var even = Scenario()
        even.phases.measure = 3 * nanosecondsPerSecond
        var warmed = even
        warmed.phases.warmup = 1500 * millisecond
        warmed.producers[0].arrivals.executor = .ramping(
            startRate: 500,
            stages: [
                RampStage(target: 1000, duration: nanosecondsPerSecond, name: "up"),
                RampStage(target: 2000, duration: 2 * nanosecondsPerSecond, name: "further"),
            ])
        warmed.consumers = [Scenario.group("group", service: .fixed(900 * microsecond))]
        var loop = even
        loop.producers = [
            Scenario.producer(
                "loop", .closed(ClosedLoop(inFlight: 3, thinkTime: 7 * millisecond)))
        ]
        var full = Scenario()
        full.topics = [Scenario.topic("events", capacityBytes: 4096)]
        full.consumers = [Scenario.group("group", service: .fixed(2 * millisecond))]
        var undrained = Scenario()
        undrained.phases.drain = 700 * millisecond
        undrained.consumers = [Scenario.group("group", service: .fixed(10 * millisecond))]
        return [
            "rich": rich, "short": short, "even": even, "warmed": warmed, "loop": loop,
            "full": full, "undrained": undrained, "overload": CongestionTests.overload(),
        ]
    }()
    static let names = scenarios.keys.sorted()

    private func run(_ name: String) throws -> (Simulated<TappedDriver>, RunRecord) {
        let run = try Simulated(Self.scenarios[name]!, on: TappedDriver())
        return (run, try run.record())
    }

    @Test(arguments: names) func rowsAddUpToTotals(name: String) throws {
        let (_, record) = try run(name)
        let rows = record.series.rows
        #expect(rows.reduce(0) { $0 + $1.offered } == record.accounting.scheduled)
        #expect(rows.reduce(0) { $0 + $1.sent } == record.accounting.sent)
        #expect(rows.reduce(0) { $0 + $1.acknowledged } == record.accounting.acknowledged)
        for (index, group) in record.groups.enumerated() {
            let own = rows.map { $0.groups[index] }
            #expect(own.reduce(0) { $0 + $1.delivered } == group.accounting.delivered)
            #expect(own.reduce(0) { $0 + $1.handled } == group.accounting.handled)
            let worst = own.compactMap(\.responseMaxNs).max()
            #expect(worst == group.latencies.response.maxNs)
        }
        #expect(record.accounting.sent > 0)
    }

    /// A lag that comes and goes within a second is in its row, and no row has more than there was.
    @Test(arguments: names) func rowsHoldTheGreatestLag(name: String) throws {
        let (run, record) = try run(name)
        for (index, group) in record.groups.enumerated() {
            #expect(record.series.rows.compactMap { $0.groups[index].lag }.max() == group.lag.peak)
            for row in run.outcome.series {
                let inside = run.outcome.lag[index].samples.filter {
                    row.from <= $0.at && $0.at < row.to
                }
                #expect(row.groups[index].lag == inside.map(\.lag).max())
            }
        }
    }

    /// Rows follow each other, a second each but for the last, and lie in the run.
    @Test(arguments: names) func rowsFollowEachOther(name: String) throws {
        let (run, record) = try run(name)
        let rows = record.series.rows
        #expect(rows.last?.atNs == record.durationNs)
        #expect((rows.first?.atNs ?? 0) > 0)
        for (row, next) in zip(rows, rows.dropFirst()) { #expect(row.atNs < next.atNs) }
        for (row, next) in zip(run.outcome.series, run.outcome.series.dropFirst()) {
            #expect(row.to == next.from)
        }
        let origin =
            run.outcome.warmupStart > 0 ? run.outcome.warmupStart : run.outcome.measureStart
        #expect(run.outcome.series.first?.from == origin - run.outcome.measureStart)
        #expect(rows.count >= Int(record.durationNs / nanosecondsPerSecond))
    }

    /// What was offered in a row is what the schedule wanted between its ends.
    @Test func rowsOfOfferedMessagesLieWhereTheyWereIntended() throws {
        let (run, record) = try run("warmed")
        let start = run.outcome.measureStart
        let intended = run.driver.deliveries.filter(\.isMeasured).map { $0.intended - start }
        for (row, stored) in zip(run.outcome.series, record.series.rows) {
            let inside = intended.count { row.from <= $0 && $0 < row.to }
            // To the second: messages are counted by the second of the measurement.
            #expect(abs(inside - Int(stored.offered)) <= 1000)
        }
        #expect(record.series.rows.contains { $0.phase == "warmup" && $0.offered == 0 })
    }

    @Test(arguments: names) func everyMessageIsAccountedFor(name: String) throws {
        let (_, record) = try run(name)
        let all = record.accounting
        #expect(all.scheduled == all.sent + all.sendFailed + all.dropped)
        #expect(all.acknowledged == all.sent)
        for group in record.groups {
            let sent = record.producers.filter { group.sources.contains($0.target) }
                .reduce(0) { $0 + $1.sent }
            let own = group.accounting
            #expect(own.handled + own.lost + own.outOfRange + own.unhandledAtEnd == sent)
            for histogram in [
                group.latencies.queueing, group.latencies.service, group.latencies.response,
                group.latencies.endToEnd,
            ] {
                #expect(histogram.count + histogram.overflow == own.handled)
                #expect(histogram.anomalies == 0)
            }
        }
        for producer in record.producers {
            #expect(producer.latencies.sendDelay.count == producer.sent)
            #expect(producer.latencies.acknowledgement.count == producer.acknowledged)
        }
    }

    @Test(arguments: names) func segmentsPartitionTheMessages(name: String) throws {
        let (run, record) = try run(name)
        for (index, group) in record.groups.enumerated() {
            let counts = group.segments.map(\.latencies.response.count)
            #expect(counts.reduce(0, +) == group.latencies.response.count)
            #expect(Set(group.segments.map(\.index)).count == group.segments.count)
            for segment in group.segments {
                let plan = try #require(run.plan.segments.first { $0.index == segment.index })
                #expect(plan.name == segment.name)
                let producer = record.producers.first { $0.name == plan.producer }
                #expect(group.sources.contains(try #require(producer).target))
                let start = run.outcome.measureStart
                let number = plan.producer
                let entry = try #require(run.plan.producers.first { $0.name == number })
                let instances = entry.firstInstance..<entry.firstInstance + entry.instances
                let inside = run.driver.deliveries.filter {
                    $0.group == index && $0.isMeasured && instances.contains(Int($0.producer))
                        && plan.start <= $0.intended - start && $0.intended - start < plan.end
                }
                let unhandled = group.accounting.unhandledAtEnd
                #expect(UInt64(inside.count) >= segment.latencies.response.count)
                #expect(
                    UInt64(inside.count) <= segment.latencies.response.count + unhandled)
            }
        }
        for (first, second) in zip(record.segments, record.segments.dropFirst())
        where first.producer == second.producer {
            #expect(first.endNs == second.startNs)
        }
    }

    @Test(arguments: names) func percentilesFollowFromTheEncodedCounts(name: String) throws {
        let (_, record) = try run(name)
        var histograms: [HistogramRecord] = []
        for group in record.groups {
            for latencies in [group.latencies] + group.segments.map(\.latencies) {
                histograms += [
                    latencies.queueing, latencies.service, latencies.response, latencies.endToEnd,
                ]
            }
        }
        for producer in record.producers {
            histograms += [producer.latencies.sendDelay, producer.latencies.acknowledgement]
        }
        for stored in histograms {
            try stored.withHistogram { histogram in
                #expect(histogram.count == stored.count)
                #expect(histogram.mean == stored.meanNs)
                for (percentile, value) in stored.percentilesNs {
                    #expect(histogram.value(atPercentile: Double(percentile)!) == value)
                }
                let supported = supportedPercentiles(histogram.count)
                #expect(stored.percentilesNs.count == supported.count)
            }
        }
    }

    @Test(arguments: names) func phasesFollowEachOther(name: String) throws {
        let (run, record) = try run(name)
        let phases = record.phases
        #expect(phases.map(\.name).suffix(2) == ["measure", "drain"])
        #expect(phases[0].startNs == 0 && phases.last?.endNs == record.durationNs)
        for (phase, next) in zip(phases, phases.dropFirst()) {
            #expect(phase.endNs == next.startNs && phase.startNs < phase.endNs)
        }
        let measure = phases[phases.count - 2]
        #expect(measure.endNs - measure.startNs == run.plan.measure)
        #expect((phases.count == 3) == (run.plan.warmup > 0))
    }

    @Test(arguments: names) func workersReportTheMeasuredPartAlone(name: String) throws {
        let (run, record) = try run(name)
        #expect(
            record.harness.workers.count == run.plan.producerWorkers + run.plan.consumerWorkers)
        for worker in record.harness.workers {
            #expect(worker.busyShare >= 0 && worker.busyShare <= 1, "\(worker.name)")
            #expect(worker.wallTimeNs > 0)
        }
        let handled = record.accounting.delivered
        let producers = record.harness.workers.filter { $0.role == "producer" }
        let consumers = record.harness.workers.filter { $0.role == "consumer" }
        #expect(producers.reduce(0) { $0 + $1.messages } == record.accounting.sent)
        #expect(consumers.reduce(0) { $0 + $1.messages } == handled)
    }

    /// Rounds of a simulation take no time, so nobody is ever busy, however long it waited before.
    @Test func waitingIsNotBeingBusy() throws {
        let (_, record) = try run("even")
        #expect(record.harness.workers.allSatisfy { $0.busyShare == 0 })
    }

    @Test func lagIsPutTogetherFromAllWorkers() throws {
        var scenario = CongestionTests.overload()
        scenario.topics = [Scenario.topic("events", partitions: 4)]
        scenario.consumers = [Scenario.group("group", service: .fixed(4 * millisecond))]
        scenario.consumers[0].instances = 4
        let one = try Simulated(scenario).record().groups[0].lag
        scenario.workers.consumers = 3
        let three = try Simulated(scenario).record().groups[0].lag
        #expect(one == three)
        #expect(isClose(Double(one.peak), to: 3000, within: 0.01))
    }
}
