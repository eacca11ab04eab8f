import Testing
import UrrResults

@testable import UrrAnalysis

@Suite struct SequenceTests {
    @Test(arguments: 2...40)
    func looksSpendTheFalseAlarmsOnce(blocks: Int) {
        let looks = TrialSchedule(blocks: blocks, falseAlarm: 0.008).looks
        #expect(agree(looks.map(\.level).reduce(0, +), 0.008))
        #expect(looks.last?.blocks == blocks)
        #expect(looks.first?.blocks == 2)
        #expect(zip(looks, looks.dropFirst()).allSatisfy { $0.blocks < $1.blocks })
    }

    /// Sums of positions and of their squares are the same for both sides of a block.
    @Test func blocksAreBalanced() {
        var starts: Set<Bool> = []
        for block in 0..<20 {
            let order = TrialSchedule.order(block: block, seed: 3)
            #expect(order.count == 2 * TrialSchedule.trialsPerBlock)
            for power in 0...2 {
                let sums = [false, true].map { side in
                    order.indices.filter { order[$0] == side }
                        .reduce(0) { sum, place in
                            (0..<power).reduce(1) { product, _ in product * place } + sum
                        }
                }
                #expect(sums[0] == sums[1])
            }
            starts.insert(order[0])
        }
        #expect(starts.count == 2)
    }

    /// The short form of `known-answers --statistics`.
    @Test(arguments: NoiseModel.all.map(\.name))
    func aBuildIsNotSlowerThanItself(name: String) throws {
        let noise = try #require(NoiseModel.all.first { $0.name == name })
        let tally = ComparisonSimulation(noise: noise, slowdown: 0).run(12)
        #expect(tally.regressed <= 1)
        #expect(tally.comparisons == 12)
    }

    @Test func slowDownsAreFound() {
        let tally = ComparisonSimulation(noise: NoiseModel.all[0], slowdown: 0.05).run(5)
        #expect(tally.detectable > 10)
        #expect(tally.detected >= tally.detectable - 1)
        #expect(tally.missed == 0)
    }

    @Test func aRegressionStaysFound() {
        var sequence = SequentialComparison(
            metrics: ["response.p50"], rules: ComparisonRules(), blocks: 3)
        func add(_ factor: Double, _ block: Int) {
            sequence.add(
                baseline: Trials.of(Trials.around(1000, 4, seed: UInt64(block)), block: block),
                candidate: Trials.of(
                    Trials.around(1000 * factor, 4, seed: UInt64(block + 9)), block: block))
        }
        add(1.3, 0)
        add(1.3, 1)
        sequence.evaluate(sequence.schedule.looks[0], detectable: false)
        #expect(sequence.isDecided && sequence.results[0].outcome == .regressed)
        add(0.5, 2)
        sequence.evaluate(sequence.schedule.looks[1], detectable: false)
        #expect(sequence.results[0].outcome == .regressed)
    }
}

@Suite struct CalibrationTests {
    private func session(_ middle: Double, _ seed: UInt64) -> [TrialRecord] {
        Trials.of(Trials.around(middle, 8, seed: seed))
    }

    @Test func oneSessionKnowsNothingOfOtherDays() {
        #expect(Calibration.band("response.p50", [session(1000, 1)]) == Calibration.fewSessions)
        #expect(Calibration.band("response.p50", []) == Calibration.fewSessions)
        #expect(Calibration.band("other", [session(1000, 1)]) == Calibration.fewSessions)
        #expect(
            Calibration.band("response.p50", [Trials.of([1000])]) == Calibration.fewSessions)
    }

    /// The machine became slower by 5 % within the session; 3 % would call that a regression.
    @Test func aSessionThatDriftsWidensTheBand() {
        let values = Trials.around(1000, 6, spread: 0.002) + Trials.around(1050, 6, spread: 0.002)
        let band = Calibration.band("response.p50", [Trials.of(values)])
        #expect((0.12...0.2).contains(band), "\(band)")
    }

    @Test func sessionsThatDifferWidenTheBand() {
        let two = Calibration.band("response.p50", [session(1000, 1), session(1100, 2)])
        #expect(two > 0.2)
        let middles = [1000.0, 1010, 990, 1005, 995]
        let five = Calibration.band(
            "response.p50", middles.enumerated().map { session($1, UInt64($0)) })
        #expect((0.01...0.1).contains(five))
    }

    /// scipy.stats.t.ppf(0.99, f).
    @Test(arguments: [
        (3.0, 4.540702858698419), (4, 3.7469473879791968), (9, 2.8214379233005493),
        (30, 2.457261542),
    ])
    func quantilesOfStudent(freedom: Double, quantile: Double) {
        #expect(abs(Calibration.studentQuantile99(freedom: freedom) / quantile - 1) < 0.015)
    }
}
