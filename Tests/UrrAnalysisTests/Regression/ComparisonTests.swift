import Testing
import UrrResults

@testable import UrrAnalysis

@Suite struct ComparisonTests {
    @Test func aSlowDownIsARegression() throws {
        let result = Trials.compare(
            Trials.of(Trials.around(1000, 12)), Trials.of(Trials.around(1060, 12, seed: 2)))
        #expect(result.outcome == .regressed)
        #expect(!result.isImproved)
        #expect(abs(try #require(result.ratio) - 1.06) < 0.01)
        #expect(try #require(result.lower) < 1.06)
        #expect(try #require(result.upper) > 1.06)
        #expect(abs(try #require(result.worsening) - 0.06) < 0.01)
        #expect(try #require(result.minimumDetectableEffect) < 0.06)
    }

    @Test func theSameIsNot() throws {
        let result = Trials.compare(
            Trials.of(Trials.around(1000, 12)), Trials.of(Trials.around(1000, 12, seed: 2)))
        #expect(result.outcome == .notRegressed)
        #expect(!result.isImproved && result.reason == nil)
        #expect(try #require(result.minimumDetectableEffect) < 0.05)
    }

    @Test func fasterIsAnImprovementAndLowerThroughputARegression() {
        let faster = Trials.compare(
            Trials.of(Trials.around(1000, 12)), Trials.of(Trials.around(900, 12, seed: 2)))
        #expect(faster.outcome == .notRegressed && faster.isImproved)
        let slower = Trials.compare(
            Trials.of(Trials.around(1000, 12), .messagesPerSecond, .higherIsBetter),
            Trials.of(Trials.around(900, 12, seed: 2), .messagesPerSecond, .higherIsBetter))
        #expect(slower.outcome == .regressed)
        #expect((slower.worsening ?? 0) > 0.09)
    }

    /// A difference within the noise band is proved, and yet no regression.
    @Test func theBandIsNoRegression() {
        let sides = (
            Trials.of(Trials.around(1000, 16, spread: 0.001)),
            Trials.of(Trials.around(1008, 16, spread: 0.001, seed: 2))
        )
        #expect(Trials.compare(sides.0, sides.1).outcome == .notRegressed)
        var sharp = ComparisonRules()
        sharp.band = 0
        #expect(Trials.compare(sides.0, sides.1, rules: sharp).outcome == .regressed)
    }

    @Test func noiseThatHidesTheEffectIsInconclusive() throws {
        let result = Trials.compare(
            Trials.of(Trials.around(1000, 12, spread: 0.3)),
            Trials.of(Trials.around(1000, 12, spread: 0.3, seed: 2)))
        #expect(result.outcome == .inconclusive)
        #expect(try #require(result.reason).contains("5.0 %"))
        #expect((result.minimumDetectableEffect ?? 1) > 0.2)
    }

    @Test func oneTrialConcludesNothing() throws {
        let result = Trials.compare(Trials.of([1000]), Trials.of([5000]))
        #expect(result.outcome == .inconclusive)
        #expect(try #require(result.reason).hasPrefix("one trial on a side"))
        #expect(result.ratio.map { agree($0, 5) } == true)
        #expect(result.lower == nil && result.minimumDetectableEffect == nil)
    }

    @Test func tooFewTrialsSayHowManyAreNeeded() throws {
        let result = Trials.compare(
            Trials.of([1000, 1001, 1002]), Trials.of([2000, 2001, 2002]))
        #expect(result.outcome == .inconclusive)
        #expect(try #require(result.reason).contains("fewer than 5 alike"))
    }

    @Test(
        arguments: [
            ([nil, 1000, 1000], "baseline: "), ([0, 1000, 1000], "0 or below"),
            ([-5, 1000, 1000], "0 or below"), ([.nan, 1000, 1000], "0 or below"),
            ([.infinity, 1000, 1000], "0 or below"), ([], "the baseline has no trial"),
        ] as [([Double?], String)])
    func whatHasNoRatioIsInconclusive(values: [Double?], reason: String) throws {
        let result = Trials.compare(
            Trials.of(values), Trials.of(Trials.around(1000, 12)))
        #expect(result.outcome == .inconclusive)
        #expect(try #require(result.reason).contains(reason))
        #expect(result.probability == 1 && result.ratio == nil)
    }

