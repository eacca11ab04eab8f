import Testing
import UrrPlatform

/// Serialized: two probes at a time would measure each other.
@Suite(.serialized)
struct PlacementProbeTests {
    @Test(arguments: [
        (0, PlacementProbe.Placement.sibling), (39.9, .sibling), (40, .near), (55, .near),
        (110, .near), (110.1, .far), (250, .far), (1e9, .far),
    ])
    func timesStandForPlacements(nanoseconds: Double, placement: PlacementProbe.Placement) {
        #expect(PlacementProbe.placement(nanoseconds) == placement)
    }

    @Test func oneProcessorIsNoPair() {
        for cpu in PinnedThread.allowedCPUs() {
            #expect(PlacementProbe.measure(first: cpu, second: cpu) == nil)
            #expect(PlacementProbe.pullTogether(first: cpu, second: cpu, attempts: 3) == nil)
        }
    }

    /// On a busy machine a thread may not get to run in time; then there is no number, and never a
    /// wrong one: handing a line over takes some time and, in the mean of many, not milliseconds.
    @Test(.enabled(if: PinnedThread.allowedCPUs().count > 1, "needs two processors"))
    func twoProcessorsAreSomeTimeApart() {
        let cpus = PinnedThread.allowedCPUs()
        let times = (0..<5).compactMap { _ in
            PlacementProbe.measure(first: cpus[0], second: cpus[1])
        }
        #expect(times.allSatisfy { $0 >= 0 && $0.isFinite && $0 < 100_000_000 })
    }

    @Test(.enabled(if: PinnedThread.allowedCPUs().count > 1, "needs two processors"))
    func withoutAttemptsPullingIsMeasuring() {
        let cpus = PinnedThread.allowedCPUs()
        for attempts in 0...1 {
            let time = PlacementProbe.pullTogether(
                first: cpus[0], second: cpus[1], attempts: attempts)
            if let time { #expect(time >= 0 && time.isFinite) }
        }
    }
}
