import Testing
import UrrWorkload

@Suite struct ThresholdTests {
    @Test(
        arguments: [
            ("spike.endToEnd.p99 < 50ms", "spike.endToEnd.p99", .less, 50e6, .time),
            ("lag.max<10000", "lag.max", .less, 10_000, .plain),
            ("lost == 0", "lost", .equal, 0, .plain),
            ("  lag.recovery<=20s ", "lag.recovery", .lessOrEqual, 20e9, .time),
            ("a-b_c/0.x >= 1.5 us", "a-b_c/0.x", .greaterOrEqual, 1500, .time),
            ("throughput > 1e6/s", "throughput", .greater, 1e6, .rate),
            ("slope != -0.5 messages", "slope", .notEqual, -0.5, .messages),
            ("memory < 5MiB", "memory", .less, 5_242_880, .bytes),
            ("wait < 2m", "wait", .less, 120e9, .time), ("x < 3ns", "x", .less, 3, .time),
            ("x < 3 bytes", "x", .less, 3, .bytes), ("x < 1e-3s", "x", .less, 1e6, .time),
        ] as [(String, String, ThresholdSpec.Comparison, Double, ThresholdSpec.Dimension)])
    func reads(
        _ text: String, _ metric: String, _ comparison: ThresholdSpec.Comparison, _ limit: Double,
        _ dimension: ThresholdSpec.Dimension
    ) throws {
        let threshold = try ThresholdSpec(parsing: text)
        #expect(
            threshold
                == ThresholdSpec(
                    expression: text, metric: metric, comparison: comparison, limit: limit,
                    dimension: dimension))
    }

    @Test(
        arguments: [
            ("reprocessed == sendFailed", "sendFailed", 1, 0, .plain),
            ("a.p99 <= 2 * b.p99 + 1ms", "b.p99", 2, 1e6, .time),
            ("a<1.5*b", "b", 1.5, 0, .plain), ("a > b + -3", "b", 1, -3, .plain),
        ] as [(String, String, Double, Double, ThresholdSpec.Dimension)])
    func readsOtherMetrics(
        _ text: String, _ other: String, _ factor: Double, _ limit: Double,
        _ dimension: ThresholdSpec.Dimension
    ) throws {
        let threshold = try ThresholdSpec(parsing: text)
        #expect(threshold.reference == ThresholdSpec.Reference(metric: other, factor: factor))
        #expect(threshold.limit == limit && threshold.dimension == dimension)
    }

    @Test(arguments: [
        "", "lost", "< 5", "lost = 0", "lost === 0", "lost <", "lost < 5 furlongs",
        "lost < 5 5", "a b < 5", "lost < 1e999", "lost < .5", "löst < 5",
        "lost ! 5", "lost <> 5", "lost < 2 *", "lost < * sent", "lost < 2 * 3", "lost < sent +",
        "lost < sent + x", "lost < 2ms * sent", "lost < sent + 3 furlongs", "lost < löst",
    ])
    func refuses(_ text: String) {
        #expect(throws: ThresholdSyntaxError.self) { try ThresholdSpec(parsing: text) }
    }

    @Test func compares() {
        let rows: [(ThresholdSpec.Comparison, [Bool])] = [
            (.less, [true, false, false]), (.lessOrEqual, [true, true, false]),
            (.greater, [false, false, true]), (.greaterOrEqual, [false, true, true]),
            (.equal, [false, true, false]), (.notEqual, [true, false, true]),
        ]
        for (comparison, results) in rows {
            #expect([1.0, 2, 3].map { comparison.holds($0, 2) } == results)
            #expect(comparison.holds(.nan, 2) == (comparison == .notEqual))
        }
    }
}
