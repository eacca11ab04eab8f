import Testing
import UrrResults

private let groups = ["ticket-group", "stats.group"]
private let segments = ["baseline", "peak"]
private let producers = ["payment-service", "ticket.service"]

@Suite struct MetricNameTests {
    @Test(arguments: [
        "response.p99", "endToEnd.p99.9", "queueing.mean", "sendDelay.max", "acknowledgement.p50",
        "service.p99", "response.stddev", "response.min", "ticket-group.response.p99",
        "stats.group.response.p99.99", "peak.endToEnd.p99", "ticket-group.peak.response.p99",
        "stats.group.baseline.queueing.p95", "payment-service.sendDelay.p99",
        "ticket.service.sent", "lag.max", "lag.seconds", "lag.area", "lag.slope", "lag.recovery",
        "lag.final", "ticket-group.lag.max", "lost", "duplicates", "reordered", "failed",
        "unhandled", "outOfRange", "corrupted", "stats.group.lost", "throughput.sent",
        "throughput.handled", "ticket-group.throughput.handled", "allocations.bytesPerMessage",
        "cpu.load", "cpu.busy", "cpu.perMessage", "harness.share", "lateness.max",
    ])
    func isKnown(name: String) throws {
        #expect(
            MetricCatalogue.isKnown(
                name, groups: groups, segments: segments, producers: producers))
        #expect(MetricCatalogue().evaluate(name, in: try sampleRecord()) != nil)
    }

    @Test(arguments: [
        "", ".", "response", "response.", "response.p", "response.p0", "response.p100",
        "response.p-1", "response.p+9", "response.p1e1", "response.p99.", "response.p.9",
        "response.p9.9.9", "response.pinf", "response.p٩٩", "Response.p99", "respons.p99",
        "nobody.response.p99", "peak.ticket-group.response.p99", "peak.lag.max", "peak.lost",
        "ticket-group.sendDelay.p99", "payment-service.response.p99", "ticket-group.cpu.load",
        "payment-service.lag.max", "ticket-group.", "ticket-group", "lag", "lag.median",
        "response.p99 ",
    ])
    func isUnknown(name: String) throws {
        #expect(
            !MetricCatalogue.isKnown(
                name, groups: groups, segments: segments, producers: producers))
        #expect(MetricCatalogue().evaluate(name, in: try sampleRecord()) == nil)
    }

    @Test(arguments: [
        ("respons.p99", "response.p99"), ("lag.maxi", "lag.max"), ("losts", "lost"),
        ("ticket-grup.response.p99", "ticket-group.response.p99"),
        ("RESPONSE.P99", "response.p99"), ("peek.service.mean", "peak.service.mean"),
        ("endtoend.p99.9", "endToEnd.p99.9"),
    ])
    func aSlipIsRecognised(name: String, meant: String) {
        let suggestions = MetricCatalogue.suggestions(
            for: name, groups: groups, segments: segments, producers: producers)
        #expect(suggestions.first == meant)
        #expect(suggestions.count <= 3)
    }

    @Test func whatLooksLikeNothingGetsNoSuggestion() {
        let suggestions = MetricCatalogue.suggestions(
            for: "quux", groups: groups, segments: segments)
        #expect(suggestions == [])
    }
}

@Suite struct MetricValueTests {
    private func value(_ name: String, _ change: (inout RunRecord) throws -> Void = { _ in }) throws
        -> MetricValue
    {
        var record = try sampleRecord()
        try change(&record)
        return try #require(MetricCatalogue().evaluate(name, in: record))
    }

