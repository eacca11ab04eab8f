import Testing
import UrrDriverEmbedded
import UrrPlatform
import UrrWorkload

@testable import UrrEngine

/// Queues in virtual time, where every count follows from the workload.
struct QueueSimulationTests {
    private typealias Run = Simulated<EmbeddedDriver>
    private let second = nanosecondsPerSecond

    private func run(_ change: (inout Scenario) -> Void = { _ in }) throws -> Run {
        try Run(QueueScenario.standard(change))
    }

    private func expectNoViolation(
        _ run: Run, sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        let books = try run.books()
        #expect(books.violations == 0, sourceLocation: sourceLocation)
        #expect(run.outcome.queues[0].faults == [], sourceLocation: sourceLocation)
        #expect(run.outcome.queues[0].undecided == 0, sourceLocation: sourceLocation)
        #expect(run.outcome.drained && books.remaining == 0, sourceLocation: sourceLocation)
        // Every message is accounted for.
        #expect(
            books.sent
                == books.refused + books.suppressed + books.admitted + books.deadLettered
                + books.lost, sourceLocation: sourceLocation)
    }

    @Test(arguments: [1, 3, 10], [0, millisecond])
    func everyMessageIsAdmittedOnce(batch: Int, service: Nanoseconds) throws {
        let run = try run {
            $0.receiving.batch = batch
            $0.consumers[0].serviceTime = .fixed(service)
        }
        try expectNoViolation(run)
        let books = try run.books()
        #expect(books.sent == 200 && books.admitted == 200 && books.delivered == 200)
        #expect(books.redelivered == 0 && books.deadLettered == 0)
        #expect(run.latency(.service).count == 200)
        #expect(run.latency(.service).bounds == service...service)
        #expect(try run.record().verdict.reasons.map(\.code) == ["few-samples"])
    }

    @Test(arguments: [1, 4])
    func workersInSlotsKeepTheOrderOfGroups(concurrency: Int) throws {
        let run = try run {
            $0.consumers[0].concurrency = concurrency
            $0.consumers[0].serviceTime = .exponential(mean: 30 * millisecond)
            $0.producers[0].instances = 3
            $0.workers = WorkersSpec(producers: 2, consumers: 2, pin: false)
        }
        try expectNoViolation(run)
        #expect(try run.books().admitted == 200)
    }

    // MARK: - Duplicates

    @Test func repeatsInsideTheWindowAreSuppressedExactly() throws {
        let run = try run {
            $0.queues[0].deduplicationWindow = 1_000 * millisecond
            $0.producers[0].duplicates = DuplicatesSpec(share: 1, after: .fixed(400 * millisecond))
        }
        try expectNoViolation(run)
        // The messages of the first 1.6 s are sent again before the end, all of them inside.
        let books = try run.books()
        #expect(books.repeats == 160 && books.suppressed == 160)
        #expect(books.sent == 360 && books.admitted == 200)
        #expect(try run.record().producers[0].scheduled == 360)
    }

    @Test func repeatsOutsideTheWindowAreDelivered() throws {
        let run = try run {
            $0.queues[0].deduplicationWindow = 300 * millisecond
            $0.producers[0].duplicates = DuplicatesSpec(share: 1, after: .fixed(400 * millisecond))
        }
        try expectNoViolation(run)
        let books = try run.books()
        #expect(books.repeats == 160 && books.suppressed == 0)
        #expect(books.sent == 360 && books.admitted == 360 && books.delivered == 360)
    }

    /// Both, and the queue's window is the border: half a second apart from either side.
    @Test func theWindowDecides() throws {
        let run = try run {
            $0.phases.measure = 10 * second
            $0.queues[0].deduplicationWindow = 2 * second
            $0.producers[0].duplicates = DuplicatesSpec(
                share: 0.2, after: .uniform(minimum: second, maximum: 3 * second))
        }
        try expectNoViolation(run)
        let books = try run.books()
        let repeats = run.plan.samplers.producers[0].repeats!.sampler
        let delays = (0..<1000).compactMap { index -> Nanoseconds? in
            let delay = repeats.delay(UInt64(index))
            let intended = Nanoseconds(index) * 10 * millisecond
            return delay.flatMap { intended + $0 < 10 * second ? $0 : nil }
        }
        #expect(books.repeats == UInt64(delays.count) && delays.count > 100)
        #expect(books.suppressed == UInt64(delays.count { $0 < 2 * second }))
        #expect(books.undecidedRepeats == 0)
    }

    @Test func contentTellsDuplicatesToo() throws {
        let run = try run {
            $0.queues[0].contentBasedDeduplication = true
            $0.producers[0].duplicates = DuplicatesSpec(
                share: 0.5, after: .fixed(100 * millisecond))
        }
        try expectNoViolation(run)
        let books = try run.books()
        #expect(books.suppressed == books.repeats && books.repeats > 50)
        #expect(books.admitted == 200)
    }

    // MARK: - Failures

    /// Poison messages, and only they, are dead letters after three deliveries, each a visibility
    /// timeout after the one before.
    @Test func exactlyThePoisonMessagesAreDeadLetters() throws {
        let run = try run {
            $0.receiving.batch = 1
            $0.receiving.faults.poisonRate = 0.1
        }
        try expectNoViolation(run)
        let books = try run.books()
        #expect(books.deadLettered > 5)
        #expect(books.admitted == 200 - books.deadLettered)
        #expect(books.failedAttempts == 3 * books.deadLettered)
        #expect(books.redelivered == 2 * books.deadLettered)
        #expect(books.delivered == 200 + 2 * books.deadLettered)
    }

    /// A worker that crashes on every first delivery: each message comes once more, when the
    /// visibility timeout of 30 s is over, which takes no time to simulate.
    @Test func redeliveryTakesTheVisibilityTimeout() throws {
        let run = try run {
            $0.producers[0].keys = .sequential(cardinality: 200)
            $0.receiving.batch = 1
            $0.consumers[0].instances = 200
            $0.receiving.faults.failureRate = 1
            $0.receiving.faults.restart = 0
            $0.queues[0].redrive = nil
            $0.phases.drain = 65 * second
        }
        let books = try run.books()
        // Delivered at 0, 30 and 60 s; never handled.
        #expect(books.admitted == 0 && books.failedAttempts == 600)
        #expect(books.delivered == 600 && books.redelivered == 400)
        #expect(books.violations == 0 && books.remaining == 200)
    }

    @Test func aReturnedMessageComesAtOnce() throws {
        let run = try run {
            $0.receiving.batch = 1
            $0.receiving.retryAfter = 0
            $0.receiving.faults.failureRate = 0.3
            $0.queues[0].redrive = nil
        }
        try expectNoViolation(run)
        let books = try run.books()
        #expect(books.admitted == 200 && books.failedAttempts == books.redelivered)
        #expect(books.redelivered > 50)
        // No visibility timeout of 30 s was waited for.
        #expect(run.outcome.drainEnd - run.outcome.measureEnd < second)
    }

    @Test func crashesBeforeHandlingLoseNothing() throws {
        let run = try run {
            $0.receiving.faults.crashBeforeHandling = 0.05
            $0.receiving.faults.restart = 100 * millisecond
            $0.queues[0].redrive = nil
        }
        try expectNoViolation(run)
        let books = try run.books()
        #expect(books.crashes > 3 && books.redelivered >= books.crashes)
        #expect(books.admitted == 200 && books.handledAgain == 0)
    }

    /// A crash between handling and delete makes the message come and be handled again: at least
    /// once, not exactly once.
    @Test func crashesAfterHandlingRepeat() throws {
        let run = try run {
            $0.receiving.batch = 1
            $0.receiving.faults.crashAfterHandling = 0.05
            $0.queues[0].redrive = nil
        }
        try expectNoViolation(run)
        let books = try run.books()
        #expect(books.crashes > 3 && books.handledAgain == books.crashes)
        #expect(books.admitted == 200 && run.group().handled == 200)
    }

    @Test func aHandlerSlowerThanTheTimeoutHoldsStaleHandles() throws {
        let run = try run {
            $0.phases.measure = 200 * millisecond
            $0.queues[0].visibilityTimeout = 50 * millisecond
            $0.queues[0].redrive = nil
            $0.producers[0].keys = .fixed
            $0.producers[0].arrivals = ArrivalSpec(.burst(BurstShape(size: 20, every: second)))
            $0.consumers[0].serviceTime = .fixed(8 * millisecond)
            $0.receiving.deleteBatch = 1
        }
        // Of the ten messages of a receive the last four are handled after 50 ms.
        try expectNoViolation(run)
        let books = try run.books()
        #expect(books.staleHandles > 0 && books.handledAgain > 0 && books.admitted == 20)
    }

    @Test func everythingAtOnceAddsUp() throws {
        for seed in 1...5 as ClosedRange<UInt64> {
            let run = try run {
                $0.seed = seed
                $0.phases.measure = 20 * second
                $0.phases.warmup = second
                $0.producers[0].instances = 3
                $0.producers[0].keys = .zipf(cardinality: 20, exponent: 1)
                $0.workers = WorkersSpec(producers: 2, consumers: 2, pin: false)
                $0.queues[0].deduplicationWindow = 3 * second
                $0.queues[0].visibilityTimeout = second
                $0.producers[0].duplicates = DuplicatesSpec(
                    share: 0.2, after: .uniform(minimum: second, maximum: 6 * second))
                $0.consumers[0].concurrency = 2
                $0.receiving.faults = WorkerFaultSpec(
                    failureRate: 0.01, poisonRate: 0.005, crashBeforeHandling: 0.002,
                    crashAfterHandling: 0.002)
            }
            try expectNoViolation(run)
            #expect(try run.books().sent > 2000)
        }
    }

    // MARK: - Kinds and classes

    @Test func aStandardQueueLosesNothing() throws {
        let run = try run {
            $0.queues = [QueueSpec(name: "plain", fifo: false, visibilityTimeout: second)]
            $0.producers[0].to = "plain"
            $0.receiving.faults.failureRate = 0.2
        }
        try expectNoViolation(run)
        #expect(try run.books().admitted == 200)
    }

    @Test func theHottestGroupsAreToldApart() throws {
        let run = try run { $0.producers[0].keys = .zipf(cardinality: 50, exponent: 1.2) }
        let groups = try run.record().queues![0].messageGroups
        #expect(
            groups.map(\.name) == ["key-0000000000", "key-0000000001", "key-0000000002", nil])
        #expect(groups.map(\.groups) == [1, 1, 1, 47])
        #expect(groups.reduce(0) { $0 + $1.admitted } == 200)
        #expect(abs(groups.reduce(0) { $0 + $1.share } - 1) < 1e-9)
        #expect(groups[0].share > groups[1].share && groups[0].waiting.count == groups[0].admitted)
    }

    @Test func sameSeedSameBooks() throws {
        let change = { (scenario: inout Scenario) in
            scenario.receiving.faults = WorkerFaultSpec(failureRate: 0.1, crashAfterHandling: 0.01)
        }
        #expect(try run(change).books() == run(change).books())
    }

    @Test func aFullQueueRefusesAndSaysSo() throws {
        let run = try run {
            $0.queues[0].capacity = 16
            $0.producers[0].arrivals = ArrivalSpec(.burst(BurstShape(size: 100, every: second)))
            $0.consumers[0].serviceTime = .fixed(20 * millisecond)
        }
        try expectNoViolation(run)
        let books = try run.books()
        #expect(books.refused > 0 && books.admitted == 200 - books.refused)
    }
}
