import Glibc
import Testing
import UrrPlatform

@testable import UrrAnalysis

@Suite struct KolmogorovSmirnovTests {
    /// reference/queueing.py.
    @Test(arguments: [
        (0.2, 0.999999999999495), (0.5, 0.9639452436648751), (0.8, 0.5441424115741981),
        (1.0, 0.26999967167735456), (1.17, 0.12939004218561884), (1.19, 0.11774229287977166),
        (1.358, 0.05002679733444698), (1.628, 0.009975522431181053),
        (2.0, 0.0006709252557796953), (3.0, 3.045995948942526e-08), (0, 1), (-1, 1), (40, 0),
    ])
    func theLimitIsThatOfTheReference(x: Double, probability: Double) {
        #expect(agree(KolmogorovSmirnov.limit(x), probability, within: 1e-10))
    }

    /// (number of values, power, statistic, exact probability); reference/queueing.py.
    @Test(arguments: [
        (5, 1.0, 0.18196601125010514, 0.9857930703145761),
        (20, 1.0, 0.061456180001681515, 0.9999889175119178),
        (100, 1.3, 0.10457735001615151, 0.20897349270577423),
        (1000, 1.05, 0.018904494479927647, 0.8603141598466808),
    ])
    func agreesWithTheReference(
        count: Int, power: Double, statistic: Double, probability: Double
    ) throws {
        let values = (1...count).map { index -> Double in
            let multiple = Double(index) * 0.6180339887498949
            return pow(multiple - multiple.rounded(.down), power)
        }
        let test = try #require(KolmogorovSmirnov(values) { min(max($0, 0), 1) })
        #expect(agree(test.statistic, statistic))
        // The correction's promise, not more.
        #expect(abs(test.probability - probability) < 0.01)
    }

    @Test func aWrongDistributionIsFoundOut() throws {
        let random = IndexedRandom(seed: 2, stream: "sample")
        let values = (0..<2000 as Range<UInt64>).map { -log(1 - random.unit($0)) }
        let right = try #require(KolmogorovSmirnov(values) { 1 - exp(-max($0, 0)) })
        let wrong = try #require(KolmogorovSmirnov(values) { 1 - exp(-max($0, 0) / 1.15) })
        #expect(right.probability > 0.01)
        #expect(wrong.probability < 0.001)
    }

    @Test func tiesCountInFull() throws {
        let test = try #require(KolmogorovSmirnov([0.5, 0.5, 0.5, 0.5]) { $0 })
        #expect(test.statistic == 0.5)
        #expect(test.count == 4)
    }

    @Test func withoutValuesThereIsNoTest() {
        #expect(KolmogorovSmirnov([]) { $0 } == nil)
        #expect(KolmogorovSmirnov([0.1, .nan]) { $0 } == nil)
        #expect(KolmogorovSmirnov([0.1]) { _ in .nan } == nil)
    }
}