    @Test func missingMetricsAndInvalidRunsAreTold() throws {
        let good = Trials.of(Trials.around(1000, 12))
        let other = Trials.compare(Trials.of(Trials.around(1, 12), metric: "lost"), good)
        #expect(other.reason == "no trial of the baseline has this metric")
        let invalid = Trials.compare(good, Trials.of(Trials.around(1, 12), verdict: .invalid))
        #expect(invalid.reason == "every trial of the candidate is INVALID")
        #expect(invalid.outcome == .inconclusive)
        let units = Trials.compare(good, Trials.of(Trials.around(1000, 12), .bytes))
        #expect(try #require(units.reason).hasPrefix("unit or direction differ"))
    }

    /// Far trials are three times as slow; the candidate happens to have more of them.
    @Test func likeIsComparedWithLike() {
        let baseline =
            Trials.of(Trials.around(1000, 10)) + Trials.of(Trials.around(3000, 2), placement: .far)
        let candidate =
            Trials.of(Trials.around(1000, 6, seed: 2))
            + Trials.of(Trials.around(3000, 6, seed: 3), placement: .far)
        let result = Trials.compare(baseline, candidate)
        #expect(result.outcome == .notRegressed)
        let alone = Trials.compare(
            Trials.of(Trials.around(1000, 6)), Trials.of(Trials.around(1000, 6), placement: .far))
        #expect(alone.reason == "no two trials of the two sides had the same placement")
        #expect(alone.trials.setAside == 12)
    }

    /// The machine slows down by half over the run; both sides of each block meet that alike.
    @Test func blocksCancelDrift() {
        func side(_ factor: Double, _ seed: UInt64) -> [TrialRecord] {
            (0..<3).flatMap { block in
                Trials.of(
                    Trials.around(
                        1000 * factor * (1 + 0.25 * Double(block)), 4, seed: seed + UInt64(block)),
                    block: block)
            }
        }
        #expect(Trials.compare(side(1, 1), side(1, 10)).outcome == .notRegressed)
        #expect(Trials.compare(side(1, 1), side(1.08, 10)).outcome == .regressed)
    }

    @Test func severalMetricsShareTheFalseAlarms() {
        var baseline = Trials.of(Trials.around(1000, 6))
        var candidate = Trials.of(Trials.around(1100, 6, seed: 2))
        let names = ["response.p50"] + (0..<19).map { "metric-\($0)" }
        for name in names.dropFirst() {
            for index in baseline.indices {
                baseline[index].figures[name] = TrialFigure(
                    Trials.around(10, 6)[index], .bytes, .lowerIsBetter)
                candidate[index].figures[name] = TrialFigure(
                    Trials.around(10, 6, seed: 9)[index], .bytes, .lowerIsBetter)
            }
        }
        func outcome(_ metrics: [String]) -> ComparisonOutcome {
            Comparison.compare(
                metrics: metrics, baseline: baseline, candidate: candidate,
                rules: ComparisonRules(), level: 0.008)[0].outcome
        }
        #expect(outcome(["response.p50"]) == .regressed)
        #expect(outcome(names) == .inconclusive)
    }

    @Test func tailsMayVaryMore() {
        let rules = ComparisonRules()
        #expect(rules.effect(of: "response.p50") == 0.05)
        #expect(rules.effect(of: "ticket-service-group.peak.response.p99") == 0.25)
        #expect(rules.effect(of: "response.p99.9") == 0.25)
        #expect(rules.effect(of: "lateness.max") == 0.25)
        #expect(rules.effect(of: "throughput.handled") == 0.05)
        var other = rules
        other.effects["response.p99"] = 0.1
        other.bands["throughput.handled"] = 0.04
        #expect(other.effect(of: "response.p99") == 0.1)
        #expect(other.effect(of: "throughput.handled") == 0.08)
    }

    @Test func outcomesAreTakenTogether() {
        func metric(_ outcome: ComparisonOutcome) -> MetricComparison {
            var metric = Trials.compare(Trials.of([1]), Trials.of([1]))
            metric.outcome = outcome
            return metric
        }
        #expect(Comparison.outcome(of: []) == .notRegressed)
        #expect(
            Comparison.outcome(of: [metric(.notRegressed), metric(.inconclusive)]) == .inconclusive)
        #expect(
            Comparison.outcome(of: [metric(.inconclusive), metric(.regressed)]) == .regressed)
    }
}
