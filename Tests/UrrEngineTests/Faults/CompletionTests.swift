import Testing
import UrrDriver
import UrrPlatform
import UrrWorkload

@testable import UrrEngine

/// A target that answers later, out of order, not always well, and at times twice.
struct CompletionTests {
    private typealias Run = Simulated<MemoryDriver<ByCompletion>>

    /// One second, in which everything that happens happens at whole milliseconds: a worker looks
    /// at its answers when it has something to do or a sample of the lag is due.
    private func run(
        _ faults: MemoryFaults, change: (inout Scenario) -> Void = { _ in },
        plan: (inout RunPlan) -> Void = { _ in }
    ) throws -> Run {
        var scenario = Scenario()
        scenario.phases.drain = nanosecondsPerSecond
        change(&scenario)
        let clock = ManualClock(at: millisecond - 1)
        return try Simulated(
            scenario, on: MemoryDriver<ByCompletion>(clock: clock, faults: faults), clock: clock
        ) {
            $0.lagInterval = millisecond
            plan(&$0)
        }
    }

    private func answering(
        _ answer: @escaping (Int) -> MemoryFaults.Answer
    ) -> MemoryFaults {
        var faults = MemoryFaults()
        faults.answer = answer
        return faults
    }

    @Test func acknowledgementIsTheTimeToTheAnswer() throws {
        let run = try run(answering { _ in MemoryFaults.Answer(after: 5 * millisecond) })
        run.expectAllHandled(1000)
        run.expectNothingWrong()
        #expect(run.sent().acknowledged == 1000 && run.sent().failed == 0)
        try run.acknowledgement().expect(
            [Nanoseconds](repeating: 5 * millisecond, count: 1000))
        #expect(run.outcome.drainEnd - run.outcome.measureEnd >= 4 * millisecond)
    }

    @Test func answersOutOfOrderFindTheirMessages() throws {
        let after = { (number: Int) in Nanoseconds((number * 7) % 20) * millisecond }
        let run = try run(answering { MemoryFaults.Answer(after: after($0)) })
        run.expectAllHandled(1000)
        #expect(run.sent().acknowledged == 1000)
        try run.acknowledgement().expect((0..<1000).map(after))
    }

    @Test func aRefusalByAnswerIsFailedAndNotLost() throws {
        let run = try run(
            answering { MemoryFaults.Answer(after: 3 * millisecond, succeeded: $0 % 10 != 4) })
        #expect(run.sent().sent == 1000)
        #expect(run.sent().acknowledged == 900 && run.sent().failed == 100)
        #expect(run.acknowledgement().count == 900)
        #expect(run.group().handled == 900 && run.outcome.drained)
        let found = run.outcome.findings[0]
        #expect(found.lost == 0 && found.reordered == 0 && found.duplicates == 0)
        #expect(found.undecided == 0)
        let record = try run.record()
        #expect(record.accounting.scheduled == 1000 && record.accounting.dropped == 0)
        #expect(record.accounting.sendFailed == 100 && record.accounting.lost == 0)
    }

    /// A refusal must not hide a loss.
    @Test func lostMessagesAreToldFromRefusedOnes() throws {
        var faults = answering {
            MemoryFaults.Answer(after: 3 * millisecond, succeeded: $0 % 10 != 4)
        }
        // The hundredth message that the target took.
        faults.append = { $1 == 100 ? .drop : .none }
        let run = try run(faults)
        #expect(run.group().handled == 899)
        #expect(run.outcome.findings[0].lost == 1)
        #expect(run.outcome.findings[0].undecided == 0)
    }

    @Test func refusalsAtTheEndAreNotLostEither() throws {
        let run = try run(
            answering { MemoryFaults.Answer(after: millisecond, succeeded: $0 < 990) })
        #expect(run.sent().failed == 10 && run.group().handled == 990)
        #expect(run.outcome.findings[0].lost == 0)
        #expect(run.outcome.findings[0].firstViolations == [])
    }

    @Test func refusalsInTheWarmupAreNotLostEither() throws {
        let run = try run(
            answering { MemoryFaults.Answer(after: millisecond, succeeded: $0 != 20) }
        ) {
            $0.phases.warmup = 100 * millisecond
        }
        #expect(run.sent().failed == 0 && run.sent().sent == 1000)
        #expect(run.outcome.findings[0].lost == 0)
    }

    @Test func anAnswerThatComesTwiceCountsOnce() throws {
        var faults = answering { MemoryFaults.Answer(after: Nanoseconds($0 % 9) * millisecond) }
        faults.answersPerMessage = 2
        let run = try run(faults)
        run.expectAllHandled(1000)
        #expect(run.sent().acknowledged == 1000 && run.sent().failed == 0)
        #expect(run.acknowledgement().count == 1000)
    }

