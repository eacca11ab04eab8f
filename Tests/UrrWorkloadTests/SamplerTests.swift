import Glibc
import Testing
import UrrPlatform

@testable import UrrWorkload

@Suite struct KeySamplerTests {
    private func counts(_ spec: KeySpec, draws: UInt64, seed: UInt64 = 11) -> [Int] {
        let distribution = KeyDistribution(spec)
        let sampler = distribution.sampler(seed: seed, stream: "keys")
        var counts = [Int](repeating: 0, count: spec.cardinality)
        for message in 0..<draws { counts[Int(sampler.keyIndex(message))] += 1 }
        withExtendedLifetime(distribution) {}
        return counts
    }

    @Test(arguments: [1, 2, 3] as [UInt64])
    func uniformKeysPassChiSquare(_ seed: UInt64) {
        let counts = counts(.uniform(cardinality: 97), draws: 50_000, seed: seed)
        let expected = [Double](repeating: 50_000 / 97.0, count: 97)
        #expect(chiSquare(counts, expected) < chiSquareLimit(96))
    }

    @Test(arguments: [0.5, 1.0, 1.1, 2.0])
    func zipfKeysPassChiSquare(_ exponent: Double) {
        let cardinality = 60
        let counts = counts(
            .zipf(cardinality: cardinality, exponent: exponent), draws: 100_000)
        let weights = (1...cardinality).map { pow(Double($0), -exponent) }
        let total = weights.reduce(0, +)
        let expected = weights.map { $0 / total * 100_000 }
        #expect(chiSquare(counts, expected) < chiSquareLimit(cardinality - 1))
        // Another exponent is told apart.
        let wrong = (1...cardinality).map { pow(Double($0), -exponent - 0.1) }
        let wrongTotal = wrong.reduce(0, +)
        #expect(
            chiSquare(counts, wrong.map { $0 / wrongTotal * 100_000 })
                > 2 * chiSquareLimit(cardinality - 1))
    }

    /// The table itself, without drawing: the probabilities that its columns add up to.
    @Test(arguments: [(1, 1.0), (2, 1.0), (1000, 1.1), (5000, 0.3), (777, 8.0)])
    func aliasTablesAreExact(_ cardinality: Int, _ exponent: Double) {
        let weights = KeyDistribution.zipfWeights(cardinality: cardinality, exponent: exponent)
        let total = weights.reduce(0, +)
        let storage = AliasTableStorage(weights: weights)
        var shares = [Double](repeating: 0, count: cardinality)
        for column in 0..<cardinality {
            guard let entry = storage.table.columns?[column] else { continue }
            let own = Double(entry.threshold) * 0x1p-32
            shares[column] += own
            shares[Int(entry.alias)] += 1 - own
        }
        for index in 0..<cardinality {
            let probability = weights[index] / total
            #expect(abs(shares[index] / Double(cardinality) - probability) < 0x1p-31)
        }
        withExtendedLifetime(storage) {}
    }

    @Test func simpleKeys() {
        #expect(counts(.sequential(cardinality: 7), draws: 70) == [Int](repeating: 10, count: 7))
        #expect(counts(.fixed, draws: 10) == [10])
        let none = KeyDistribution(.none)
        let sampler = none.sampler(seed: 1, stream: "keys")
        #expect(!sampler.hasKeys)
        #expect(sampler.keyIndex(5) == 0)
        let sequential = KeyDistribution(.sequential(cardinality: 3))
        let order = sequential.sampler(seed: 1, stream: "keys")
        #expect((0..<7).map { order.keyIndex($0) } == [0, 1, 2, 0, 1, 2, 0])
    }
}

@Suite struct KeyTableTests {
    /// Values that Apache Kafka's own tests state for its `murmur2`.
    @Test(
        arguments: [
            ("21", -973_932_308), ("foobar", -790_332_482),
            ("a-little-bit-long-string", -985_981_536),
            ("a-little-bit-longer-string", -1_486_304_829),
            ("lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8", -58_897_971), ("abc", 479_470_107),
        ] as [(String, Int32)])
    func murmur2MatchesKafka(_ text: String, _ expected: Int32) {
        let hash = Array(text.utf8).withUnsafeBytes { murmur2($0) }
        #expect(Int32(bitPattern: hash) == expected)
    }

    @Test func keysAreWrittenInTenDigits() {
        let keys = KeyDistribution(.uniform(cardinality: 10)).keys
        for (index, text) in [
            (0, "key-0000000000"), (42, "key-0000000042"), (1_234_567_890, "key-1234567890"),
            (UInt32.max, "key-4294967295"),
        ] as [(UInt32, String)] {
            let bytes = keys.withKeyBytes(index) { String(decoding: $0, as: UTF8.self) }
            #expect(bytes == text)
        }
    }

