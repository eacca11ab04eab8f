import Testing
import UrrPlatform

@testable import UrrMeasure

@Suite struct HistogramLayoutTests {
    /// (value, cell, lowest and highest equivalent value) from reference/known_answers.py.
    static let table: [(value: UInt64, index: Int, low: UInt64, high: UInt64)] = [
        (0, 0, 0, 0), (1, 1, 1, 1), (1023, 1023, 1023, 1023), (1024, 1024, 1024, 1024),
        (2047, 2047, 2047, 2047), (2048, 2048, 2048, 2049), (2049, 2048, 2048, 2049),
        (4095, 3071, 4094, 4095), (4096, 3072, 4096, 4099), (10000, 4322, 10000, 10007),
        (1_000_000, 11169, 999_936, 1_000_447),
        (123_456_789, 18267, 123_404_288, 123_469_823),
        (3_600_000_000_000, 33420, 3_599_182_594_048, 3_601_330_077_695),
    ]

    @Test(arguments: table)
    func agreesWithThePythonLibrary(row: (value: UInt64, index: Int, low: UInt64, high: UInt64)) {
        #expect(HistogramLayout.index(of: row.value) == row.index)
        #expect(HistogramLayout.lowestValue(at: row.index) == row.low)
        #expect(HistogramLayout.highestValue(at: row.index) == row.high)
    }

    @Test func hasTheSizeOfTheReference() {
        #expect(HistogramLayout.cellCount == 33792)
        #expect(HistogramLayout.bucketCount == 32)
    }

    @Test func cellsFollowEachOtherWithoutGapOrOverlap() {
        var expected: UInt64 = 0
        var wrong: [Int] = []
        for index in 0..<HistogramLayout.cellCount {
            let low = HistogramLayout.lowestValue(at: index)
            let high = HistogramLayout.highestValue(at: index)
            let found = [low, high].allSatisfy { HistogramLayout.index(of: $0) == index }
            // Three digits: a cell is narrower than a thousandth of its lowest value.
            if low != expected || !found || (high - low) * 1000 > low { wrong.append(index) }
            expected = high + 1
        }
        #expect(wrong == [])
        #expect(expected > UInt64(HistogramLayout.highestTrackable))
    }

    @Test func equivalenceIsSharingACell() {
        #expect(HistogramLayout.areEquivalent(10000, 10007))
        #expect(!HistogramLayout.areEquivalent(10007, 10008))
    }
}
