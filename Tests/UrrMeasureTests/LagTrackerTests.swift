import Testing
import UrrMeasure
import UrrPlatform

private let second = nanosecondsPerSecond

/// A tracker of one partition that was fed the given lags, one a second, from 0 s on.
private func tracker(_ lags: [Int64], every interval: Nanoseconds = second) -> LagTracker {
    var tracker = LagTracker(partitions: 1)
    for (index, lag) in lags.enumerated() {
        tracker.add(
            at: Nanoseconds(index) * interval,
            [LagReading(endOffset: 1000 + lag, committed: 1000)])
    }
    return tracker
}

@Suite struct LagTrackerTests {
    /// Rises by 10 a second for 10 s, falls by 5 a second for 20 s, then stays at 0.
    let triangle = tracker(
        (0...10).map { $0 * 10 } + (1...20).map { 100 - $0 * 5 } + [0, 0, 0, 0])

    @Test func findsThePeakOfATriangle() {
        #expect(triangle.peak?.lag == 100)
        #expect(triangle.peak?.at == 10 * second)
        #expect(triangle.finalLag == 0)
    }

    @Test func theAreaOfATriangleIsHalfItsBaseTimesItsHeight() {
        #expect(triangle.area == 30 * 100 / 2)
        // The same with samples of uneven distance.
        var uneven = LagTracker(partitions: 1)
        for (at, lag) in [(0, 0), (7, 70), (10, 100), (11, 95), (30, 0)] as [(Int64, Int64)] {
            uneven.add(at: at * second, [LagReading(endOffset: lag, committed: 0)])
        }
        #expect(uneven.area == 1500)
    }

    @Test func theSlopeIsThatOfTheLine() throws {
        #expect(try #require(triangle.slope(from: 0, to: 10 * second)) == 10)
        #expect(try #require(triangle.slope(from: 10 * second, to: 30 * second)) == -5)
        #expect(try #require(triangle.slope(from: 31 * second, to: 40 * second)) == 0)
        #expect(triangle.slope(from: 33 * second, to: 40 * second) == nil)
    }

    @Test func theSlopeOfScatteredSamplesIsTheLeastSquares() throws {
        // By hand: t = 0...3, lag = 1, 3, 2, 6; mean t 1.5, mean lag 3, sum 7, squares 5.
        let slope = try #require(tracker([1, 3, 2, 6]).slope(from: 0, to: .max))
        #expect(abs(slope - 1.4) < 1e-12)
    }

    @Test func recoveryIsTheReturnThatLasts() {
        #expect(triangle.recovery(from: 10 * second, threshold: 0) == 30 * second)
        #expect(triangle.recovery(from: 10 * second, threshold: 50) == 20 * second)
        #expect(triangle.recovery(from: 25 * second, threshold: 50) == 25 * second)
        #expect(triangle.recovery(from: 0, threshold: -1) == nil)
        #expect(triangle.recovery(from: 100 * second, threshold: 0) == nil)
    }

    @Test func aShortDipIsNoRecovery() {
        let dip = tracker([50, 100, 10, 90, 80, 9, 8, 7])
        #expect(dip.recovery(from: second, threshold: 10) == 5 * second)
        #expect(dip.recovery(from: second, threshold: 10, hold: 0) == 2 * second)
        #expect(dip.recovery(from: second, threshold: 10, hold: second) == 5 * second)
        #expect(dip.recovery(from: second, threshold: 10, hold: 2 * second) == 5 * second)
        // The samples end before this hold time does.
        #expect(dip.recovery(from: second, threshold: 10, hold: 3 * second) == nil)
    }

    @Test func aLaterRelapseDoesNotUndoARecoveryThatHeld() {
        let relapse = tracker([100, 0, 0, 0, 100, 0])
        #expect(relapse.recovery(from: 0, threshold: 0, hold: 2 * second) == second)
        #expect(relapse.recovery(from: 0, threshold: 0) == 5 * second)
    }

    @Test func lagIsSummedAndAgeIsTheOldest() {
        var tracker = LagTracker(partitions: 3)
        tracker.add(
            at: 10 * second,
            [
                LagReading(endOffset: 5, committed: 2, oldestUnreadAppend: 9 * second),
                LagReading(endOffset: 9, committed: 2, oldestUnreadAppend: 7 * second),
                LagReading(endOffset: 9, committed: 9),
            ])
        #expect(tracker.samples == [LagSample(at: 10 * second, lag: 10, age: 3 * second)])
        #expect(tracker.peakSeconds == 3)
    }

    @Test func anUnknownAgeDoesNotHideBehindAKnownOne() {
        var tracker = LagTracker(partitions: 2)
        tracker.add(
            at: second,
            [
                LagReading(endOffset: 5, committed: 2),
                LagReading(endOffset: 5, committed: 2, oldestUnreadAppend: 0),
            ])
        #expect(tracker.samples[0].age == nil)
        #expect(tracker.peakSeconds == nil)
        #expect(tracker.peak?.lag == 6)
    }

    @Test func impossibleSamplesAreCounted() {
        var tracker = LagTracker(partitions: 1)
        tracker.add(at: 5, [LagReading(endOffset: 3, committed: 4)])
        #expect(tracker.anomalies == 1)
        #expect(tracker.samples == [LagSample(at: 5, lag: 0, age: 0)])
        tracker.add(at: 5, [LagReading(endOffset: 3, committed: 1)])
        #expect(tracker.anomalies == 2)
        #expect(tracker.samples.count == 1)
        tracker.add(at: 6, [LagReading(endOffset: 3, committed: 1, oldestUnreadAppend: 7)])
        #expect(tracker.anomalies == 3)
        #expect(tracker.samples[1].age == 0)
    }

    @Test func maximaAreThoseOfEachInterval() {
        let fine = tracker([1, 9, 2, 3, 4, 5, 8, 7], every: second / 2)
        let maxima = fine.maxima(from: 0, to: 5 * second, interval: second)
        #expect(maxima.map(\.?.lag) == [9, 3, 5, 8, nil])
        #expect(maxima[0]?.at == second / 2)
        #expect(fine.maxima(from: second, to: second, interval: second).isEmpty)
    }

    @Test func aTrackerWithoutSamplesHasNoAnswers() {
        let empty = LagTracker(partitions: 4)
        #expect(empty.peak == nil)
        #expect(empty.finalLag == nil)
        #expect(empty.peakSeconds == nil)
        #expect(empty.area == 0)
        #expect(empty.slope(from: 0, to: .max) == nil)
        #expect(empty.recovery(from: 0, threshold: 10) == nil)
        #expect(empty.states.isEmpty)
    }
}
