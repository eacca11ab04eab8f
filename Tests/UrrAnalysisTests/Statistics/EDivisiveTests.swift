import Testing

@testable import UrrAnalysis

/// Reference values: reference/statistics.py, from scipy and from MongoDB's package.
@Suite struct EDivisiveTests {
    static func golden(_ count: Int) -> [Double] {
        (1...count).map { (Double($0) * 0.6180339887498949).truncatingRemainder(dividingBy: 1) }
    }

    @Test func statisticsAgreeWithTheReference() {
        let series = [5.1, 4.8, 5.6, 5.0, 9.2, 5.3, 7.4, 7.9, 7.1, 8.0, 7.7, 7.5]
        let expected = [
            4.513333333333334, 5.855555555555558, 9.208333333333336, 5.599047619047622,
            8.76666666666667, 6.501904761904763, 4.258333333333333, 3.633333333333335,
            2.1533333333333333,
        ]
        let splits = EnergyStatistic.splits(series[...], minimum: 2)
        #expect(splits.map(\.index) == Array(2...10))
        #expect(zip(splits, expected).allSatisfy { agree($0.value, $1) })
        #expect(EnergyStatistic.best(series[...], minimum: 2)?.index == 4)
    }

    /// All 5,040 shuffles of the reference give 288 that are at least as good.
    @Test func theTestAgreesWithAllShuffles() throws {
        let series = [1.0, 1.3, 0.8, 2.9, 3.3, 3.1, 2.6]
        var detector = EDivisive()
        detector.minimumSegment = 2
        detector.permutations = 20_000
        detector.level = 0.5
        let best = try #require(EnergyStatistic.best(series[...], minimum: 2))
        #expect(agree(best.value, 5.783333333333334))
        var random = SeededRandom(seed: 1, stream: "test")
        let probability = detector.probability(series, [], best.value, &random)
        #expect(abs(probability - 288.0 / 5040) < 0.007)
    }

    @Test func findsTheChangesOfALongSeries() {
        let series = Self.golden(90).enumerated().map { index, value in
            value + (index < 30 ? 0 : index < 62 ? 0.9 : 0.35)
        }
        let found = EDivisive().changePoints(series)
        #expect(found.map(\.index) == [30, 63])
        #expect(found.allSatisfy { $0.probability <= 0.005 })
    }

    @Test func aSpikeIsNoChange() {
        var series = Self.golden(40)
        series[20] += 50
        #expect(EDivisive().changePoints(series) == [])
    }

    /// Of 50 series without a change, at a level of 0.5 %, hardly one may seem to have one.
    @Test func noiseHasNoChanges() {
        var random = SeededRandom(seed: 8, stream: "noise")
        var found = 0
        for _ in 0..<50 {
            let series = (0..<40).map { _ in random.normal() }
            found += EDivisive().changePoints(series).isEmpty ? 0 : 1
        }
        #expect(found <= 2)
    }

    @Test func shortOrBrokenSeriesHaveNone() {
        #expect(EDivisive().changePoints([]) == [])
        #expect(EDivisive().changePoints([1, 2, 3, 4, 5, 6, 7, 8, 9]) == [])
        #expect(EDivisive().changePoints(Self.golden(20) + [.nan]) == [])
        #expect(EDivisive().changePoints([Double](repeating: 3, count: 30)) == [])
    }
}