    /// Both ways to a hash give that of the written bytes.
    @Test func hashesAreThoseOfTheBytes() {
        let distribution = KeyDistribution(.uniform(cardinality: 5))
        for index in [0, 1, 4, 5, 6, 1_000_000, 9_999_999] as [UInt32] {
            let digits = String(index)
            let text = "key-" + String(repeating: "0", count: 10 - digits.count) + digits
            let expected = Array(text.utf8).withUnsafeBytes { murmur2($0) }
            #expect(distribution.keys.hash(index) == expected)
        }
        withExtendedLifetime(distribution) {}
    }

    @Test func keysSpreadOverPartitions() {
        let distribution = KeyDistribution(.uniform(cardinality: 12_000))
        var counts = [Int](repeating: 0, count: 12)
        for index in 0..<12_000 as Range<UInt32> {
            let hash = distribution.keys.hash(index)
            counts[partition(forKeyHash: hash, partitions: 12)] += 1
        }
        #expect(chiSquare(counts, [Double](repeating: 1000, count: 12)) < chiSquareLimit(11))
        withExtendedLifetime(distribution) {}
    }
}

@Suite struct SizeSamplerTests {
    private func sizes(_ spec: SizeSpec, _ draws: UInt64, maximum: Int = 1 << 20) -> [Int] {
        let distribution = SizeDistribution(spec, maximumMessageSize: maximum)
        let sampler = distribution.sampler(seed: 5, stream: "sizes")
        let result = (0..<draws).map { sampler.byteCount($0) }
        withExtendedLifetime(distribution) {}
        return result
    }

    @Test func fixedAndUniform() {
        #expect(Set(sizes(.fixed(300), 100)) == [300])
        let uniform = sizes(.uniform(minimum: 40, maximum: 59), 20_000)
        var counts = [Int](repeating: 0, count: 20)
        for size in uniform { counts[size - 40] += 1 }
        #expect(chiSquare(counts, [Double](repeating: 1000, count: 20)) < chiSquareLimit(19))
        #expect(Set(sizes(.uniform(minimum: 64, maximum: 64), 10)) == [64])
    }

    @Test func weights() {
        let list = [
            WeightedSize(size: 64, weight: 6), WeightedSize(size: 128, weight: 3),
            WeightedSize(size: 512, weight: 1), WeightedSize(size: 900, weight: 0),
        ]
        let drawn = sizes(.weights(list), 20_000)
        let counts = [64, 128, 512, 900].map { size in drawn.filter { $0 == size }.count }
        #expect(counts[3] == 0)
        #expect(counts.reduce(0, +) == 20_000)
        // Two degrees of freedom: the 1 % point is 9.21.
        #expect(chiSquare(Array(counts[..<3]), [12_000, 6000, 2000]) < 9.21)
    }

    /// Wide sizes, so that rounding to whole bytes is far below the distance that the test sees.
    @Test func lognormalSizesFollowTheDistribution() {
        let (mean, sigma) = (50_000.0, 0.4)
        let drawn = sizes(.lognormal(mean: mean, sigma: sigma), 20_000).map(Double.init)
        let location = log(mean) - sigma * sigma / 2
        let distance = kolmogorovSmirnov(drawn) { normalDistribution((log($0) - location) / sigma) }
        #expect(distance < kolmogorovSmirnovLimit(drawn.count))
        #expect(abs(drawn.reduce(0, +) / 20_000 - mean) < 3 * mean * 0.42 / 141)
    }

    @Test func lognormalSizesAreClampedAndThatIsForeseen() {
        let spec = SizeSpec.lognormal(mean: 100, sigma: 1)
        let drawn = sizes(spec, 20_000, maximum: 400)
        #expect(drawn.allSatisfy { (40...400).contains($0) })
        let clamped = Double(drawn.filter { $0 == 40 || $0 == 400 }.count) / 20_000
        let share = spec.clampedShare(maximumMessageSize: 400)
        // The sizes that round to the bounds count among the clamped ones here.
        #expect(abs(clamped - share) < 0.015)
        #expect(SizeSpec.fixed(64).clampedShare(maximumMessageSize: 64) == 0)
    }
}

@Suite struct ServiceTimeSamplerTests {
    private func times(_ spec: ServiceTimeSpec, _ draws: UInt64) -> [Double] {
        let sampler = ServiceTimeSampler(spec, seed: 9, stream: "service/g")
        return (0..<draws).map { Double(sampler.duration($0)) }
    }