    @Test func messagesWithoutAnAnswerAreSaid() throws {
        let run = try run(
            answering { MemoryFaults.Answer(after: $0 == 500 ? .max / 4 : millisecond) })
        #expect(run.sent().sent == 1000 && run.sent().acknowledged == 999)
        #expect(run.group().handled == 1000 && !run.outcome.drained)
        let verdict = try run.record().verdict
        #expect(verdict.value == .suspect)
        #expect(verdict.reasons.map(\.code).contains("unanswered"))
    }

    @Test func aFullTableHoldsTheProducer() throws {
        let run = try run(
            answering { _ in MemoryFaults.Answer(after: 10 * millisecond) },
            change: {
                $0.phases.measure = 200 * millisecond
                $0.phases.drain = 10 * nanosecondsPerSecond
            }, plan: { $0.producers[0].maximumInFlight = 4 })
        // Four messages in ten milliseconds: 200 take half a second.
        run.expectAllHandled(200)
        run.expectNothingWrong()
        #expect(run.sent().acknowledged == 200 && run.sent().backPressured > 0)
        let took = run.outcome.drainEnd - run.outcome.measureStart
        #expect(took >= 500 * millisecond && took <= 510 * millisecond)
        #expect(run.acknowledgement().minimum == 10 * millisecond)
        #expect(run.acknowledgement().maximum == 10 * millisecond)
    }

    /// Entries of one topic that one worker carries get their own answers.
    @Test func entriesOfOneTopicDoNotMixUpTheirAnswers() throws {
        let run = try run(
            answering { MemoryFaults.Answer(after: Nanoseconds($0 % 7 + 1) * millisecond) }
        ) {
            $0.producers = [
                Scenario.producer("first", rate: 1000), Scenario.producer("second", rate: 500),
                Scenario.producer(
                    "loop", .closed(ClosedLoop(inFlight: 3, thinkTime: 10 * millisecond))),
            ]
        }
        #expect(run.sent(0).sent == 1000 && run.sent(1).sent == 500 && run.sent(2).sent > 150)
        for entry in 0..<3 { #expect(run.sent(entry).acknowledged == run.sent(entry).sent) }
        run.expectNothingWrong()
        #expect(run.outcome.drained)
        #expect(run.driver.producersMade == [0: 3])
        #expect(run.driver.topology.topics[0].producerEndpoints == 3)
    }

    // MARK: - Closed loops

    private func loop(
        inFlight: Int, think: Nanoseconds, _ faults: MemoryFaults
    ) throws -> Run {
        try run(faults) {
            $0.producers = [
                Scenario.producer(
                    "loop", .closed(ClosedLoop(inFlight: inFlight, thinkTime: think)))
            ]
        }
    }

    @Test(arguments: [1, 2, 10], [0, 6 * millisecond])
    func aSlotWaitsForItsAnswerAndThinks(inFlight: Int, think: Nanoseconds) throws {
        let run = try loop(
            inFlight: inFlight, think: think,
            answering { _ in MemoryFaults.Answer(after: 4 * millisecond) })
        let rounds = Int(nanosecondsPerSecond / (4 * millisecond + think))
        run.expectAllHandled(UInt64(rounds * inFlight))
        run.expectNothingWrong()
        try run.acknowledgement().expect(
            [Nanoseconds](repeating: 4 * millisecond, count: rounds * inFlight))
    }

    @Test func slotsDoNotWaitForEachOther() throws {
        // Message 0 is answered after a second; the other slot goes on meanwhile.
        let run = try loop(
            inFlight: 2, think: millisecond,
            answering {
                MemoryFaults.Answer(after: $0 == 0 ? nanosecondsPerSecond : 4 * millisecond)
            })
        run.expectAllHandled(1 + 200)
        #expect(run.acknowledgement().maximum == nanosecondsPerSecond)
    }

    @Test func aFailedMessageFreesItsSlot() throws {
        let run = try loop(
            inFlight: 1, think: 0,
            answering { MemoryFaults.Answer(after: 5 * millisecond, succeeded: $0 % 2 == 0) })
        #expect(run.sent().sent == 200)
        #expect(run.sent().acknowledged == 100 && run.sent().failed == 100)
        #expect(run.group().handled == 100)
        #expect(run.outcome.findings[0].lost == 0)
        #expect(try run.record().accounting.scheduled == 200)
    }
}
