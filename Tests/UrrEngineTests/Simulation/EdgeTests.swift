import Testing
import UrrDriver
import UrrPlatform
import UrrWorkload

@testable import UrrEngine

/// What happens at the edges of a run and of its phases.
struct EdgeTests {
    private typealias Run = Simulated<MemoryDriver<OnFlush>>

    /// A second of a thousand messages after a warm-up of 100; `isFull` says when the target takes
    /// nothing.
    private func run(
        _ isFull: @escaping (Nanoseconds) -> Bool, change: (inout Scenario) -> Void = { _ in }
    ) throws -> Run {
        var scenario = Scenario()
        scenario.phases = PhasesSpec(
            warmup: 100 * millisecond, measure: nanosecondsPerSecond, drain: nanosecondsPerSecond)
        change(&scenario)
        let clock = ManualClock()
        var faults = MemoryFaults()
        faults.refuse = { _ in isFull(clock.now()) ? .backPressured : nil }
        return try Run(
            scenario, on: MemoryDriver<OnFlush>(clock: clock, faults: faults), clock: clock)
    }

    @Test func everyEndpointIsEnded() throws {
        let run = try run({ _ in false }) {
            $0.producers[0].instances = 2
            $0.workers = WorkersSpec(producers: 2, consumers: 1, pin: false)
        }
        #expect(run.driver.closed == 3)
        #expect(run.outcome.closeFailures == [])
        #expect(run.outcome.warmupUnsent == 0)
    }

    /// The warm-up is given up 1.1 s after it began.
    @Test func aWarmupThatCouldNotBeSentIsCounted() throws {
        let run = try run { $0 < 1106 * millisecond }
        #expect(run.outcome.warmupUnsent == 100)
        #expect(try run.reasons().contains("warmup-unsent"))
    }

    /// Two workers that are kept from sending for six tenths of the time: not for twelve.
    @Test func heldBackIsAShareOfTheTime() throws {
        let run = try run({ $0 / (100 * millisecond) % 10 < 6 }) {
            $0.phases.warmup = 0
            $0.producers[0].instances = 2
            $0.workers = WorkersSpec(producers: 2, consumers: 1, pin: false)
        }
        let reason = try #require(
            try run.record().verdict.reasons.first { $0.code == "back-pressure" })
        let words = reason.text.split(separator: " ")
        let percent = try #require(
            words.firstIndex(of: "%").flatMap { Int(words[$0 - 1]) })
        #expect((55...65).contains(percent), "\(reason.text)")
    }
}
