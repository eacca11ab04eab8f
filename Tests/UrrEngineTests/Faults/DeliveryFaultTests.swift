import Testing
import UrrDriver
import UrrPlatform
import UrrWorkload

@testable import UrrEngine

/// A target that gets one thing wrong: it shows with its exact number, and nothing else does.
struct DeliveryFaultTests {
    private typealias Run = Simulated<MemoryDriver<OnFlush>>

    /// A thousand messages over two partitions, 500 in each.
    private func run(
        _ faults: MemoryFaults, service: Nanoseconds = 0, members: Int = 1,
        change: (inout Scenario) -> Void = { _ in }
    ) throws -> Run {
        var scenario = Scenario()
        scenario.phases.drain = nanosecondsPerSecond
        scenario.topics = [Scenario.topic("events", partitions: 2)]
        scenario.consumers = [Scenario.group("group", service: .fixed(service))]
        scenario.consumers[0].instances = members
        change(&scenario)
        let clock = ManualClock()
        return try Simulated(
            scenario, on: MemoryDriver<OnFlush>(clock: clock, faults: faults), clock: clock)
    }

    /// Fails where the findings are not the given ones.
    private func expect(
        _ run: Run, lost: UInt64 = 0, duplicates: UInt64 = 0, reordered: UInt64 = 0,
        corrupted: UInt64 = 0, unhandled: UInt64 = 0, handled: UInt64,
        violations: [String], sourceLocation: SourceLocation = #_sourceLocation
    ) {
        let found = run.outcome.findings[0]
        #expect(found.lost == lost, sourceLocation: sourceLocation)
        #expect(found.duplicates == duplicates, sourceLocation: sourceLocation)
        #expect(run.group().duplicates == duplicates, sourceLocation: sourceLocation)
        #expect(found.reordered == reordered, sourceLocation: sourceLocation)
        #expect(run.group().corrupted == corrupted, sourceLocation: sourceLocation)
        #expect(found.unhandledAtEnd == unhandled, sourceLocation: sourceLocation)
        #expect(found.outOfRange == 0 && found.undecided == 0, sourceLocation: sourceLocation)
        #expect(run.group().delivered == handled, sourceLocation: sourceLocation)
        #expect(run.group().handled == handled, sourceLocation: sourceLocation)
        #expect(found.firstViolations == violations, sourceLocation: sourceLocation)
        // No fault was injected that would explain any of it.
        #expect(found.violations == lost + duplicates + reordered, sourceLocation: sourceLocation)
        #expect(run.sent().sent == 1000, sourceLocation: sourceLocation)
        #expect(run.latency(.response).count == handled, sourceLocation: sourceLocation)
    }

    static let services: [Nanoseconds] = [0, 100 * microsecond]

    @Test(arguments: services) func aFaultlessTargetHasNoFindings(service: Nanoseconds) throws {
        let run = try run(MemoryFaults(), service: service)
        expect(run, handled: 1000, violations: [])
        #expect(run.outcome.drained)
    }

    @Test(arguments: services) func aLostMessage(service: Nanoseconds) throws {
        let run = try run(.at(100, partition: 1, .drop), service: service)
        expect(
            run, lost: 1, handled: 999,
            violations: ["events, partition 1, producer 0: expected message 100, got 101"])
    }

    @Test(arguments: services) func theLastMessageLost(service: Nanoseconds) throws {
        let run = try run(.at(499, partition: 0, .drop), service: service)
        expect(
            run, lost: 1, handled: 999,
            violations: ["events, partition 0, producer 0: messages 499 to 499 never arrived"])
    }

    @Test(arguments: services) func aRepeatedMessage(service: Nanoseconds) throws {
        let run = try run(.at(100, partition: 1, .twice), service: service)
        expect(
            run, duplicates: 1, handled: 1000,
            violations: ["events, partition 1, producer 0: message 100 again"])
    }

    @Test(arguments: services) func exchangedMessages(service: Nanoseconds) throws {
        let run = try run(.at(100, partition: 1, .afterNext), service: service)
        expect(
            run, reordered: 1, handled: 1000,
            violations: ["events, partition 1, producer 0: expected message 100, got 101"])
    }

    /// What arrives damaged has not arrived: it is missing as well, because a header that cannot be
    /// trusted does not say which message it was.
    @Test(arguments: services, [0, 8, 16, 24, 28, 30, 31, 32, 36, 39])
    func aDamagedMessage(service: Nanoseconds, byte: Int) throws {
        let run = try run(.at(100, partition: 1, .damaged(byte: byte)), service: service)
        expect(
            run, lost: 1, corrupted: 1, handled: 999,
            violations: ["events, partition 1, producer 0: expected message 100, got 101"])
    }

    private static func stranger(producer: UInt16, runTag: UInt32) -> [UInt8] {
        let header = TraceHeader(
            intended: 0, sent: 0, sequence: 100, keyIndex: 0, producer: producer, segment: 1,
            runTag: runTag)
        return [UInt8](unsafeUninitializedCapacity: TraceHeader.byteCount) { buffer, count in
            header.write(to: buffer.baseAddress!)
            count = TraceHeader.byteCount
        }
    }

