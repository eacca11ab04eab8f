import Testing
import UrrPlatform

struct RandomTests {
    /// First outputs of SplitMix64 from state 1234567, as its reference implementation gives them.
    @Test func mixesLikeSplitMix64() {
        let increment: UInt64 = 0x9e37_79b9_7f4a_7c15
        let expected: [UInt64] = [
            6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423,
        ]
        for (index, value) in expected.enumerated() {
            #expect(mix64(1_234_567 &+ UInt64(index + 1) &* increment) == value)
        }
    }

    @Test func aValueDependsOnSeedStreamAndIndexAlone() {
        let random = IndexedRandom(seed: 7, stream: "keys")
        let forwards = (0..<100).map { random[$0] }
        let backwards = (0..<100).reversed().map { random[$0] }
        #expect(forwards == backwards.reversed())
        #expect(forwards == (0..<100).map { IndexedRandom(seed: 7, stream: "keys")[$0] })
        #expect(Set(forwards).count == 100)
        #expect(IndexedRandom(seed: 8, stream: "keys")[0] != random[0])
        #expect(IndexedRandom(seed: 7, stream: "sizes")[0] != random[0])
    }

    @Test func unitIsUniform() {
        let random = IndexedRandom(seed: 1, stream: "unit")
        var cells = [Int](repeating: 0, count: 16)
        let count: UInt64 = 16_000
        for index in 0..<count {
            let value = random.unit(index)
            #expect(value >= 0 && value < 1)
            cells[Int(value * 16)] += 1
        }
        // Chi-square with 15 degrees of freedom; 37.7 is its 99.9th percentile. The seed is fixed.
        let statistic = cells.reduce(0.0) { $0 + (Double($1) - 1000) * (Double($1) - 1000) / 1000 }
        #expect(statistic < 37.7)
    }
}
