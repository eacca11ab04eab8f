import Testing
import UrrMeasure
import UrrPlatform
import UrrResults
import UrrWorkload

@testable import UrrEngine

/// What shows of a group from outside: the state of its lag, and which key takes how much.
struct SilenceTests {
    private func run(_ kind: FaultKind?) throws -> Simulated<TappedDriver> {
        var scenario = Scenario()
        scenario.phases = PhasesSpec(
            measure: 8 * nanosecondsPerSecond, drain: nanosecondsPerSecond)
        scenario.topics = [
            Scenario.topic("events", partitions: 4, capacityBytes: 1 << 20)
        ]
        scenario.producers = [Scenario.producer("source", rate: 400)]
        scenario.producers[0].keys = .zipf(cardinality: 100, exponent: 1)
        scenario.producers[0].partitioning = .key
        scenario.consumers = [Scenario.group("group", service: .fixed(200 * microsecond))]
        scenario.consumers[0].instances = 2
        scenario.consumers[0].sessionTimeout = 60 * nanosecondsPerSecond
        if let kind { scenario.faults = [FaultSpec(kind, .at(500 * millisecond))] }
        return try Simulated(scenario, on: TappedDriver())
    }

    @Test func withoutAFaultTheGroupIsOK() throws {
        #expect(try run(nil).outcome.lag[0].states.map(\.state) == [.ok])
    }

    /// Half of the partitions are read, half are not: the group is as bad as its worst partition,
    /// and it is known that nobody reads that one.
    @Test(
        arguments: [
            FaultKind.consumerCrash(group: 0, member: 0, point: .beforeHandling, downtime: nil),
            FaultKind.processStop(group: 0, member: 0, length: 20 * nanosecondsPerSecond),
        ])
    func partitionsThatNobodyReadsAreSTOP(_ kind: FaultKind) throws {
        let states = try run(kind).outcome.lag[0].states
        #expect(states.map(\.state) == [.ok, .stop])
        // Ten slots of half a second after it fell silent.
        let at = try #require(states.last?.at)
        #expect(at > 5 * nanosecondsPerSecond && at < 7 * nanosecondsPerSecond)
    }

    @Test func aReplayIsAREWIND() throws {
        let states = try run(.seek(group: 0, target: .earliest)).outcome.lag[0].states
        #expect(states.contains { $0.state == .rewind })
    }

    @Test func theHottestKeysAreTold() throws {
        let run = try run(nil)
        let keys = try #require(try run.record().groups[0].keys)
        #expect(keys.map(\.key) == [0, 1, 2, nil])
        let measured = run.driver.deliveries.filter(\.isMeasured)
        for record in keys.dropLast() {
            let count = measured.count { $0.keyIndex == record.key }
            #expect(record.handled == UInt64(count))
            #expect(record.share == Double(count) / Double(measured.count))
            #expect(record.waiting.count == record.handled)
        }
        #expect(keys.reduce(0) { $0 + $1.handled } == UInt64(measured.count))
        let catalogue = MetricCatalogue()
        let record = try run.record()
        #expect(catalogue.evaluate("keys.hottest", in: record)?.value == keys[0].share)
    }
}