    @Test(arguments: services) func messagesOfNobodyAreOnlyCounted(service: Nanoseconds) throws {
        let strangers = [
            // Another run's, one of a producer that the run does not have, one without a header,
            // an empty one.
            Self.stranger(producer: 0, runTag: 8), Self.stranger(producer: 9, runTag: 7),
            [UInt8](repeating: 0, count: TraceHeader.byteCount - 1), [],
        ]
        for stranger in strangers {
            let run = try run(.at(100, .preceded(by: stranger)), service: service)
            expect(run, corrupted: 1, handled: 1000, violations: [])
        }
    }

    @Test(arguments: services) func everyMessageToTwoMembers(service: Nanoseconds) throws {
        var faults = MemoryFaults()
        faults.sharesPartitions = true
        let run = try run(faults, service: service, members: 2)
        #expect(run.outcome.findings[0].duplicates == 1000)
        #expect(run.group().duplicates == 1000 && run.group().handled == 1000)
        #expect(run.outcome.findings[0].lost == 0 && run.outcome.findings[0].reordered == 0)
        let texts = run.outcome.findings[0].firstViolations
        #expect(texts.count == 2)
        #expect(texts[0] == "events, partition 0, producer 0: message 0 again")
    }

    @Test(arguments: services) func aTailThatIsNeverDelivered(service: Nanoseconds) throws {
        var faults = MemoryFaults()
        faults.withheldFrom = [TopicPartition(topic: 0, partition: 0): 450]
        let run = try run(faults, service: service)
        // It is in the target and may still come: unhandled, not lost.
        expect(run, unhandled: 50, handled: 950, violations: [])
        #expect(!run.outcome.drained)
        #expect(try run.reasons().contains("not-drained"))
    }

    @Test func manyFaultsAtOnceAreCountedApart() throws {
        var faults = MemoryFaults()
        faults.append = { partition, number in
            switch (partition.partition, number % 50) {
            case (0, 10): .drop
            case (0, 20): .twice
            case (1, 10): .afterNext
            case (1, 30): .twice
            default: .none
            }
        }
        let run = try run(faults)
        expect(
            run, lost: 10, duplicates: 20, reordered: 10, handled: 990,
            violations: [
                "events, partition 0, producer 0: expected message 10, got 11",
                "events, partition 1, producer 0: expected message 10, got 11",
            ])
    }

    @Test func theProducerAndTheTopicAreNamed() throws {
        let target = TopicPartition(topic: 1, partition: 2)
        var faults = MemoryFaults()
        faults.append = { $0 == target && $1 == 30 ? .drop : .none }
        var scenario = Scenario()
        scenario.topics = [
            Scenario.topic("payments", partitions: 2), Scenario.topic("orders", partitions: 4),
        ]
        scenario.producers = [
            Scenario.producer("first", topic: 0, rate: 100),
            Scenario.producer("second", topic: 1, rate: 1000),
        ]
        scenario.producers[0].instances = 3
        scenario.consumers = [
            Scenario.group("one", topics: [0]), Scenario.group("both", topics: [1, 0]),
        ]
        let clock = ManualClock()
        let run = try Simulated(
            scenario, on: MemoryDriver<OnFlush>(clock: clock, faults: faults), clock: clock)
        // Instances are numbered over all entries: the second entry's is number 3.
        #expect(
            run.outcome.findings[1].firstViolations == [
                "orders, partition 2, producer 3: expected message 30, got 31"
            ])
        #expect(run.outcome.findings[1].lost == 1)
        run.expectNothingWrong(0)
    }

    @Test func atMostEightTextsAreKept() throws {
        var faults = MemoryFaults()
        faults.append = { _, number in number == 3 ? .drop : .none }
        let run = try run(faults) { $0.topics = [Scenario.topic("events", partitions: 20)] }
        #expect(run.outcome.findings[0].lost == 20)
        #expect(run.outcome.findings[0].firstViolations.count == 8)
    }

    @Test func faultsInTheWarmupCount() throws {
        let run = try run(.at(20, partition: 1, .drop)) {
            $0.phases.warmup = 200 * millisecond
        }
        expect(
            run, lost: 1, handled: 1000,
            violations: ["events, partition 1, producer 0: expected message 20, got 21"])
    }

    @Test func moreGapsThanCanBeRememberedMakeTheRunInvalid() throws {
        var faults = MemoryFaults()
        faults.append = { _, number in number % 2 == 0 ? .drop : .none }
        let run = try run(faults) {
            $0.topics = [Scenario.topic("events")]
            $0.producers = [Scenario.producer("source", rate: 10_000)]
        }
        #expect(run.outcome.findings[0].lost == 5000)
        let forgotten = 5000 - UInt64(SequenceTracker.maximumGaps)
        #expect(run.outcome.findings[0].undecided == forgotten)
        let verdict = try run.record().verdict
        #expect(verdict.value == .invalid)
        #expect(verdict.reasons.contains { $0.code == "undecided" && $0.severity == .invalid })
    }
}
