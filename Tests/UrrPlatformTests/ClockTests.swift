import Testing

@testable import UrrPlatform

struct ClockTests {
    @Test func clocksNeverGoBackwards() {
        let counter = TimeStampClock()
        let system = SystemClock()
        var last = (counter.now(), system.now())
        for _ in 0..<100_000 {
            let next = (counter.now(), system.now())
            #expect(next.0 >= last.0 && next.1 >= last.1)
            last = next
        }
    }

    @Test func theCounterRunsAtTheRateOfTheSystemClock() {
        let counter = TimeStampClock()
        let system = SystemClock()
        // Bracketing the counter's readings bounds the true interval from both sides, however
        // long the thread is taken off the processor in between.
        let before = (system.now(), counter.now(), system.now())
        while system.now() - before.2 < 30_000_000 {}
        let after = (system.now(), counter.now(), system.now())
        let measured = Double(after.1 - before.1)
        #expect(measured >= Double(after.0 - before.2) * 0.999)
        #expect(measured <= Double(after.2 - before.0) * 1.001)
    }

    @Test func withoutAnInvariantCounterTheSystemClockIsRead() {
        let fallback = TimeStampClock(
            calibration: ClockCalibration(factor: 0, spreadPartsPerMillion: 0))
        #expect(fallback.source == .system)
        #expect(fallback.now() >= 0)
    }
}
