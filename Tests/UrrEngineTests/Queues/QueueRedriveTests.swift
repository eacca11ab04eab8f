import Testing
import UrrDriver
import UrrDriverEmbedded
import UrrPlatform
import UrrResults
import UrrWorkload

@testable import UrrEngine

/// Dead letters that are moved back when the handler is mended: all handled in the end, and the
/// books say how.
struct QueueRedriveTests {
    /// Ten seconds of a hundred messages each, one in twenty poison until the sixth second.
    private func scenario(_ change: (inout Scenario) -> Void = { _ in }) -> Scenario {
        QueueScenario.standard {
            $0.phases = PhasesSpec(
                measure: 10 * nanosecondsPerSecond, drain: 60 * nanosecondsPerSecond)
            $0.receiving.batch = 1
            $0.receiving.retryAfter = 10 * millisecond
            $0.receiving.faults.poisonRate = 0.05
            $0.receiving.faults.poisonUntil = 6 * nanosecondsPerSecond
            $0.redrives = [
                RedriveScheduleSpec(
                    source: "dead", sourceIndex: 1, destinationIndex: 0,
                    times: .every(
                        first: 3 * nanosecondsPerSecond, period: 2 * nanosecondsPerSecond),
                    rate: 50)
            ]
            change(&$0)
        }
    }

    @Test func theQueueOfDeadLettersIsEmptyInTheEnd() throws {
        let run = try Simulated(scenario())
        let books = try run.books()
        #expect(run.outcome.drained)
        #expect(books.violations == 0 && books.lost == 0 && books.orderBreaks == 0)
        #expect(books.admitted == 1000 && books.sent == 1000)
        #expect(books.deadLettersLeft == 0 && books.soundDeadLetters == 0)
        #expect(books.deadLettered == books.redriven)
        // Poison of the first three seconds goes twice: the redrive comes before the handler is
        // mended.
        let poison = try poison(before: 6)
        #expect(books.redriven > UInt64(poison.count))
        let moved = try #require(run.record().queues?[0].redrives).map(\.moved)
        #expect(moved.count == 4 && moved.reduce(0, +) == books.redriven)
        #expect(run.outcome.queues[0].faults == [])
        #expect(books.redrivenLate > 0 && books.redrivenLate <= books.redriven)
    }

    /// Poison messages by the schedule and the sampler, without a run.
    private func poison(before second: Int) throws -> [Int] {
        let plan = try scenario().plan()
        let sampler = plan.groups[0].receiving!.faults
        let keys = plan.producers[0].samplers.keySampler(.measure)
        var next = [UInt64](repeating: 0, count: 10)
        return (0..<1000).filter { number in
            let key = keys.keyIndex(UInt64(number))
            defer { next[Int(key)] += 1 }
            let header = TraceHeader(
                intended: 0, sent: 0, sequence: next[Int(key)], keyIndex: key, producer: 0,
                segment: 1, runTag: 1)
            return number < second * 100 && sampler.isPoison(QueueTask.identity(of: header))
        }
    }

    /// Without a redrive exactly the poison is there: no message that others punished.
    @Test func exactlyThePoisonGoesThere() throws {
        let run = try Simulated(
            scenario {
                $0.redrives = []
                $0.receiving.faults.poisonUntil = nil
            })
        let books = try run.books()
        #expect(books.deadLettered == UInt64(try poison(before: 10).count))
        #expect(books.soundDeadLetters == 0 && books.deadLettersLeft == books.deadLettered)
        #expect(books.violations == 0)
    }

    @Test func followersOfABatchAreTold() throws {
        let run = try Simulated(
            scenario {
                $0.redrives = []
                $0.receiving.batch = 10
                $0.producers[0].keys = .uniform(cardinality: 1)
                $0.consumers[0].serviceTime = .fixed(9 * millisecond)
            })
        let books = try run.books()
        #expect(books.soundDeadLetters > 0 && books.violations == 0)
    }

    @Test func aMoveKeepsToItsRateAndLimit() throws {
        let run = try Simulated(
            scenario {
                $0.redrives[0].limit = 3
                $0.redrives[0].rate = 2
            })
        let redrives = try #require(run.record().queues?[0].redrives)
        #expect(redrives.map(\.moved) == [3, 3, 3, 3])
        for redrive in redrives {
            let took = try #require(redrive.endedNs) - #require(redrive.startedNs)
            #expect(took == nanosecondsPerSecond)
        }
        #expect(try run.books().violations == 0 && run.books().deadLettersLeft > 0)
    }

