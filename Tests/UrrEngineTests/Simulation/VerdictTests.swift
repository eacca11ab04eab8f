import Testing
import UrrMeasure
import UrrPlatform
import UrrResults
import UrrWorkload

@testable import UrrEngine

/// One test for each reason that can speak against a run. What a simulation cannot show (threads,
/// processors, clocks) is put into a good run's record.
struct VerdictTests {
    /// 2,000 messages, 900 microseconds each, one a millisecond: nothing to object to.
    private static func clean() -> Scenario {
        var scenario = Scenario()
        scenario.phases = PhasesSpec(
            warmup: 100 * millisecond, measure: 2 * nanosecondsPerSecond)
        scenario.consumers = [Scenario.group("group", service: .fixed(900 * microsecond))]
        return scenario
    }

    /// The verdict on a clean run after `change`.
    private func verdict(
        isDebugBuild: Bool = false,
        change: (inout RunRecord, RunOutcome) throws -> Void = { _, _ in },
        plan changePlan: (inout RunPlan) -> Void = { _ in }
    ) throws -> VerdictRecord {
        let run = try Simulated(Self.clean(), change: changePlan)
        var record = try run.record()
        #expect(record.verdict == VerdictRecord(value: .valid))
        try change(&record, run.outcome)
        return VerdictRules(
            plan: run.plan, outcome: run.outcome, record: record, isDebugBuild: isDebugBuild
        ).verdict()
    }

