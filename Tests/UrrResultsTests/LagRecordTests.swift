import Testing
import UrrMeasure
import UrrPlatform
import UrrResults

@Suite struct LagRecordTests {
    private let second = nanosecondsPerSecond

    private func record(_ lags: [Int64], threshold: Int64) -> LagRecord {
        var tracker = LagTracker(partitions: 1)
        for (index, lag) in lags.enumerated() {
            tracker.add(
                at: Int64(index) * second,
                [LagReading(endOffset: lag, committed: 0, oldestUnreadAppend: 0)])
        }
        return LagRecord(
            tracker, slopeFrom: 0, slopeTo: 2 * second, recoveryThreshold: threshold,
            sampleIntervalNs: second)
    }

    @Test func holdsTheAnswersOfTheTracker() {
        let lag = record([0, 50, 100, 50, 10, 10], threshold: 10)
        #expect(lag.peak == 100)
        #expect(lag.peakAtNs == 2 * second)
        #expect(lag.peakSeconds == 5)
        #expect(lag.area == 215)
        #expect(lag.slopePerSecond == 50)
        #expect(lag.recoveryNs == 2 * second)
        #expect(lag.finalLag == 10)
        #expect(lag.statesTimeline == [LagStateRecord(atNs: 0, state: .ok)])
    }

    @Test func withoutRecoveryThereIsNoTime() {
        #expect(record([0, 50, 100, 50], threshold: 10).recoveryNs == nil)
        #expect(record([0, 5, 0], threshold: 10).recoveryNs == 0)
        #expect(record([], threshold: 10).recoveryNs == nil)
        #expect(record([], threshold: 10).peakSeconds == nil)
    }
}
