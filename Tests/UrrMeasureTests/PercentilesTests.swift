import Testing
import UrrMeasure

@Suite struct PercentilesTests {
    @Test(arguments: [
        (50.0, UInt64(20)), (90, 100), (99, 1000), (99.9, 10_000), (99.99, 100_000),
        (99.999, 1_000_000),
    ])
    func tenSamplesHaveToLieBeyond(percentile: Double, needed: UInt64) {
        #expect(Percentiles.isSupported(percentile, count: needed))
        #expect(!Percentiles.isSupported(percentile, count: needed - 1))
    }

    @Test func listsWhatTheSampleSupports() {
        #expect(supportedPercentiles(0) == [])
        #expect(supportedPercentiles(999) == [50, 90])
        #expect(supportedPercentiles(10_000) == [50, 90, 99, 99.9])
        #expect(supportedPercentiles(.max) == Percentiles.reported)
    }

    @Test(arguments: [-1.0, 100, 101, .nan, .infinity])
    func whatIsNoPercentileIsNotSupported(percentile: Double) {
        #expect(!Percentiles.isSupported(percentile, count: .max))
    }
}