    @Test func aMoveThatIsDueWhileAnotherRunsIsLeftOut() throws {
        let run = try Simulated(scenario { $0.redrives[0].rate = 1 })
        let redrives = try #require(run.record().queues?[0].redrives)
        #expect(redrives.contains { $0.startedNs == nil && $0.failure != nil })
        #expect(try run.books().violations == 0)
    }

    @Test func aRunWaitsForItsLastMove() throws {
        // The last move begins just before the end and takes longer than everything else.
        let run = try Simulated(
            scenario {
                $0.redrives[0].times = .at(9990 * millisecond)
                $0.redrives[0].rate = 5
            })
        #expect(run.outcome.drained)
        let books = try run.books()
        #expect(books.deadLettersLeft == 0 && books.admitted == 1000 && books.violations == 0)
    }

    @Test func aStandardQueueIsRedrivenToo() throws {
        let run = try Simulated(
            scenario {
                $0.queues[0].fifo = false
                $0.queues[1].fifo = false
            })
        let books = try run.books()
        #expect(books.admitted == 1000 && books.deadLettersLeft == 0 && books.lost == 0)
        #expect(books.misdirected == 0 && books.redriven == books.deadLettered)
    }

    /// What comes back and was not moved, or was moved and does not come, is found.
    @Test(arguments: [-1, 1]) func aMoveThatMiscountsIsFound(by difference: Int) throws {
        let run = try Simulated(
            scenario { $0.redrives[0].times = .at(7 * nanosecondsPerSecond) },
            on: MiscountingDriver(difference))
        let books = try run.books()
        #expect(books.misdirected == 1 && books.violations == 1)
        let text = try #require(run.outcome.findings[0].firstViolations.first)
        #expect(text.contains("came back from the dead-letter queue"))
    }
}

/// The embedded queues with a redrive that says the wrong number. For one thread.
private final class MiscountingDriver: MessageDriver {
    static var name: String { "miscounting" }
    static var semantics: DriverSemantics { EmbeddedDriver.semantics }
    private let core = EmbeddedDriver()
    private let difference: Int

    init(_ difference: Int) { self.difference = difference }

    func provision(_ topology: Topology) throws(DriverError) { try core.provision(topology) }
    func makeProducer(topic: Int) throws(DriverError) -> EmbeddedProducer {
        try core.makeProducer(topic: topic)
    }
    func makeProducer(queue: Int) throws(DriverError) -> EmbeddedProducer {
        try core.makeProducer(queue: queue)
    }
    func makeConsumer(group: Int, member: Int) throws(DriverError) -> EmbeddedConsumer {
        try core.makeConsumer(group: group, member: member)
    }
    func makeReceiver(
        group: Int, member: Int, thread: Int
    ) throws(DriverError) -> EmbeddedReceiver {
        try core.makeReceiver(group: group, member: member, thread: thread)
    }
    func makeRedriver(
        from source: Int, to destination: Int
    ) throws(DriverError) -> any QueueRedriver {
        MiscountingRedriver(try core.makeRedriver(from: source, to: destination), difference)
    }
    func position(group: Int, of partition: TopicPartition) -> GroupPosition {
        core.position(group: group, of: partition)
    }
    func missed(group: Int, of partition: TopicPartition) -> UInt64 { 0 }
    func appendTime(of partition: TopicPartition, offset: Int64) -> Nanoseconds? { nil }
    func depth(queue: Int, now: Nanoseconds) -> QueueDepth { core.depth(queue: queue, now: now) }
    var nextQueueEvent: Nanoseconds? { core.nextQueueEvent }
    func takeOut(queue: Int, now: Nanoseconds, _ body: (UnsafeRawBufferPointer) -> Void) {
        core.takeOut(queue: queue, now: now, body)
    }
    func facts() -> [String: String] { [:] }
    func teardown() { core.teardown() }
}

private final class MiscountingRedriver: QueueRedriver {
    private let core: any QueueRedriver
    private let difference: Int

    init(_ core: any QueueRedriver, _ difference: Int) {
        self.core = core
        self.difference = difference
    }

    func start(_ order: RedriveOrder, now: Nanoseconds) { core.start(order, now: now) }
    func poll(now: Nanoseconds) -> RedriveProgress {
        var progress = core.poll(now: now)
        if progress.isDone { progress.moved = UInt64(Int(progress.moved) + difference) }
        return progress
    }
    var nextDue: Nanoseconds { core.nextDue }
    func close(deadline: Nanoseconds) throws(DriverError) { try core.close(deadline: deadline) }
}
