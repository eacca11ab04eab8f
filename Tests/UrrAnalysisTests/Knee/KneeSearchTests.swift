import Glibc
import Testing
import UrrPlatform
import UrrResults

@testable import UrrAnalysis

@Suite struct KneeSearchTests {
    /// Lets a search run on a made-up system; returns the finding and the rates tried.
    private func search(
        _ rules: KneeSearch.Rules, _ system: (Double, Int) -> KneeOutcome
    ) -> (finding: KneeFindingRecord, rates: [Double]) {
        var search = KneeSearch(rules)
        var rates: [Double] = []
        while true {
            switch search.request {
            case .done(let finding): return (finding, rates)
            case .step(_, let rate):
                rates.append(rate)
                search.record(system(rate, rates.count))
            }
        }
    }

    private func rules(_ start: Double, _ allowed: ClosedRange<Double> = 1...1e9)
        -> KneeSearch.Rules
    {
        KneeSearch.Rules(start: start, allowed: allowed)
    }

    @Test(arguments: [1.0, 500, 9_999, 10_001, 123_456, 1e8])
    func aSharpKneeIsFoundFromAnywhere(start: Double) throws {
        let found = search(rules(start)) { rate, _ in rate <= 10_000 ? .held : .missed }
        #expect(found.finding.kind == .found)
        let rate = try #require(found.finding.ratePerSecond)
        #expect(abs(rate / 10_000 - 1) < 0.02)
        #expect(try #require(found.finding.lower) < rate)
        #expect(try #require(found.finding.upper) > rate)
        #expect(found.rates.count < 60)
    }

    /// A system that holds a rate by chance, the less likely the higher it is (a logistic curve
    /// that is as likely as not at 50,000, and 10 % wide).
    @Test func tenSearchesOfAScatteringSystemAgreeWithinFivePercent() throws {
        let rates = try (0..<10).map { seed -> Double in
            let random = IndexedRandom(seed: UInt64(seed), stream: "knee")
            let found = search(rules(3000)) { rate, step in
                let likely = 1 / (1 + exp((rate / 50_000 - 1) / 0.02))
                return random.unit(UInt64(step)) < likely ? .held : .missed
            }
            #expect(found.finding.kind == .found)
            return try #require(found.finding.ratePerSecond)
        }
        let low = try #require(rates.min()), high = try #require(rates.max())
        #expect((high - low) / 50_000 < 0.05, "\(rates)")
        #expect(rates.allSatisfy { abs($0 / 50_000 - 1) < 0.04 })
    }

    /// The interval is honest: it holds the truth in 95 of 100 searches and more, of systems that are
    /// nearly sharp as of those that scatter. Fewer than 88 of 100 would be a chance of less than 1 in 1,000.
    @Test(arguments: [0.003, 0.01, 0.02])
    func theIntervalHoldsTheKneeAsOftenAsItSays(width: Double) throws {
        let hits = try (0..<100).count { seed in
            let random = IndexedRandom(seed: UInt64(seed), stream: "interval")
            let found = search(rules(40_000)) { rate, step in
                let likely = 1 / (1 + exp((rate / 50_000 - 1) / width))
                return random.unit(UInt64(step)) < likely ? .held : .missed
            }.finding
            let lower = try #require(found.lower)
            let upper = try #require(found.upper)
            return lower <= 50_000 && 50_000 <= upper
        }
        #expect(hits >= 88, "\(hits) of 100")
    }

    @Test func theToolsOwnLimitIsNotTheSystems() throws {
        let found = search(rules(1000)) { rate, _ in rate <= 70_000 ? .held : .generatorLimit }
        #expect(found.finding.kind == .generatorLimit)
        #expect(found.finding.ratePerSecond == nil)
        #expect(try #require(found.finding.lower) <= 70_000)
        #expect(try #require(found.finding.upper) > 70_000)
    }

    @Test func aKneeBelowTheToolsLimitIsFound() throws {
        let found = search(rules(200_000)) { rate, _ in
            rate > 100_000 ? .generatorLimit : rate > 30_000 ? .missed : .held
        }
        #expect(found.finding.kind == .found)
        #expect(abs(try #require(found.finding.ratePerSecond) / 30_000 - 1) < 0.02)
    }

    @Test func nothingIsTriedBeyondWhatIsAllowed() {
        let above = search(rules(1000, 10...50_000)) { _, _ in .held }
        #expect(above.finding.kind == .aboveAllowed && above.finding.lower == 50_000)
        #expect(above.rates.max() == 50_000)
        let below = search(rules(1000, 10...50_000)) { _, _ in .missed }
        #expect(below.finding.kind == .belowAllowed && below.finding.upper == 10)
        #expect(below.rates.min() == 10)
        let outside = search(rules(1e6, 10...50_000)) { _, _ in .held }
        #expect(outside.rates == [50_000])
    }

    @Test func disturbedStepsAreRepeatedAndThenCountAsMissed() throws {
        var tried: [Double: Int] = [:]
        let found = search(rules(10_000)) { rate, _ in
            tried[rate, default: 0] += 1
            // Every rate is disturbed once; above 20,000 always.
            return rate > 20_000 || tried[rate] == 1 ? .disturbed : .held
        }
        #expect(found.finding.kind == .found)
        #expect(abs(try #require(found.finding.ratePerSecond) / 20_000 - 1) < 0.03)
    }

    /// An answer at random has no knee; the search ends all the same.
    @Test(arguments: 0..<20)
    func everySearchEnds(seed: UInt64) {
        let random = IndexedRandom(seed: seed, stream: "chaos")
        let outcomes: [KneeOutcome] = [.held, .missed, .generatorLimit, .disturbed]
        let found = search(rules(1000, 1...1e6)) { _, step in
            outcomes[Int(random[UInt64(step)] % 4)]
        }
        #expect(found.rates.count <= 100)
    }

    // MARK: Statistics

    /// scipy.stats.t.ppf.
    @Test(arguments: [
        (0.975, 1, 12.706204736174694), (0.975, 3, 3.1824463052837078),
        (0.975, 4, 2.7764451051977934), (0.95, 10, 1.8124611228116756),
        (0.99, 30, 2.457261542400591), (0.05, 7, -1.8945786050900066), (0.5, 2, 0),
    ])
    func studentsQuantilesAgreeWithTheReference(
        probability: Double, freedom: Int, value: Double
    ) {
        #expect(abs(StudentT.quantile(probability, freedom: freedom) - value) < 1e-7)
    }

    /// y = 1.1, 1.9, 3.2, 3.9, 5.1 at x = 0...4: scipy.stats.linregress gives slope 1.0, standard
    /// error 0.048989794855663085.
    @Test func aSlopeAndItsErrorAgreeWithTheReference() throws {
        let test = try #require(
            SlopeTest([(0, 1.1), (1, 1.9), (2, 3.2), (3, 3.9), (4, 5.1)]))
        #expect(agree(test.slope, 1.0))
        #expect(agree(test.error, 0.048989794855663085))
        #expect(test.isAbove(0.7) && !test.isAbove(0.95))
        #expect(SlopeTest([(1, 1), (1, 2), (1, 3)]) == nil)
        #expect(SlopeTest([(1, 1), (2, 2)]) == nil)
    }
}
