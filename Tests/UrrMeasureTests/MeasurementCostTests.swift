import Testing
import UrrMeasure
import UrrPlatform

@Suite struct MeasurementCostTests {
    @Test func measuresWhatItIsGiven() throws {
        var calls: UInt64 = 0
        var inOrder = true
        let cost = try MeasurementCost.measure(clock: SystemClock()) { number in
            inOrder = inOrder && number == calls
            calls += 1
        }
        #expect(inOrder)
        #expect(calls == 21 * 2000)
        #expect(cost.clockReadNs > 0)
        #expect(cost.verificationNs > 0)
        #expect(cost.histogramRecordNs >= 0)
    }

    @Test func withoutVerificationItsCostIsNothing() throws {
        #expect(try MeasurementCost.measure(clock: SystemClock()).verificationNs == 0)
    }

    @Test func aSlowClockCostsMoreThanAFastOne() throws {
        struct SlowClock: MonotonicClock {
            func now() -> Nanoseconds { (0..<20).reduce(0) { _, _ in SystemClock().now() } }
        }
        let fast = try MeasurementCost.measure(clock: SystemClock())
        let slow = try MeasurementCost.measure(clock: SlowClock())
        #expect(slow.clockReadNs > fast.clockReadNs * 3)
    }

    @Test func theShareIsCountTimesCostOverTime() {
        let cost = MeasurementCost(clockReadNs: 10, histogramRecordNs: 2, verificationNs: 5)
        let share = cost.share(
            clockReads: 100, records: 200, verifications: 20, workerTime: 15_000)
        #expect(share == 0.1)
        #expect(cost.share(clockReads: 1, records: 1, verifications: 1, workerTime: 0) == 0)
    }
}