    @Test func fixed() {
        #expect(Set(times(.fixed(1_000_000), 10)) == [1_000_000])
        #expect(ServiceTimeSampler(.fixed(0), seed: 1, stream: "s").isZero)
        #expect(!ServiceTimeSampler(.fixed(1), seed: 1, stream: "s").isZero)
        #expect(!ServiceTimeSampler(.exponential(mean: 1), seed: 1, stream: "s").isZero)
    }

    @Test func exponential() {
        let drawn = times(.exponential(mean: 1_000_000), 20_000)
        let distance = kolmogorovSmirnov(drawn) { 1 - exp(-$0 / 1e6) }
        #expect(distance < kolmogorovSmirnovLimit(drawn.count))
    }

    @Test func lognormal() {
        let (median, sigma) = (200_000.0, 0.99)
        let drawn = times(.lognormal(median: median, sigma: sigma), 20_000)
        let distance = kolmogorovSmirnov(drawn) { normalDistribution(log($0 / median) / sigma) }
        #expect(distance < kolmogorovSmirnovLimit(drawn.count))
        let spec = ServiceTimeSpec.lognormal(median: median, sigma: sigma)
        #expect(abs(drawn.reduce(0, +) / 20_000 / spec.meanNanoseconds - 1) < 0.04)
    }

    @Test func timesDependOnTheIdentityOnly() {
        let sampler = ServiceTimeSampler(.exponential(mean: 1000), seed: 9, stream: "service/g")
        let other = ServiceTimeSampler(.exponential(mean: 1000), seed: 9, stream: "service/h")
        #expect(sampler.duration(77) == sampler.duration(77))
        #expect((0..<50).map { sampler.duration($0) } != (0..<50).map { other.duration($0) })
    }

    @Test func clampsAtOneHour() {
        let spec = ServiceTimeSpec.lognormal(median: 3.6e12, sigma: 5)
        let drawn = times(spec, 1000)
        #expect(drawn.max() == 3.6e12)
        #expect(drawn.allSatisfy { $0 >= 0 })
    }
}

@Suite struct DeterministicMathTests {
    @Test func logarithmAgreesWithTheLibrary() {
        var random = TestRandom(state: 1)
        for _ in 0..<20_000 {
            let exponent = Double.random(in: -700...700, using: &random)
            let x = exp(exponent)
            let expected = log(x)
            #expect(abs(DeterministicMath.logarithm(x) - expected) <= 2 * expected.ulp)
        }
        for x in [1.0, 2, 0.5, 1 + 0x1p-52, 1 - 0x1p-53, 0x1p-53, 1e7, 0.70710678118654752] {
            #expect(abs(DeterministicMath.logarithm(x) - log(x)) <= 2 * log(x).ulp)
        }
    }

    @Test func exponentialAgreesWithTheLibrary() {
        var random = TestRandom(state: 2)
        for _ in 0..<20_000 {
            let x = Double.random(in: -690...690, using: &random)
            let expected = exp(x)
            #expect(
                abs(DeterministicMath.exponential(x) / expected - 1) < 4e-16 * max(1, abs(x) / 64))
        }
        #expect(DeterministicMath.exponential(0) == 1)
        #expect(DeterministicMath.exponential(1e9) == DeterministicMath.exponential(700))
        #expect(DeterministicMath.exponential(-1e9) > 0)
    }

    @Test func normalQuantileInvertsTheDistribution() {
        for p in stride(from: 0.001, to: 1, by: 0.001) {
            #expect(abs(normalDistribution(DeterministicMath.normalQuantile(p)) - p) < 1e-14)
        }
        for p in [1e-300, 1e-20, 1e-10, 0x1p-53] {
            let z = DeterministicMath.normalQuantile(p)
            #expect(abs(normalDistribution(z) / p - 1) < 1e-11)
        }
        #expect(DeterministicMath.normalQuantile(0.5) == 0)
        // Tables give 2.326347874 for 0.99 and 1.959963985 for 0.975.
        #expect(abs(DeterministicMath.normalQuantile(0.99) - 2.326_347_874) < 1e-9)
        #expect(abs(DeterministicMath.normalQuantile(0.975) - 1.959_963_985) < 1e-9)
    }

    @Test func openUnitNeverReachesItsEnds() {
        #expect(DeterministicMath.openUnit(0) > 0)
        #expect(DeterministicMath.openUnit(.max) < 1)
        #expect(DeterministicMath.exponentialVariate(.max) >= 0)
        #expect(DeterministicMath.exponentialVariate(0) < 37)
        #expect(DeterministicMath.normalVariate(.max).isFinite)
        #expect(DeterministicMath.normalVariate(0).isFinite)
    }
}
