import Glibc
import Testing
import UrrPlatform

@testable import UrrMeasure

/// Calls `body` with an empty histogram and frees it.
func withHistogram<Result>(_ body: (Histogram) throws -> Result) throws -> Result {
    let histogram = try Histogram()
    defer { histogram.deallocate() }
    return try body(histogram)
}

/// `count` values between 1 ns and 1 h, spread evenly over the orders of magnitude.
func spreadValues(_ count: Int, seed: UInt64) -> [Nanoseconds] {
    let random = IndexedRandom(seed: seed, stream: "spread")
    return (0..<UInt64(count)).map { index in
        let bits = random[2 * index] % 42
        return Nanoseconds(random[2 * index + 1] % (2 << bits)) % 3_600_000_000_001
    }
}

@Suite struct HistogramTests {
    @Test(arguments: [1, 2, 10, 999, 1000, 20_000], [UInt64(1), 2, 3])
    func everyPercentileIsWithinAThousandth(count: Int, seed: UInt64) throws {
        let values = spreadValues(count, seed: seed).sorted()
        try withHistogram { histogram in
            for value in values { histogram.record(value) }
            #expect(histogram.count == UInt64(count))
            // In thousandths of a percent, so that the rank is exact integer arithmetic.
            for milli in Array(stride(from: 0, through: 100_000, by: 500)) + [
                99_900, 99_990, 99_999,
            ] {
                let rank = max(1, (milli * count + 99_999) / 100_000)
                let exact = values[rank - 1]
                let value = try #require(histogram.value(atPercentile: Double(milli) / 1000))
                #expect(value >= exact)
                #expect(Double(value - exact) <= Double(exact) / 1000)
            }
        }
    }

    @Test func keepsExactExtremesSumAndDeviation() throws {
        let values = spreadValues(5000, seed: 7)
        try withHistogram { histogram in
            for value in values { histogram.record(value) }
            #expect(histogram.minimum == values.min())
            #expect(histogram.maximum == values.max())
            let sum = values.reduce(0.0) { $0 + Double($1) }
            let mean = sum / Double(values.count)
            let squares = values.reduce(0.0) { $0 + (Double($1) - mean) * (Double($1) - mean) }
            let deviation = (squares / Double(values.count)).squareRoot()
            #expect(abs(histogram.sumEstimate / sum - 1) < 0.0005)
            let measuredMean = try #require(histogram.mean)
            let measuredDeviation = try #require(histogram.standardDeviation)
            #expect(abs(measuredMean / mean - 1) < 0.0005)
            #expect(abs(measuredDeviation / deviation - 1) < 0.001)
        }
    }

    @Test func anEmptyHistogramHasNoNumbers() throws {
        try withHistogram { histogram in
            #expect(histogram.count == 0)
            #expect(histogram.minimum == nil)
            #expect(histogram.maximum == nil)
            #expect(histogram.mean == nil)
            #expect(histogram.standardDeviation == nil)
            #expect(histogram.value(atPercentile: 50) == nil)
            #expect(histogram.lowestAnomaly == nil)
            #expect(histogram.countAtOrBelow(.max) == 0)
        }
    }

    @Test func zeroAndOneHourAreInRange() throws {
        try withHistogram { histogram in
            histogram.record(0)
            histogram.record(3_600_000_000_000)
            #expect(histogram.count == 2)
            #expect(histogram.overflow == 0)
            #expect(histogram.minimum == 0)
            #expect(histogram.maximum == 3_600_000_000_000)
            #expect(histogram.value(atPercentile: 50) == 0)
            #expect(histogram.value(atPercentile: 100) == 3_600_000_000_000)
        }
    }

    @Test func negativeValuesAreAnomaliesAndNothingElse() throws {
        try withHistogram { histogram in
            histogram.record(-1)
            histogram.record(.min, count: 2)
            histogram.record(5)
            #expect(histogram.anomalies == 3)
            #expect(histogram.lowestAnomaly == .min)
            #expect(histogram.count == 1)
            #expect(histogram.minimum == 5)
            #expect(histogram.value(atPercentile: 0) == 5)
        }
    }

    @Test func valuesAboveOneHourRankAboveAllOthers() throws {
        try withHistogram { histogram in
            histogram.record(100, count: 90)
            histogram.record(3_600_000_000_001, count: 9)
            histogram.record(.max)
            #expect(histogram.count == 90)
            #expect(histogram.overflow == 10)
            #expect(histogram.maximum == .max)
            #expect(histogram.value(atPercentile: 90) == 100)
            #expect(histogram.value(atPercentile: 90.1) == .max)
            #expect(histogram.mean == 100)
            #expect(histogram.countAtOrBelow(3_600_000_000_000) == 90)
            #expect(histogram.countAtOrBelow(.max) == 100)
        }
    }

