import Testing

@testable import UrrAnalysis

/// Every number in here that a reader could not see at once comes from reference/statistics.py.
@Suite struct StatisticsTests {
    static let sample = [3.1, 0.2, 8.8, 4.4, 4.4, 1.7, 25.0, 6.3, 2.9, 5.05]

    @Test(arguments: [
        (1e-300, -37.0470962993612), (1e-12, -7.034483825301131), (0.0005, -3.2905267314918945),
        (0.025, -1.9599639845400545), (0.3, -0.5244005127080409), (0.5, 0.0),
        (0.7, 0.5244005127080407), (0.975, 1.959963984540054), (0.999999, 4.753424308817087),
    ])
    func normalQuantiles(probability: Double, quantile: Double) {
        #expect(agree(NormalDistribution.quantile(probability), quantile, within: 1e-10))
        #expect(
            agree(NormalDistribution.probability(atMost: quantile), probability, within: 1e-10))
    }

    @Test func normalQuantilesAtTheEnds() {
        #expect(NormalDistribution.quantile(0) == -.infinity)
        #expect(NormalDistribution.quantile(1) == .infinity)
        #expect(NormalDistribution.quantile(-0.1).isNaN)
        #expect(NormalDistribution.quantile(.nan).isNaN)
    }

    @Test(arguments: [
        (0.1, 5.5, 5.5, 0.0005124147287938935), (0.5, 0.5, 7, 0.997810791280376),
        (0.93, 40, 3, 0.4289568507896383), (0.25, 12.1, 0.9, 3.870672971310139e-08),
        (0.02, 1, 30, 0.4545156806175628), (-1, 2, 2, 0), (2, 2, 2, 1),
    ])
    func incompleteBetas(x: Double, a: Double, b: Double, value: Double) {
        #expect(agree(incompleteBeta(x, a, b), value, within: 1e-11))
    }

    @Test(arguments: [
        (0.01, 0.335, 0.23942411701496447), (0.25, 2.95, 2.513635741915831),
        (0.5, 4.4, 4.35283390590614), (0.9, 10.419999999999995, 18.27128101316156),
        (0.99, 23.542, 24.61899346804404),
    ])
    func quantiles(probability: Double, linear: Double, harrellDavis: Double) throws {
        let sorted = Self.sample.sorted()
        #expect(agree(try #require(Quantile.linear(sorted: sorted, probability)), linear))
        let estimator = HarrellDavis(count: sorted.count, probability: probability)
        #expect(agree(estimator.estimate(sorted: sorted), harrellDavis))
    }

    @Test func quantilesOfLittle() {
        #expect(Quantile.linear(sorted: [], 0.5) == nil)
        #expect(Quantile.linear(sorted: [7], 0.99) == 7)
        #expect(Quantile.linear(sorted: [1, 2], 5) == 2)
        #expect(Quantile.median([3, 1, 2, 10]) == 2.5)
        #expect(agree(HarrellDavis(count: 2, probability: 0.5).estimate(sorted: [3, 4]), 3.5))
        #expect(agree(HarrellDavis(count: 1, probability: 0.5).estimate(sorted: [3.5]), 3.5))
    }

    @Test func holmIsThatOfTheReference() {
        let adjusted = Holm.adjusted([0.01, 0.04, 0.03, 0.005])
        #expect(zip(adjusted, [0.03, 0.06, 0.06, 0.02]).allSatisfy { agree($0, $1) })
        #expect(Holm.adjusted([]) == [])
        #expect(Holm.adjusted([.nan, 0.5]) == [1, 1])
    }

    @Test func seededRandomRepeatsAndIsUniform() {
        var first = SeededRandom(seed: 3, stream: "a")
        var second = SeededRandom(seed: 3, stream: "a")
        var counts = [Int](repeating: 0, count: 7)
        var sum = 0.0
        for _ in 0..<70_000 {
            let value = first.below(7)
            #expect(value == second.below(7))
            counts[value] += 1
            sum += first.normal()
            _ = second.normal()
        }
        #expect(counts.allSatisfy { (9600...10_400).contains($0) })
        #expect(abs(sum / 70_000) < 0.02)
    }
}

@Suite struct BootstrapTests {
    static let first = [1.0, 2.5, 4.0, 9.0]
    static let second = [3.0, 3.5, 8.0]

    static func mean(_ values: [Double]) -> Double {
        values.reduce(0, +) / Double(values.count)
    }

    /// All ways of drawing as many values as there are, with replacement.
    static func resamples(_ values: [Double]) -> [[Double]] {
        values.reduce([[]]) { drawn, _ in drawn.flatMap { rest in values.map { rest + [$0] } } }
    }

    static func leavingOneOut(_ values: [Double]) -> [[Double]] {
        values.indices.map { index in
            var rest = values
            rest.remove(at: index)
            return rest
        }
    }

    /// reference/statistics.py goes through the same resamples.
    @Test(arguments: [(0.8, -2.0, 3.125), (0.95, -3.1666666666666665, 4.375)])
    func agreesWithTheReference(level: Double, lower: Double, upper: Double) throws {
        let second = Self.resamples(Self.second).map(Self.mean)
        let replicates = Self.resamples(Self.first).flatMap { drawn in
            second.map { $0 - Self.mean(drawn) }
        }
        let interval = try #require(
            BootstrapInterval(
                estimate: Self.mean(Self.second) - Self.mean(Self.first), replicates: replicates,
                jackknife: [
                    Self.leavingOneOut(Self.first).map { -Self.mean($0) },
                    Self.leavingOneOut(Self.second).map(Self.mean),
                ], level: level))
        #expect(agree(interval.lower, lower))
        #expect(agree(interval.upper, upper))
    }

    @Test func whatDoesNotVaryHasAPoint() throws {
        let interval = try #require(
            BootstrapInterval(
                estimate: 2, replicates: [2, 2, 2], jackknife: [[2, 2]], level: 0.95))
        #expect(interval.lower == 2 && interval.upper == 2)
    }

    @Test func withoutNumbersThereIsNoInterval() {
        func interval(_ estimate: Double, _ replicates: [Double]) -> BootstrapInterval? {
            BootstrapInterval(
                estimate: estimate, replicates: replicates, jackknife: [], level: 0.95)
        }
        #expect(interval(1, []) == nil)
        #expect(interval(.nan, [1]) == nil)
        #expect(interval(1, [1, .infinity]) == nil)
        // An estimate outside of all replicates gives the outermost one, not a trap.
        #expect((interval(9, [1, 2, 3])?.upper ?? 0) > 2.99)
    }
}
