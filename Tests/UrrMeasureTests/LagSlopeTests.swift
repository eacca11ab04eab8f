import Testing
import UrrMeasure
import UrrPlatform

@Suite struct LagSlopeTests {
    private let tenth = nanosecondsPerSecond / 10

    private func tracker(_ count: Int, _ lag: (Int) -> Int64) -> LagTracker {
        var tracker = LagTracker(partitions: 1)
        for index in 0..<count {
            tracker.add(
                at: Nanoseconds(index) * tenth,
                [LagReading(endOffset: lag(index), committed: 0)])
        }
        return tracker
    }

    @Test func aLineHasNoError() throws {
        let tracker = tracker(100) { Int64(50 * $0) }
        let end = 100 * tenth
        #expect(abs(try #require(tracker.slope(from: 0, to: end)) - 500) < 1e-6)
        #expect(try #require(tracker.slopeError(from: 0, to: end)) < 1e-6)
    }

    @Test func tooFewSamplesHaveNoError() {
        #expect(tracker(19) { Int64($0) }.slopeError(from: 0, to: .max) == nil)
        #expect(tracker(20) { Int64($0) }.slopeError(from: 0, to: .max) != nil)
    }

    /// Of steady lags that wander (each sample close to the one before, as lags do), few may look
    /// as if they grew: with independent samples' error nearly half of them would.
    @Test func wanderingLagsSeldomLookAsIfTheyGrew() throws {
        let alarms = try (0..<400).count { seed in
            let random = IndexedRandom(seed: UInt64(seed), stream: "wander")
            var level = 0.0
            let tracker = tracker(500) { index in
                level = 0.9 * level + random.unit(UInt64(index)) - 0.5
                return 1000 + Int64(level * 100)
            }
            let slope = try #require(tracker.slope(from: 0, to: .max))
            // Student's t with 8 degrees of freedom, one-sided 1 %.
            return slope > 2.896 * (try #require(tracker.slopeError(from: 0, to: .max)))
        }
        #expect(alarms <= 14, "\(alarms) of 400")
    }
}
