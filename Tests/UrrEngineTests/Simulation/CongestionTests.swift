import Testing
import UrrDriverEmbedded
import UrrPlatform
import UrrResults
import UrrWorkload

@testable import UrrEngine

/// Overload, full logs, drains that are too short.
struct CongestionTests {
    /// 500 messages a second, 4,000 from second 1 to second 2, into 1,000 a second.
    static func overload() -> Scenario {
        var scenario = Scenario()
        scenario.phases = PhasesSpec(measure: 10 * nanosecondsPerSecond)
        scenario.producers = [
            Scenario.producer(
                "source",
                .spike(
                    SpikeShape(
                        baseline: 500, peak: 4000, at: nanosecondsPerSecond, rise: 0,
                        hold: nanosecondsPerSecond, decay: 0)))
        ]
        scenario.consumers = [Scenario.group("group", service: .fixed(millisecond))]
        return scenario
    }

    @Test func lagPeakAndRecoveryAreThoseOfArithmetic() throws {
        let run = try Simulated(Self.overload())
        run.expectAllHandled(8500)
        run.expectNothingWrong()
        let lag = try run.record().groups[0].lag
        // It grows by 3,000 a second for a second, and falls by 500 a second.
        #expect(isClose(Double(lag.peak), to: 3000, within: 0.01))
        #expect(isClose(Double(lag.peakAtNs), to: 2e9, within: 0.01))
        // Recovered is 1 % of the peak.
        let recovery = try #require(lag.recoveryNs)
        #expect(isClose(Double(recovery), to: 0.99 * 3000 / 500 * 1e9, within: 0.01))
        #expect(lag.finalLag == 0)
        // A triangle of one second up and six down.
        #expect(isClose(lag.area, to: 3000 * 7 / 2, within: 0.01))
        // The last message of the peak waits for 3,000 others.
        let worst = try #require(
            run.outcome.consumers.latency(
                .response, group: 0, segment: 3
            ).maximum)
        #expect(isClose(Double(worst), to: 3e9, within: 0.01))
        // The age of the oldest unread message at its worst is that wait, too.
        #expect(isClose(lag.peakSeconds!, to: 3, within: 0.01))
    }

    @Test func segmentsTellBeforeFromAfter() throws {
        let run = try Simulated(Self.overload())
        let record = try run.record()
        let bySegment = Dictionary(
            uniqueKeysWithValues: record.groups[0].segments.map { ($0.name, $0.latencies) })
        // Before the spike a message meets an idle server.
        let before = try #require(bySegment["baseline"])
        #expect(before.response.count == 500)
        #expect(before.response.minNs == millisecond && before.response.maxNs == millisecond)
        #expect(record.groups[0].segments.reduce(0) { $0 + $1.latencies.response.count } == 8500)
    }

    @Test func warmupIsInNoFigure() throws {
        var scenario = Scenario()
        scenario.phases = PhasesSpec(
            warmup: nanosecondsPerSecond, measure: nanosecondsPerSecond)
        // 1,000 a second in the warm-up, 100 in the measurement.
        scenario.producers = [
            Scenario.producer(
                "source",
                .spike(
                    SpikeShape(
                        baseline: 1000, peak: 100, at: 0, rise: 0, hold: nanosecondsPerSecond,
                        decay: 0)))
        ]
        scenario.consumers = [Scenario.group("group", service: .fixed(1500 * microsecond))]
        let run = try Simulated(scenario, on: TappedDriver())
        run.expectAllHandled(100)
        run.expectNothingWrong()
        #expect(run.driver.deliveries.count { !$0.isMeasured } == 1000)
        // The warm-up's backlog takes half a second more.
        let start = run.outcome.measureStart - run.outcome.warmupStart
        #expect(start >= 1500 * millisecond && start < 1510 * millisecond)
        #expect(run.outcome.leakedBacklog == 0)
        #expect(run.plan.segments.map(\.name) == ["peak"])
        try run.latency(.response).expect(
            [Nanoseconds](repeating: 1500 * microsecond, count: 100))
        for kind in ConsumerLatency.allCases { #expect(run.latency(kind, segment: 0).count == 0) }
        #expect(run.outcome.producers.sendDelay[0].count == 0)
        #expect(run.acknowledgement(segment: 0).count == 0)
        let record = try run.record()
        #expect(record.accounting.scheduled == 100 && record.accounting.delivered == 100)
        #expect(record.series.rows.reduce(0) { $0 + $1.sent } == 100)
    }

    @Test func aWarmupThatDoesNotDrainIsSaid() throws {
        var scenario = Scenario()
        scenario.phases = PhasesSpec(
            warmup: nanosecondsPerSecond, measure: nanosecondsPerSecond, drain: 0)
        scenario.consumers = [Scenario.group("group", service: .fixed(10 * millisecond))]
        let run = try Simulated(scenario)
        // 1,000 messages, one second of warm-up and one of waiting, 100 a second.
        #expect(run.outcome.leakedBacklog == 800)
        #expect(try run.reasons().contains("warmup-backlog"))
    }

    @Test func aDrainThatIsTooShortLeavesMessages() throws {
        var scenario = Scenario()
        scenario.phases.drain = nanosecondsPerSecond
        scenario.consumers = [Scenario.group("group", service: .fixed(10 * millisecond))]
        let run = try Simulated(scenario)
        #expect(run.sent().sent == 1000 && !run.outcome.drained)
        #expect(run.group().handled == 200)
        let found = run.outcome.findings[0]
        #expect(found.unhandledAtEnd == 800)
        #expect(found.lost == 0 && found.duplicates == 0 && found.firstViolations == [])
        #expect(run.outcome.lag[0].finalLag == 800)
        let record = try run.record()
        #expect(record.verdict.value == .suspect)
        #expect(record.verdict.reasons.map(\.code) == ["not-drained", "few-samples"])
        #expect(record.phases.last?.name == "drain")
        #expect(record.phases.last.map { $0.endNs - $0.startNs } == nanosecondsPerSecond)
    }

    @Test func aFullLogHoldsTheProducerAndChargesTheWait() throws {
        var scenario = Scenario()
        // Room for 64 messages, 1,000 a second into 500 a second.
        scenario.topics = [Scenario.topic("events", capacityBytes: 4096)]
        scenario.consumers = [Scenario.group("group", service: .fixed(2 * millisecond))]
        let run = try Simulated(scenario)
        run.expectAllHandled(1000)
        run.expectNothingWrong()
        // Message k ends at 2 (k + 1) ms, whenever it was let in.
        let model = QueueModel(service: 2 * millisecond)
        try run.latency(.response).expect(
            model.responses(QueueModel.steady(1000, every: millisecond)))
        #expect(run.latency(.response).maximum == 1001 * millisecond)
        // At most 64 wait in the log, the rest of the wait is the producer's.
        let waited = try #require(run.outcome.producers.sendDelay[1].maximum)
        #expect(waited >= 1001 * millisecond - 66 * 2 * millisecond)
        #expect(waited == run.sent().maximumLateness)
        #expect(run.latency(.endToEnd).maximum! <= 66 * 2 * millisecond)
        #expect(run.sent().backPressured > 0 && run.sent().backPressured < 1000)
        let record = try run.record()
        #expect(record.verdict.value == .suspect)
        #expect(record.verdict.reasons.map(\.code).contains("back-pressure"))
        #expect(record.accounting.dropped == 0)
    }

    @Test func anOverrunGroupMissesExactlyWhatWasOverwritten() throws {
        var scenario = Scenario()
        scenario.topics = [
            Scenario.topic("events", capacityBytes: 4096, whenFull: .overwrite)
        ]
        scenario.producers = [Scenario.producer("source", rate: 5000)]
        scenario.consumers = [Scenario.group("group", service: .fixed(millisecond))]
        scenario.consumers[0].maxPollRecords = 8
        let run = try Simulated(scenario, on: TappedDriver())
        #expect(run.sent().sent == 5000 && run.sent().backPressured == 0)
        let found = run.outcome.findings[0]
        let delivered = Set(run.driver.deliveries.map(\.sequence))
        #expect(delivered.count == run.driver.deliveries.count)
        #expect(found.outOfRange == 5000 - UInt64(delivered.count))
        #expect(found.outOfRange > 3000)
        #expect(run.group().delivered == UInt64(delivered.count))
        #expect(run.group().handled == run.group().delivered)
        #expect(found.lost == 0 && found.duplicates == 0 && found.reordered == 0)
        #expect(found.unhandledAtEnd == 0 && run.outcome.drained)
    }

    @Test func aGroupThatRestartsAtTheEndMissesMore() throws {
        var scenario = Scenario()
        scenario.topics = [
            Scenario.topic("events", capacityBytes: 4096, whenFull: .overwrite)
        ]
        scenario.producers = [Scenario.producer("source", rate: 5000)]
        scenario.consumers = [Scenario.group("group", service: .fixed(millisecond))]
        scenario.consumers[0].maxPollRecords = 8
        scenario.consumers[0].autoOffsetReset = .latest
        let run = try Simulated(scenario)
        let found = run.outcome.findings[0]
        #expect(found.outOfRange + run.group().delivered == 5000)
        #expect(found.lost == 0 && found.outOfRange > 0)
    }
}
