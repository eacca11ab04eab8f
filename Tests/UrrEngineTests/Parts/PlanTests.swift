import Testing
import UrrDriver
import UrrPlatform
import UrrTestSupport
import UrrWorkload

@testable import UrrEngine

/// From a workload to what a run is made of.
struct PlanTests {
    private func threads(
        processors: Int, change: (inout Scenario) -> Void = { _ in }
    ) throws -> [Int] {
        var scenario = Scenario()
        scenario.workers = WorkersSpec()
        scenario.topics = [Scenario.topic("events", partitions: 100)]
        scenario.producers[0].instances = 100
        scenario.consumers[0].instances = 100
        change(&scenario)
        let plan = try RunPlan(scenario.spec, processors: processors, runTag: 1)
        return [plan.producerWorkers, plan.consumerWorkers]
    }

    @Test(arguments: [
        (1, [1, 1]), (2, [1, 1]), (3, [1, 2]), (4, [1, 2]), (7, [2, 4]), (16, [5, 10]),
    ])
    func aThirdOfTheProcessorsSends(processors: Int, expected: [Int]) throws {
        #expect(try threads(processors: processors) == expected)
    }

    @Test func noThreadIsWithoutWork() throws {
        #expect(try threads(processors: 64) { $0.producers[0].instances = 3 } == [3, 60])
        #expect(try threads(processors: 64) { $0.topics[0].partitions = 5 } == [21, 5])
        #expect(try threads(processors: 64) { $0.consumers[0].instances = 2 } == [21, 2])
        #expect(try threads(processors: 64) { $0.consumers = [] } == [21, 1])
    }