    @Test(arguments: [
        // The slower group is the worst; each cell's highest value, within 0.1 %.
        ("response.p50", 3000.0, MetricUnit.nanoseconds), ("response.max", 300_000, .nanoseconds),
        ("response.min", 3000, .nanoseconds), ("ticket-group.response.p50", 1000, .nanoseconds),
        ("ticket-group.service.p95", 1000, .nanoseconds),
        ("ticket-group.response.max", 100_000, .nanoseconds),
        ("sendDelay.p50", 100, .nanoseconds), ("sendDelay.max", 2000, .nanoseconds),
        ("ticket-group.queueing.mean", 1990, .nanoseconds),
        // Standard deviation of 1980 times 1000 and 20 times 100,000: 99,000 * sqrt(0.01 * 0.99).
        ("ticket-group.response.stddev", 9850.38, .nanoseconds),
        ("lag.max", 300, .messages), ("ticket-group.lag.max", 100, .messages),
        ("lag.seconds", 1.5e9, .nanoseconds), ("lag.recovery", 0.9e9, .nanoseconds),
        ("lag.area", 50, .messageSeconds), ("lag.slope", -2, .messagesPerSecond),
        ("lag.final", 5, .messages), ("lost", 2, .messages), ("ticket-group.lost", 1, .messages),
        ("duplicates", 20, .messages), ("reordered", 4, .messages), ("failed", 8, .messages),
        ("unhandled", 10, .messages), ("outOfRange", 8, .messages), ("corrupted", 12, .messages),
        ("ticket-group.unhandled", 5, .messages), ("ticket-group.corrupted", 6, .messages),
        ("sent", 2000, .messages), ("payment-service.sent", 1000, .messages),
        ("payment-service.dropped", 100, .messages), ("sendFailed", 10, .messages),
        ("lateness.max", 3e6, .nanoseconds), ("payment-service.lateness.max", 2e6, .nanoseconds),
        // Rows 2 and 3 are measured: 500 and 600 in 2 s.
        ("throughput.sent", 550, .messagesPerSecond),
        ("throughput.acknowledged", 490, .messagesPerSecond),
        ("throughput.handled", 450, .messagesPerSecond),
        ("ticket-group.throughput.handled", 600, .messagesPerSecond),
        ("allocations.bytesPerMessage", 0.5, .bytes), ("cpu.load", 0.75, .share),
        ("cpu.busy", 0.5, .share), ("cpu.perMessage", 2.5e6, .nanoseconds),
        ("harness.share", 0.04, .share),
    ])
    func isWhatTheRecordSays(name: String, expected: Double, unit: MetricUnit) throws {
        let metric = try value(name)
        let number = try #require(metric.value)
        #expect(abs(number - expected) <= abs(expected) / 1000)
        #expect(metric.unit == unit)
        #expect(metric.notMeasurable == nil)
    }

    @Test func directionsAreThoseOfTheMetric() throws {
        #expect(try value("response.p99").direction == .lowerIsBetter)
        #expect(try value("throughput.sent").direction == .higherIsBetter)
        #expect(try value("handled").direction == .higherIsBetter)
        #expect(try value("lost").direction == .lowerIsBetter)
        #expect(try value("scheduled").direction == .neutral)
    }

    @Test func aPercentileWithTooFewSamplesIsNotMeasurable() throws {
        let few = try value("peak.response.p99")
        #expect(few.value == nil)
        #expect(few.notMeasurable == "response: p99 needs 1000 samples, got 12")
        #expect(try value("response.p99.9").notMeasurable?.contains("10000 samples") == true)
        // Everything else about the same samples is.
        #expect(try value("peak.response.max").value == 210)
        #expect(try value("ticket-group.peak.response.max").value == 70)
    }

    @Test func aGroupThatCannotBeMeasuredIsNotHiddenByAnother() throws {
        let metric = try value("response.p50") { $0.groups[0].latencies.response = .empty }
        #expect(metric.notMeasurable == "response: p50 needs 20 samples, got 0")
    }

    @Test func aGroupWithoutPartInASegmentDoesNotCount() throws {
        // The second group has nothing in the segment, the first has.
        let metric = try value("baseline.response.p50")
        #expect(abs(try #require(metric.value) - 1000) <= 1)
        #expect(
            try value("stats.group.baseline.response.mean").notMeasurable == "response: no samples")
    }

    @Test func whatWasNotMeasuredIsSaid() throws {
        #expect(
            try value("lag.recovery") { $0.groups[1].lag.recoveryNs = nil }.notMeasurable
                == "stats.group: the lag did not recover")
        #expect(try value("lag.slope") { $0.groups[0].lag.slopePerSecond = nil }.value == nil)
        #expect(try value("lag.seconds") { $0.groups[0].lag.peakSeconds = nil }.value == nil)
        #expect(try value("throughput.sent") { $0.series.rows = [] }.value == nil)
        #expect(
            try value("allocations.bytesPerMessage") { $0.harness.allocatedBytesPerMessage = nil }
                .value == nil)
        #expect(try value("cpu.perMessage") { $0.accounting.sent = 0 }.value == nil)
        #expect(try value("lag.max") { $0.groups = [] }.value == nil)
        #expect(try value("response.max") { $0.groups = [] }.value == nil)
    }

    @Test func aDamagedHistogramIsNotMeasurable() throws {
        let metric = try value("response.p95") { $0.groups[0].latencies.response.encoded = "?" }
        #expect(metric.notMeasurable == "response: histogram: not Base64")
    }

    @Test func valuesAboveOneHourCountAsSamples() throws {
        let metric = try value("ticket-group.response.p90") {
            $0.groups[0].latencies.response = try histogram([(5, 50), (.max, 50)])
        }
        #expect(metric.value == Double(Int64.max))
    }
}
