import Testing
import UrrDriver
import UrrPlatform
import UrrWorkload

@testable import UrrEngine

/// Batches, partitioning, closed loops.
struct ProducerSettingTests {
    // MARK: - Batches

    private func batched(
        messages: Int, linger: Nanoseconds, measure: Nanoseconds = nanosecondsPerSecond
    ) throws -> Simulated<TappedDriver> {
        var scenario = Scenario()
        scenario.phases.measure = measure
        scenario.producers[0].batch = BatchSpec(messages: messages, linger: linger)
        return try Simulated(scenario, on: TappedDriver())
    }

    @Test func aBatchLingersForOthers() throws {
        let run = try batched(messages: 500, linger: 4 * millisecond)
        run.expectAllHandled(1000)
        run.expectNothingWrong()
        // Five messages in each: the first waits 4 ms, the last not at all.
        let waits = (0..<1000).map { Nanoseconds(4 - $0 % 5) * millisecond }
        try run.acknowledgement().expect(waits)
        // The consumer sees a message when its batch is sent off.
        try run.latency(.response).expect(waits)
        try run.latency(.service).expect([Nanoseconds](repeating: 0, count: 1000))
        #expect(run.sent().maximumLateness == 0)
    }

    @Test func aFullBatchDoesNotWait() throws {
        let run = try batched(messages: 4, linger: nanosecondsPerSecond)
        run.expectAllHandled(1000)
        try run.acknowledgement().expect(
            (0..<1000).map { Nanoseconds(3 - $0 % 4) * millisecond })
    }

    @Test func theLastBatchLingersAsLongAsOthers() throws {
        // The last message comes at 99 ms, and no other one ends its wait.
        let run = try batched(
            messages: 500, linger: 33 * millisecond + 300 * microsecond,
            measure: 100 * millisecond)
        run.expectAllHandled(100)
        #expect(run.acknowledgement().maximum == 33 * millisecond + 300 * microsecond)
    }

    @Test func withoutLingerEachRoundIsABatch() throws {
        let run = try batched(messages: 500, linger: 0)
        try run.acknowledgement().expect([Nanoseconds](repeating: 0, count: 1000))
    }

    // MARK: - Partitions

    private func partitioned(
        _ partitioning: Partitioning, keys: KeySpec = .none, instances: Int = 1
    ) throws -> Simulated<TappedDriver> {
        var scenario = Scenario()
        scenario.topics = [Scenario.topic("events", partitions: 4)]
        scenario.producers[0].partitioning = partitioning
        scenario.producers[0].keys = keys
        scenario.producers[0].instances = instances
        let run = try Simulated(scenario, on: TappedDriver())
        run.expectAllHandled(1000)
        run.expectNothingWrong()
        return run
    }

    @Test func allMessagesGoToTheGivenPartition() throws {
        let run = try partitioned(.partition(2))
        #expect(run.driver.deliveries.allSatisfy { $0.partition.partition == 2 })
    }

    @Test(arguments: [1, 3]) func roundRobinTakesEachPartitionInTurn(instances: Int) throws {
        let run = try partitioned(.roundRobin, instances: instances)
        for delivery in run.driver.deliveries {
            let number = (delivery.intended - run.outcome.measureStart) / millisecond
            #expect(delivery.partition.partition == Int(number % 4))
            #expect(delivery.producer == UInt16(number % Nanoseconds(instances)))
        }
    }

    @Test func aKeysPartitionIsThatOfKafka() throws {
        let run = try partitioned(.key, keys: .sequential(cardinality: 50))
        for delivery in run.driver.deliveries {
            let digits = String(delivery.keyIndex)
            let text = "key-" + String(repeating: "0", count: 10 - digits.count) + digits
            let hash = Array(text.utf8).withUnsafeBytes { murmur2($0) }
            #expect(
                delivery.partition.partition == partition(forKeyHash: hash, partitions: 4))
        }
        #expect(Set(run.driver.deliveries.map(\.keyIndex)).count == 50)
        #expect(Set(run.driver.deliveries.map(\.partition)).count == 4)
    }

    @Test func messagesHaveTheSizesAndTheBodyThatWereAskedFor() throws {
        var scenario = Scenario()
        scenario.producers[0].messageSize = .uniform(minimum: 40, maximum: 60)
        let run = try Simulated(scenario, on: TappedDriver())
        let sizes = Dictionary(grouping: run.driver.deliveries, by: \.byteCount)
        #expect(sizes.keys.min() == 40 && sizes.keys.max() == 60 && sizes.count == 21)
    }

    // MARK: - Closed loops

    private func loop(
        inFlight: Int, think: Nanoseconds, instances: Int = 1, workers: Int = 1
    ) -> Scenario {
        var scenario = Scenario()
        scenario.producers = [
            Scenario.producer(
                "loop", .closed(ClosedLoop(inFlight: inFlight, thinkTime: think)))
        ]
        scenario.producers[0].instances = instances
        scenario.workers.producers = workers
        return scenario
    }

    @Test(arguments: [(1, 1, 1), (2, 1, 1), (1, 3, 1), (2, 3, 2)])
    func everySlotSendsOncePerThinkTime(inFlight: Int, instances: Int, workers: Int) throws {
        let run = try Simulated(
            loop(
                inFlight: inFlight, think: 10 * millisecond, instances: instances,
                workers: workers))
        run.expectAllHandled(UInt64(100 * inFlight * instances))
        run.expectNothingWrong()
        let record = try run.record()
        #expect(!record.producers[0].openLoop && record.producers[0].executor == "closed")
        #expect(record.producers[0].dropped == 0)
        #expect(record.producers[0].scheduled == record.producers[0].sent)
        try run.acknowledgement().expect(
            [Nanoseconds](repeating: 0, count: 100 * inFlight * instances))
    }

    @Test func manySlotsAreServedInBatches() throws {
        var scenario = loop(inFlight: 150, think: 10 * millisecond)
        scenario.producers[0].batch.messages = 7
        let run = try Simulated(scenario)
        run.expectAllHandled(15_000)
        run.expectNothingWrong()
    }

    @Test func aFullLogHoldsAClosedLoop() throws {
        var scenario = loop(inFlight: 100, think: millisecond)
        scenario.phases.measure = 200 * millisecond
        scenario.topics = [Scenario.topic("events", capacityBytes: 4096)]
        scenario.consumers = [Scenario.group("group", service: .fixed(millisecond))]
        let run = try Simulated(scenario)
        run.expectNothingWrong()
        // The consumer sets the pace; what is in the log at the end is handled in the drain.
        #expect(run.sent().sent >= 200 && run.sent().sent <= 200 + 66)
        #expect(run.group().handled == run.sent().sent)
    }

    @Test func warmupAndMeasurementOfALoopAreApart() throws {
        var scenario = loop(inFlight: 2, think: 10 * millisecond)
        scenario.phases.warmup = 300 * millisecond
        let run = try Simulated(scenario, on: TappedDriver())
        run.expectAllHandled(200)
        #expect(run.driver.deliveries.count { !$0.isMeasured } == 60)
    }

    /// Nothing of this takes time: such a run would send for ever at one instant.
    @Test func aLoopThatTakesNoTimeIsRefused() throws {
        #expect(throws: RunError.self) { try Simulated(loop(inFlight: 1, think: 0)) }
    }
}
