import Testing
import UrrDriver
import UrrPlatform
import UrrWorkload

@testable import UrrEngine

/// A target that does not take every message at once.
struct RefusalTests {
    private typealias Run = Simulated<MemoryDriver<OnFlush>>

    private func run(
        change: (inout Scenario) -> Void = { _ in },
        refuse: @escaping (Int) -> OfferResult?
    ) throws -> Run {
        var scenario = Scenario()
        scenario.phases.drain = nanosecondsPerSecond
        change(&scenario)
        let clock = ManualClock()
        var faults = MemoryFaults()
        faults.refuse = refuse
        return try Simulated(
            scenario, on: MemoryDriver<OnFlush>(clock: clock, faults: faults), clock: clock)
    }

    @Test func aMessageThatWaitsIsCountedOnceAndNotLost() throws {
        // Message 10 is refused five times.
        let run = try run { (10..<15).contains($0) ? .backPressured : nil }
        run.expectAllHandled(1000)
        run.expectNothingWrong()
        #expect(run.sent().backPressured == 1 && run.sent().failed == 0)
        #expect(run.sent().maximumLateness > 0)
        #expect(run.outcome.producers.sendDelay[1].maximum == run.sent().maximumLateness)
        #expect(run.latency(.response).maximum == run.sent().maximumLateness)
    }

    /// Also where others of the same round were taken before it.
    @Test(arguments: [0, 20 * millisecond])
    func aMessageThatWaitsInTheMiddleOfABurstIsCountedOnce(linger: Nanoseconds) throws {
        let run = try run { scenario in
            scenario.producers = [
                Scenario.producer(
                    "source", .burst(BurstShape(size: 100, every: 100 * millisecond)))
            ]
            scenario.producers[0].batch.linger = linger
        } refuse: {
            (10..<15).contains($0) || (200..<201).contains($0) ? .backPressured : nil
        }
        run.expectAllHandled(1000)
        run.expectNothingWrong()
        #expect(run.sent().backPressured == 2)
    }

    @Test func aRetryIsNoBackPressure() throws {
        let run = try run { (10..<15).contains($0) ? .retry : nil }
        run.expectAllHandled(1000)
        run.expectNothingWrong()
        #expect(run.sent().backPressured == 0 && run.sent().failed == 0)
    }

    @Test func refusedForGoodIsFailedAndNotLost() throws {
        let run = try run { $0 % 100 == 50 ? .failed : nil }
        #expect(run.sent().failed == 10 && run.sent().sent == 990)
        #expect(run.group().handled == 990 && run.outcome.drained)
        run.expectNothingWrong()
        let record = try run.record()
        #expect(record.accounting.scheduled == 1000 && record.accounting.sendFailed == 10)
        #expect(record.accounting.dropped == 0)
    }

    @Test func aClosedTargetDropsTheRest() throws {
        let run = try run { $0 >= 600 ? .closed : nil }
        #expect(run.sent().sent == 600 && run.sent().failed == 0)
        #expect(run.outcome.unsent == [400] && run.group().handled == 600)
        run.expectNothingWrong()
        let record = try run.record()
        #expect(record.accounting.dropped == 400 && record.accounting.scheduled == 1000)
        #expect(record.verdict.value == .invalid)
        #expect(record.verdict.reasons.contains { $0.code == "arrivals-dropped" })
    }

    @Test func aTargetThatStaysFullDropsWhatTheDrainDoesNotSend() throws {
        let run = try run { $0 >= 600 ? .backPressured : nil }
        #expect(run.sent().sent == 600 && run.sent().backPressured == 1)
        #expect(run.outcome.unsent == [400] && !run.outcome.drained)
        let record = try run.record()
        #expect(record.accounting.dropped == 400 && record.accounting.scheduled == 1000)
        #expect(record.verdict.value == .invalid)
    }

    @Test func aClosedLoopGoesOnAfterAFailure() throws {
        let run = try run { scenario in
            scenario.producers = [
                Scenario.producer(
                    "loop", .closed(ClosedLoop(inFlight: 1, thinkTime: 10 * millisecond)))
            ]
        } refuse: {
            $0 % 10 == 5 ? .failed : nil
        }
        // A refused message takes no time: the slot sends another one at once.
        #expect(run.sent().sent == 100 && run.sent().failed == 11)
        #expect(run.group().handled == 100)
        run.expectNothingWrong()
        #expect(try run.record().accounting.scheduled == 111)
    }

    @Test func aMessageThatIsTooLargeFails() throws {
        var scenario = Scenario()
        scenario.topics = [Scenario.topic("events")]
        scenario.topics[0].maximumMessageSize = 100
        scenario.producers[0].messageSize = .weights([
            WeightedSize(size: 64, weight: 3), WeightedSize(size: 120, weight: 1),
        ])
        let run = try Simulated(scenario)
        #expect(run.sent().failed > 150 && run.sent().failed < 350)
        #expect(run.sent().sent + run.sent().failed == 1000)
        #expect(run.group().handled == run.sent().sent)
        run.expectNothingWrong()
    }
}
