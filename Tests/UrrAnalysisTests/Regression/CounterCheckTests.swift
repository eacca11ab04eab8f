import Testing
import UrrResults

@testable import UrrAnalysis

@Suite struct CounterCheckTests {
    private func record(
        _ counts: [String: Double], build: String = "release", compiler: String = "6.3.1",
        architecture: String = "x86_64", processor: String? = "EPYC"
    ) -> CounterRecord {
        CounterRecord(
            commit: "c", buildMode: build, compiler: compiler, architecture: architecture,
            processor: processor,
            cases: ["log-append": counts])
    }

    @Test(arguments: [
        ("instructions", 40.0, 40.9, true), ("instructions", 40, 41, false),
        ("atomics", 1, 1, true), ("atomics", 1, 1.03, false), ("atomics", 0, 0.01, false),
        ("failedExchanges", 0, 0.001, false), ("systemCalls", 0, 0, true),
        ("allocatedBytes", 0, 0.005, true), ("allocatedBytes", 0, 16, false),
        ("retainedBytes", 81, 81.4, true), ("retainedBytes", 81, 82, false),
        ("instructions", 40, 20, true),
    ])
    func limitsHold(counter: String, baseline: Double, candidate: Double, passes: Bool) throws {
        let result = try #require(
            CounterCheck.compare(
                baseline: record([counter: baseline]), candidate: record([counter: candidate])
            ).first)
        #expect((result.outcome == .notRegressed) == passes)
        #expect((result.outcome == .regressed) == !passes)
    }

    @Test func whatIsMissingIsInconclusive() {
        let results = CounterCheck.compare(
            baseline: record(["instructions": 40]), candidate: record(["atomics": 1]))
        #expect(results.map(\.outcome) == [.inconclusive, .inconclusive])
        #expect(
            results.map(\.reason) == [
                "not counted in the baseline", "not counted in the candidate",
            ])
    }

    @Test func countsOfAnotherKindAreNotCompared() {
        func outcomes(_ other: CounterRecord) -> [ComparisonOutcome] {
            CounterCheck.compare(
                baseline: record(["atomics": 1, "instructions": 40]), candidate: other
            ).map(\.outcome)
        }
        let counts = ["atomics": 2.0, "instructions": 80]
        #expect(outcomes(record(counts)) == [.regressed, .regressed])
        #expect(outcomes(record(counts, build: "debug")) == [.inconclusive, .inconclusive])
        #expect(
            outcomes(record(counts, architecture: "aarch64")) == [.inconclusive, .inconclusive])
        #expect(outcomes(record(counts, compiler: "6.4")) == [.regressed, .inconclusive])
        #expect(outcomes(record(counts, processor: "Xeon")) == [.regressed, .inconclusive])
        #expect(outcomes(record(counts, processor: nil)) == [.regressed, .regressed])
    }

    @Test func lessIsAnImprovement() throws {
        let result = try #require(
            CounterCheck.compare(
                baseline: record(["instructions": 40]), candidate: record(["instructions": 30])
            ).first)
        #expect(result.isImproved)
    }
}