    @Test func aCountOfZeroChangesNothing() throws {
        try withHistogram { histogram in
            histogram.record(7, count: 0)
            histogram.record(-7, count: 0)
            #expect(histogram.minimum == nil)
            #expect(histogram.lowestAnomaly == nil)
        }
    }

    @Test func countAtOrBelowCountsEquivalentValues() throws {
        try withHistogram { histogram in
            for value: Nanoseconds in [1, 10, 10000, 10007, 10008] { histogram.record(value) }
            #expect(histogram.countAtOrBelow(-1) == 0)
            #expect(histogram.countAtOrBelow(0) == 0)
            #expect(histogram.countAtOrBelow(9) == 1)
            #expect(histogram.countAtOrBelow(10000) == 4)
            #expect(histogram.countAtOrBelow(10008) == 5)
        }
    }

    @Test func forEachBucketGivesEveryCountOnce() throws {
        try withHistogram { histogram in
            histogram.record(3, count: 2)
            histogram.record(10001, count: 5)
            var seen: [[Int64]] = []
            histogram.forEachBucket { seen.append([$0, $1, Int64($2)]) }
            #expect(seen == [[3, 3, 2], [10000, 10007, 5]])
        }
    }

    @Test func mergingIsTheUnion() throws {
        let left = spreadValues(3000, seed: 11) + [-3, .max]
        let right = spreadValues(3000, seed: 12) + [-9, 3_600_000_000_005]
        try withHistogram { merged in
            try withHistogram { other in
                try withHistogram { union in
                    for value in left { merged.record(value) }
                    for value in right { other.record(value) }
                    for value in left + right { union.record(value) }
                    merged.add(other)
                    expectEqual(merged, union)
                    // The other one is unchanged.
                    #expect(other.count == 3000)
                }
            }
        }
    }

    @Test func mergingAnEmptyHistogramChangesNothing() throws {
        try withHistogram { histogram in
            try withHistogram { empty in
                histogram.record(5)
                histogram.add(empty)
                #expect(histogram.minimum == 5)
                empty.add(histogram)
                expectEqual(histogram, empty)
            }
        }
    }

    @Test func resetLeavesAnEmptyHistogram() throws {
        try withHistogram { histogram in
            for value in spreadValues(2000, seed: 4) + [-1, .max] { histogram.record(value) }
            histogram.reset()
            #expect((0..<HistogramLayout.cellCount).allSatisfy { histogram.cells[$0] == 0 })
            try withHistogram { expectEqual(histogram, $0) }
            histogram.record(9)
            #expect(histogram.minimum == 9)
            #expect(histogram.maximum == 9)
        }
    }

    @Test func onlyPagesThatWereRecordedIntoOccupyMemory() throws {
        try withHistogram { histogram in
            #expect(residentPages(of: histogram) == 0)
            histogram.reset()
            // Asking maps the shared page of zeros at most, for the summary.
            #expect(histogram.count == 0)
            #expect(residentPages(of: histogram) <= 1)
            histogram.record(10)
            histogram.record(1_000_000)
            // Two cells and the summary, each of which may lie across two pages.
            #expect((1...6).contains(residentPages(of: histogram)))
        }
    }

    private func residentPages(of histogram: Histogram) -> Int {
        let page = 4096
        let address = UInt(bitPattern: histogram.base)
        let start = UnsafeMutableRawPointer(bitPattern: address & ~UInt(page - 1))!
        let byteCount = HistogramLayout.cellCount * 8
        var pages = [UInt8](repeating: 0, count: (byteCount + page - 1) / page)
        #expect(mincore(start, byteCount, &pages) == 0)
        return pages.reduce(0) { $0 + Int($1 & 1) }
    }
}

/// Every cell and every number of the two is the same.
func expectEqual(
    _ left: Histogram, _ right: Histogram, sourceLocation: SourceLocation = #_sourceLocation
) {
    #expect(left.count == right.count, sourceLocation: sourceLocation)
    #expect(left.overflow == right.overflow, sourceLocation: sourceLocation)
    #expect(left.anomalies == right.anomalies, sourceLocation: sourceLocation)
    #expect(left.lowestAnomaly == right.lowestAnomaly, sourceLocation: sourceLocation)
    #expect(left.minimum == right.minimum, sourceLocation: sourceLocation)
    #expect(left.maximum == right.maximum, sourceLocation: sourceLocation)
    let same = (0..<HistogramLayout.cellCount).allSatisfy { left.cells[$0] == right.cells[$0] }
    #expect(same, sourceLocation: sourceLocation)
}
