import Testing

@testable import UrrAnalysis

/// Reference values: reference/statistics.py.
@Suite struct RankTestTests {
    typealias Stratum = RankTest.Stratum

    @Test(arguments: [
        ([1.1, 2.2, 3.3, 4.4], [5.5, 6.6, 7.7], 12.0, 0.02857142857142857, 1.0),
        (
            [4.2, 1.9, 7.7, 3.1, 5.8, 2.4, 9.9], [6.1, 8.3, 2.0, 7.9, 10.4, 11.2], 32.0,
            0.06876456876456877, 0.9493006993006993
        ),
        (
            [10, 3, 8, 1, 12, 6, 15, 4, 9, 2.5], [7, 5, 11, 0.5, 13, 14, 16, 3.5, 17, 18], 68.0,
            0.09515793803719502, 0.9172530256121588
        ),
    ])
    func oneStratumIsMannWhitney(
        first: [Double], second: [Double], u: Double, greater: Double, less: Double
    ) throws {
        let test = try #require(RankTest([Stratum(first: first, second: second)]))
        let count = Double(second.count)
        #expect(agree(test.rankSum - count * (count + 1) / 2, u))
        #expect(agree(test.probabilityGreater, greater))
        #expect(agree(test.probabilityLess, less))
    }

    @Test(arguments: [
        (
            [([1.0, 2], [3.0, 5]), ([11, 13], [14, 12.5]), ([7, 9, 8], [10])], 47.5,
            0.013888888888888888, 0.9930555555555556
        ),
        (
            [([1, 2, 2, 4], [2, 3, 5, 5]), ([21, 20], [22, 20])], 48.0, 0.09761904761904762,
            0.9404761904761905
        ),
        (
            [
                ([0.98, 1.01, 1.04, 0.97], [1.06, 1.02, 1.09, 1.05]),
                ([1.21, 1.18, 1.25, 1.2], [1.27, 1.22, 1.31, 1.26]),
            ], 96.0, 0.0012244897959183673, 0.9989795918367347
        ),
    ])
    func alignedRanksAgreeWithEnumeration(
        strata: [([Double], [Double])], sum: Double, greater: Double, less: Double
    ) throws {
        let test = try #require(
            RankTest(strata.map { Stratum(first: $0.0, second: $0.1) }))
        #expect(agree(test.rankSum, sum))
        #expect(agree(test.probabilityGreater, greater))
        #expect(agree(test.probabilityLess, less))
    }

    @Test func manyValuesUseTheLimit() throws {
        let many = (1...170).map {
            (Double($0) * 0.6180339887498949).truncatingRemainder(dividingBy: 1)
        }
        func rounded(_ value: Double) -> Double { (value * 100).rounded() / 100 }
        let test = try #require(
            RankTest([
                Stratum(
                    first: many[..<80].map(rounded), second: many[80...].map { rounded($0 + 0.1) })
            ]))
        #expect(agree(test.probabilityGreater, 0.025509463891471826, within: 1e-6))
        #expect(agree(test.probabilityLess, 0.9746755543834751, within: 1e-6))
    }

    /// With 40 values the limit is nearly 4 % off at 1.5 %; both agree with scipy to all digits.
    @Test(arguments: [
        (780, 0.7084428859033493, 0.7103908238432916),
        (820, 0.5053341834378735, 0.5053955476044402),
        (900, 0.14438353186237307, 0.142652357953844),
        (980, 0.015205628019382432, 0.015758551037280785),
    ])
    func bothDistributionsAgreeWithTheReference(sum: Int, exact: Double, limit: Double) {
        let values = (1...40).map {
            (Double($0) * 0.6180339887498949).truncatingRemainder(dividingBy: 1)
        }
        let part = RankDistribution.Part(ranks: RankTest.doubledRanks(values), chosen: 20)
        #expect(agree(RankDistribution.tails(of: [part], at: sum, isExact: true).greater, exact))
        #expect(agree(RankDistribution.tails(of: [part], at: sum, isExact: false).greater, limit))
    }

    @Test func aShiftTakesTheDifferenceOut() throws {
        let first = [1.0, 2, 4, 7]
        let strata = [Stratum(first: first, second: first.map { $0 + 5 })]
        #expect(try #require(RankTest(strata)).probabilityGreater < 0.1)
        let shifted = try #require(RankTest(strata, shift: 5))
        #expect(agree(shifted.probabilityGreater, shifted.probabilityLess))
    }

    @Test func driftBetweenStrataCancels() throws {
        let strata = (0..<3).map { block -> Stratum in
            let level = Double(block) * 100
            return Stratum(
                first: [level, level + 1, level + 3], second: [level + 4, level + 5, level + 6])
        }
        let test = try #require(RankTest(strata))
        #expect(agree(test.probabilityGreater, 1.0 / 8000))
        #expect(agree(RankTest.leastProbability(strata), 1.0 / 8000))
    }

    @Test func withoutAPairThereIsNoTest() {
        #expect(RankTest([]) == nil)
        #expect(RankTest([Stratum(first: [1], second: [])]) == nil)
        #expect(RankTest([Stratum(first: [1], second: [.nan])]) == nil)
        #expect(RankTest([Stratum(first: [1], second: [2])], shift: .infinity) == nil)
        #expect(RankTest.leastProbability([Stratum(first: [], second: [1])]) == 1)
        #expect(RankTest([Stratum(first: [1], second: [1])])?.probabilityGreater == 1)
    }
}