    private func expect(
        _ verdict: VerdictRecord, _ code: String, _ severity: Verdict, text: String,
        sourceLocation: SourceLocation = #_sourceLocation
    ) {
        #expect(verdict.value == severity, sourceLocation: sourceLocation)
        #expect(
            verdict.reasons == [VerdictReason(code: code, severity: severity, text: text)],
            sourceLocation: sourceLocation)
    }

    private func histogram(
        _ values: KeyValuePairs<Nanoseconds, UInt64>
    ) throws -> HistogramRecord {
        let histogram = try Histogram()
        defer { histogram.deallocate() }
        for (value, count) in values { histogram.record(value, count: count) }
        return HistogramRecord(histogram)
    }

    @Test func aCleanRunIsValid() throws {
        let verdict = try verdict()
        #expect(verdict.value == .valid && verdict.reasons == [])
    }

    @Test func aDebugBuildIsInvalidInRealTime() throws {
        #expect(try verdict(isDebugBuild: true).value == .valid)
        let found = try verdict(isDebugBuild: true) { record, outcome in
            outcome.simulated = false
            record.harness.workers = []
        }
        expect(
            found, "debug-build", .invalid,
            text: "a debug build: every time in it is several times too long")
    }

    @Test func anInterruptIsSuspectAndExcusesWhatIsMissing() throws {
        let found = try verdict { record, outcome in
            record.interrupted = true
            outcome.drained = false
            record.accounting.dropped = 100
            record.accounting.unhandledAtEnd = 7
            record.accounting.acknowledged -= 5
        }
        expect(
            found, "interrupted", .suspect, text: "interrupted: covers only what ran until then")
    }

    @Test func droppedArrivalsAreInvalid() throws {
        let found = try verdict { record, _ in
            record.accounting.scheduled += 100
            record.accounting.dropped = 100
        }
        expect(
            found, "arrivals-dropped", .invalid,
            text: "100 of 2100 scheduled messages were never sent: the offered load was not applied"
        )
    }

    @Test func aLeakedWarmupIsSuspect() throws {
        let found = try verdict { _, outcome in outcome.leakedBacklog = 12 }
        expect(
            found, "warmup-backlog", .suspect,
            text: "12 warm-up messages were still unhandled when the measurement began: they delay "
                + "what was measured")
    }

    @Test func aBacklogAtTheEndIsSuspect() throws {
        let found = try verdict { record, outcome in
            outcome.drained = false
            record.accounting.unhandledAtEnd = 3
        }
        expect(
            found, "not-drained", .suspect,
            text: "3 messages were still unhandled when the drain ended: their latencies, the "
                + "longest, are missing")
    }

    @Test func missingAnswersAreSuspect() throws {
        let found = try verdict { record, _ in record.accounting.acknowledged -= 4 }
        expect(
            found, "unanswered", .suspect,
            text: "4 messages were neither acknowledged nor refused when the drain ended: their "
                + "acknowledgement times, the longest, are missing")
    }

    // MARK: - Generator

    @Test func backPressureIsSuspectAndExplainsLateness() throws {
        let late = try histogram([50 * millisecond: 2000])
        let found = try verdict { record, outcome in
            record.producers[0].backPressured = 20
            record.producers[0].latencies.sendDelay = late
            outcome.producers.tallies[0].heldBack =
                (outcome.measureEnd - outcome.measureStart) / 4
        }
        expect(
            found, "back-pressure", .suspect,
            text: "source: held back 20 times, 25 % of the time, by a full log; the wait is part "
                + "of the response time")
    }

    @Test func aMomentOfBackPressureIsNoReasonAndNoExcuse() throws {
        let change = { (record: inout RunRecord, outcome: RunOutcome) in
            outcome.producers.tallies[0].heldBack = 19 * millisecond
            record.producers[0].backPressured = 20
        }
        #expect(try verdict(change: change).value == .valid)
        let late = try histogram([50 * millisecond: 2000])
        let found = try verdict { record, outcome in
            change(&record, outcome)
            record.producers[0].latencies.sendDelay = late
        }
        #expect(found.reasons.map(\.code) == ["generator-late"])
    }

    @Test func aGeneratorThatIsAlwaysLateIsInvalid() throws {
        let late = try histogram([1500 * microsecond: 2000])
        let found = try verdict { record, _ in record.producers[0].latencies.sendDelay = late }
        expect(
            found, "generator-late", .invalid,
            text: "source: half of the messages went out more than 1.5 ms late: the generator, not "
                + "the target, was at its limit")
    }

    @Test func aGeneratorThatIsLateAtTimesIsSuspect() throws {
        let late = try histogram([10 * microsecond: 1950, 7 * millisecond: 50])
        let found = try verdict { record, _ in record.producers[0].latencies.sendDelay = late }
        expect(
            found, "generator-late", .suspect,
            text: "source: 1 % of the messages went out more than 7.0 ms late")
    }

    @Test func aMachinesNoiseIsNoReason() throws {
        let late = try histogram([900 * microsecond: 1950, 4900 * microsecond: 50])
        #expect(
            try verdict { record, _ in record.producers[0].latencies.sendDelay = late }
                .value == .valid)
    }

    @Test func aClosedLoopIsNeverLate() throws {
        let late = try histogram([50 * millisecond: 2000])
        #expect(
            try verdict { record, _ in
                record.producers[0].openLoop = false
                record.producers[0].latencies.sendDelay = late
            }.value == .valid)
    }

    // MARK: - Machine

    private func sharing(_ processorTime: Nanoseconds) -> (inout RunRecord, RunOutcome) -> Void {
        { record, outcome in
            outcome.simulated = false
            for index in record.harness.workers.indices {
                record.harness.workers[index].wallTimeNs = nanosecondsPerSecond
                record.harness.workers[index].processorTimeNs =
                    index == 1 ? processorTime : nanosecondsPerSecond
            }
        }
    }

    @Test func aWorkerWithoutItsProcessorIsSuspect() throws {
        let found = try verdict(change: sharing(604 * millisecond))
        expect(
            found, "processor-lost", .suspect,
            text: "consumer-0 had its processor for only 60 % of the time: other work ran on the "
                + "same processor")
        #expect(try verdict(change: sharing(950 * millisecond)).value == .valid)
    }

    @Test func aWorkerThatSleepsNeedsNoProcessor() throws {
        let found = try verdict(
            change: sharing(10 * millisecond), plan: { $0.idle = IdleMode.park.strategy })
        #expect(found.value == .valid)
    }

    // MARK: - Groups

    @Test func fewSamplesAreSuspect() throws {
        var scenario = Self.clean()
        scenario.phases.measure = 999 * millisecond
        let found = try Simulated(scenario).record().verdict
        expect(
            found, "few-samples", .suspect,
            text: "group: only 999 messages were handled; percentiles need more")
        scenario.phases.measure = 1000 * millisecond
        #expect(try Simulated(scenario).record().verdict.value == .valid)
    }

    @Test(arguments: [(1, "SUSPECT"), (3, "INVALID")])
    func negativeTimesAreClockErrors(count: UInt64, severity: String) throws {
        let found = try verdict { record, _ in
            record.groups[0].accounting.handled = 20_000
            record.groups[0].latencies.queueing.anomalies = count
        }
        expect(
            found, "clock-anomaly", try #require(Verdict(rawValue: severity)),
            text: "group: \(count) times were negative: the processors' clocks disagree")
    }

    @Test func timesBeyondTheHistogramAreSuspect() throws {
        let found = try verdict { record, _ in record.groups[0].latencies.response.overflow = 2 }
        expect(
            found, "overflow", .suspect,
            text: "group: 2 times were above 1 h and have no percentile")
    }

    @Test func handlersThatTakeLongerThanDeclaredAreSuspect() throws {
        let slow = try histogram([1100 * microsecond: 2000])
        let found = try verdict { record, _ in record.groups[0].latencies.service = slow }
        expect(
            found, "handler-late", .suspect,
            text: "group: handlers took 1.1 ms on average, declared are 0.9 ms: the consuming "
                + "workers were at their limit")
        let tolerated = try histogram([940 * microsecond: 2000])
        #expect(
            try verdict { record, _ in record.groups[0].latencies.service = tolerated }
                .value == .valid)
    }

    @Test func tooManyGapsAreInvalid() throws {
        let found = try verdict { _, outcome in outcome.findings[0].undecided = 9 }
        expect(
            found, "undecided", .invalid,
            text: "group: too many gaps or refusals at a time; of 9 messages it is not known "
                + "whether they arrived late or never")
    }

    @Test func theWorstReasonDecides() throws {
        let found = try verdict { record, outcome in
            outcome.leakedBacklog = 1
            outcome.findings[0].undecided = 1
            record.groups[0].latencies.response.overflow = 1
        }
        #expect(found.value == .invalid)
        #expect(found.reasons.map(\.code) == ["warmup-backlog", "overflow", "undecided"])
    }

    // MARK: - Little's law

    @Test func littlesLawHoldsUnderCongestion() throws {
        for concurrency in [1, 3] {
            var scenario = CongestionTests.overload()
            scenario.consumers = [
                Scenario.group("group", service: .fixed(Nanoseconds(concurrency) * millisecond))
            ]
            scenario.consumers[0].concurrency = concurrency
            let run = try Simulated(scenario)
            let record = try run.record()
            #expect(record.verdict.value == .valid)
            let lag = record.groups[0].lag
            let endToEnd = record.groups[0].latencies.endToEnd
            let spent = try #require(endToEnd.meanNs) / 1e9 * Double(endToEnd.count)
            // Messages times seconds, by offsets and by stamps.
            #expect(isClose(lag.area, to: spent, within: 0.01))
            #expect(lag.area > 5000)
        }
    }

    @Test func lagAndLatencyThatDoNotFitAreSuspect() throws {
        let run = try Simulated(CongestionTests.overload())
        var record = try run.record()
        let mean = try #require(record.groups[0].latencies.endToEnd.meanNs)
        record.groups[0].latencies.endToEnd.meanNs = mean * 0.8
        let found = VerdictRules(
            plan: run.plan, outcome: run.outcome, record: record, isDebugBuild: false
        ).verdict()
        #expect(found.value == .suspect && found.reasons.map(\.code) == ["littles-law"])
        #expect(found.reasons[0].text.contains("differ by 25 %"))
    }

    @Test func littlesLawSaysNothingWithoutABacklog() throws {
        let run = try Simulated(Self.clean())
        var record = try run.record()
        record.groups[0].latencies.endToEnd.meanNs = 1e9
        #expect(
            VerdictRules(
                plan: run.plan, outcome: run.outcome, record: record, isDebugBuild: false
            ).verdict().value == .valid)
    }
}