    @Test func theWorkloadMaySay() throws {
        #expect(
            try threads(processors: 2) {
                $0.workers = WorkersSpec(producers: 3, consumers: 7)
            } == [3, 7])
    }

    @Test func everyInstanceAndMemberHasAWorkerAndNoWorkerMuchMore() throws {
        var scenario = Scenario()
        scenario.workers = WorkersSpec(producers: 3, consumers: 4)
        scenario.producers[0].instances = 10
        scenario.topics = [Scenario.topic("events", partitions: 10)]
        scenario.consumers[0].instances = 10
        let plan = try scenario.plan()
        let producers = (0..<10).map { plan.producerWorker(ofInstance: $0) }
        #expect(Set(producers) == [0, 1, 2])
        #expect(Dictionary(producers.map { ($0, 1) }, uniquingKeysWith: +).values.max() == 4)
        let consumers = (0..<10).map { plan.consumerWorker(group: 1, member: $0) }
        #expect(Set(consumers) == [0, 1, 2, 3])
        #expect(Dictionary(consumers.map { ($0, 1) }, uniquingKeysWith: +).values.max() == 3)
    }

    @Test func segmentsAndInstancesAreNumberedOverAllEntries() throws {
        let plan = try DeterminismTests.rich(seed: 1).plan()
        #expect(plan.producers.map(\.firstInstance) == [0, 4, 7])
        #expect(plan.producerInstances == 8)
        #expect(plan.segments.map(\.index) == Array(1...plan.segments.count))
        for producer in plan.producers {
            let own = plan.segments.filter { $0.producer == producer.name }
            #expect(own.first?.index == producer.segmentBase && own.first?.start == 0)
            #expect(own.last?.end == plan.measure)
            for (segment, next) in zip(own, own.dropFirst()) {
                #expect(segment.end == next.start && segment.index + 1 == next.index)
            }
        }
        #expect(
            plan.segments.filter { $0.producer == "orders" }.map(\.name)
                == ["baseline", "rise", "peak", "decay", "recovery"])
    }

    @Test func trackerRowsAreThoseOfAllTopicsOneAfterTheOther() throws {
        var scenario = Scenario()
        scenario.topics = [
            Scenario.topic("a", partitions: 3), Scenario.topic("b", partitions: 2),
            Scenario.topic("c", partitions: 4),
        ]
        scenario.consumers = [Scenario.group("group", topics: [2, 0])]
        let plan = try scenario.plan()
        let partitions = plan.partitions(ofGroup: 0)
        #expect(partitions.count == 7)
        #expect(partitions.map { plan.trackerRow(group: 0, $0) } == Array(0..<7))
    }

    @Test func theTopologyKnowsItsSenders() throws {
        var scenario = DeterminismTests.rich(seed: 1, producerWorkers: 2)
        scenario.producers[1].instances = 1
        let topology = try scenario.plan().topology
        #expect(topology.topics.map(\.name) == ["payments", "orders"])
        #expect(topology.topics.map(\.partitions) == [5, 2])
        // Two entries send to the first topic, from both workers; one instance to the other.
        #expect(topology.topics.map(\.producerEndpoints) == [2, 1])
        #expect(topology.groups.map(\.topics) == [[0, 1], [0]])
        #expect(topology.groups.map(\.members) == [3, 2])
    }

    @Test func moreSegmentsThanFitIntoAMessageAreRefused() throws {
        var scenario = Scenario()
        let stages = (0..<100).map {
            RampStage(target: 10, duration: millisecond, name: "stage \($0)")
        }
        scenario.producers = (0..<3).map {
            Scenario.producer("source \($0)", .ramping(startRate: 1, stages: stages))
        }
        #expect(throws: PlanError.self) { try scenario.plan() }
        scenario.producers.removeLast()
        #expect(try scenario.plan().segments.count <= RunPlan.maximumSegments)
    }

    @Test func moreInstancesThanFitIntoAMessageAreRefused() throws {
        var scenario = Scenario()
        scenario.producers = (0..<2).map { Scenario.producer("source \($0)", rate: 1) }
        scenario.producers[0].instances = 65_535
        let error = #expect(throws: PlanError.self) { try scenario.plan() }
        #expect(
            error?.description
                == "instances: all producers together may have at most 65535, got 65536")
    }

    @Test func intervalsOfTheLagFollowTheLength() throws {
        for (measure, expected) in [
            (100 * millisecond, millisecond), (nanosecondsPerSecond, 2 * millisecond),
            (600 * nanosecondsPerSecond, 20 * millisecond),
            // A day: the samples of a run stay within 50,000, and with them the memory.
            (86_400 * nanosecondsPerSecond, 1728 * millisecond),
        ] {
            var scenario = Scenario()
            scenario.phases.measure = measure
            #expect(try scenario.plan().lagInterval == expected)
        }
    }

    /// The first instants of each workload file, in virtual time.
    @Test(arguments: ["steady", "spike", "fanout", "scale"])
    func theWorkloadsOfTheRepositoryRun(name: String) throws {
        let text = try Repository.text("workloads/\(name).json")
        let loaded = try WorkloadFile.decode(
            Array(text.utf8), displayName: name, checks: WorkloadChecks())
        var scenario = Scenario()
        scenario.phases = PhasesSpec(
            warmup: 5 * millisecond, measure: 20 * millisecond, drain: nanosecondsPerSecond)
        scenario.topics = loaded.spec.topics
        for topic in scenario.topics.indices {
            scenario.topics[topic].capacityBytes = 1 << 20
            scenario.topics[topic].records = 1 << 14
        }
        scenario.producers = loaded.spec.producers
        scenario.consumers = loaded.spec.consumers
        let run = try Simulated(scenario)
        for group in run.plan.groups.indices { run.expectNothingWrong(group) }
        let record = try run.record()
        #expect(record.producers.map(\.name) == loaded.spec.producers.map(\.name))
        #expect(record.groups.map(\.name) == loaded.spec.consumers.map(\.group))
        #expect(record.accounting.sent > 0 && record.accounting.dropped == 0)
        #expect(run.outcome.drained)
    }
}
