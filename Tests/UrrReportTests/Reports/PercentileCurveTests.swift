import Testing
import UrrMeasure
import UrrPlatform

@testable import UrrReport

struct PercentileCurveTests {
    /// A histogram with `count` values between a microsecond and a second, which lives for `body`.
    private func withHistogram<Result>(
        _ count: UInt64, overflow: UInt64 = 0, _ body: (Histogram) throws -> Result
    ) throws -> Result {
        let histogram = try Histogram()
        defer { histogram.deallocate() }
        let random = IndexedRandom(seed: 3, stream: "latencies")
        for index in 0..<count { histogram.record(1000 + Int64(random.unit(index) * 1e9)) }
        if overflow > 0 { histogram.record(7_200_000_000_000, count: overflow) }
        return try body(histogram)
    }

    @Test(arguments: [1, 2, 10, 999, 100_000])
    func agreesWithTheHistogramsPercentiles(count: UInt64) throws {
        try withHistogram(count) { histogram in
            let curve = PercentileCurve(histogram)
            for point in curve.points.dropFirst() where point.inverse < Double(count) {
                let percentile = 100 * (1 - 1 / point.inverse)
                #expect(point.nanoseconds == histogram.value(atPercentile: percentile))
            }
            #expect(curve.points.first?.nanoseconds == histogram.minimum)
            #expect(curve.points.last?.nanoseconds == histogram.maximum)
            #expect(curve.points.last?.inverse == Double(count))
        }
    }

    @Test func ascendsOnBothAxes() throws {
        try withHistogram(5000, overflow: 3) { histogram in
            let points = PercentileCurve(histogram).points
            for (before, after) in zip(points, points.dropFirst()) {
                #expect(before.inverse < after.inverse)
                #expect(before.nanoseconds <= after.nanoseconds)
            }
            #expect(points.last?.nanoseconds == 7_200_000_000_000)
        }
    }

    @Test func saysWhatTheSamplesSupport() throws {
        try withHistogram(10_000) { histogram in
            let curve = PercentileCurve(histogram)
            let last = curve.points[curve.supported - 1].inverse
            // Ten values have to lie beyond a percentile: up to the 99.9th of 10,000.
            #expect(abs(last - 1000) < 1e-6)
        }
    }

    @Test func anEmptyHistogramIsNoCurve() throws {
        try withHistogram(0) { #expect(PercentileCurve($0).points.isEmpty) }
    }

    @Test func onlyOverflowIsACurveToo() throws {
        try withHistogram(0, overflow: 2) { histogram in
            #expect(
                PercentileCurve(histogram).points.allSatisfy {
                    $0.nanoseconds == 7_200_000_000_000
                })
        }
    }
}
