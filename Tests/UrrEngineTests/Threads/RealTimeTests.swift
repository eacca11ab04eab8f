import Testing
import UrrDriverEmbedded
import UrrJemalloc
import UrrPlatform
import UrrResults
import UrrWorkload

@testable import UrrEngine

/// Runs on real threads: short, and without a word on how long anything takes, because whatever
/// else the machine does decides that.
@Suite(.serialized)
struct RealTimeTests {
    private final class Interrupter: RunObserver {
        let clock: TimeStampClock
        let at: Nanoseconds
        private(set) var reports = 0

        init(clock: TimeStampClock, at: Nanoseconds) {
            self.clock = clock
            self.at = at
        }

        var isInterrupted: Bool { clock.now() >= at }
        func observe(_ report: IntervalReport) { reports += 1 }
    }

    private static let calibration = ClockCalibration.measured()

    /// A run that has ended: plan, outcome and record.
    private func run(
        _ scenario: Scenario, probe: AllocationProbe = .none,
        observer: (TimeStampClock) -> (any RunObserver)? = { _ in nil },
        change: (inout RunPlan) -> Void = { _ in }
    ) throws -> (plan: RunPlan, outcome: RunOutcome, record: RunRecord) {
        var plan = try scenario.plan()
        change(&plan)
        let clock = TimeStampClock(calibration: Self.calibration)
        let session = try RunSession(
            plan: plan, driver: EmbeddedDriver(), clock: clock, probe: probe,
            observer: observer(clock))
        let outcome = try session.run()
        return (plan, outcome, try Records.record(of: outcome, plan: plan))
    }

    /// Half a second of 5,000 messages a second over four partitions; yields its processor.
    private func modest() -> Scenario {
        var scenario = Scenario()
        scenario.phases = PhasesSpec(
            warmup: 100 * millisecond, measure: 500 * millisecond)
        scenario.topics = [Scenario.topic("events", partitions: 4, capacityBytes: 1 << 20)]
        scenario.producers = [Scenario.producer("source", rate: 5000)]
        scenario.producers[0].keys = .uniform(cardinality: 100)
        scenario.producers[0].partitioning = .key
        scenario.consumers = [
            Scenario.group("instant"),
            Scenario.group("modelled", service: .fixed(50 * microsecond)),
        ]
        scenario.consumers[0].instances = 2
        scenario.consumers[1].instances = 4
        return scenario
    }

    private func expectAllRight(
        _ run: (plan: RunPlan, outcome: RunOutcome, record: RunRecord), messages: UInt64,
        sourceLocation: SourceLocation = #_sourceLocation
    ) {
        let record = run.record
        #expect(record.accounting.sent == messages, sourceLocation: sourceLocation)
        #expect(record.accounting.acknowledged == messages, sourceLocation: sourceLocation)
        #expect(record.accounting.scheduled == messages, sourceLocation: sourceLocation)
        for group in record.groups {
            let own = group.accounting
            #expect(own.handled == messages, sourceLocation: sourceLocation)
            #expect(own.delivered == messages, sourceLocation: sourceLocation)
            #expect(
                own.lost + own.duplicates + own.reordered + own.corrupted + own.outOfRange
                    + own.unhandledAtEnd == 0, sourceLocation: sourceLocation)
            #expect(group.firstViolations == [], sourceLocation: sourceLocation)
            #expect(group.latencies.response.count == messages, sourceLocation: sourceLocation)
            #expect(group.lag.finalLag == 0, sourceLocation: sourceLocation)
        }
        let rows = record.series.rows
        #expect(rows.reduce(0) { $0 + $1.sent } == messages, sourceLocation: sourceLocation)
        #expect(rows.reduce(0) { $0 + $1.offered } == messages, sourceLocation: sourceLocation)
        #expect(run.outcome.drained && !record.interrupted, sourceLocation: sourceLocation)
        #expect(run.outcome.leakedBacklog == 0, sourceLocation: sourceLocation)
    }

    @Test func aModestRunLosesNothingAndKeepsTheOrder() throws {
        let found = try run(modest())
        expectAllRight(found, messages: 2500)
        let groups = found.record.groups
        // A modelled handler never takes less than declared.
        #expect(try #require(groups[1].latencies.service.minNs) >= 50 * microsecond)
        for group in groups {
            let latencies = group.latencies
            #expect(latencies.queueing.anomalies == 0 && latencies.response.anomalies == 0)
            // Charged from the intended time, hence never less than from the sent one.
            #expect(latencies.response.meanNs! >= latencies.endToEnd.meanNs! * 0.999)
        }
        #expect(found.record.harness.workers.allSatisfy { $0.wallTimeNs > 0 && $0.rounds > 0 })
        #expect(
            found.record.harness.workers.allSatisfy { (0...1).contains($0.busyShare) })
    }

    @Test func twoProducingWorkersShareATopic() throws {
        var scenario = modest()
        scenario.producers[0].instances = 6
        scenario.workers = WorkersSpec(producers: 2, consumers: 2, pin: false)
        let found = try run(scenario)
        #expect(found.plan.topology.topics[0].producerEndpoints == 2)
        expectAllRight(found, messages: 2500)
        let producers = found.record.harness.workers.filter { $0.role == "producer" }
        #expect(producers.allSatisfy { $0.messages > 0 })
        #expect(producers.reduce(0) { $0 + $1.messages } == 2500)
    }

    @Test func theSameMessagesAsInASimulation() throws {
        let real = try run(modest()).record
        let simulated = try Simulated(modest()).record()
        #expect(real.accounting.sent == simulated.accounting.sent)
        #expect(real.producers.map(\.scheduled) == simulated.producers.map(\.scheduled))
        #expect(real.groups.map(\.accounting) == simulated.groups.map(\.accounting))
        #expect(!real.simulated && simulated.simulated)
    }

    @Test func asFastAsItCanNothingIsLost() throws {
        var scenario = Scenario()
        scenario.phases = PhasesSpec(measure: 300 * millisecond)
        scenario.topics = [Scenario.topic("events", partitions: 2, capacityBytes: 1 << 14)]
        // A log that is full most of the time.
        scenario.producers = [
            Scenario.producer("loop", .closed(ClosedLoop(inFlight: 200)))
        ]
        scenario.producers[0].instances = 4
        scenario.consumers = [Scenario.group("one"), Scenario.group("other")]
        scenario.workers = WorkersSpec(producers: 2, consumers: 2, pin: false)
        let found = try run(scenario)
        let sent = found.record.accounting.sent
        #expect(sent > 1000)
        expectAllRight(found, messages: sent)
    }

    // MARK: - Interrupts

    @Test(arguments: [0, 20, 150, 400])
    func anInterruptEndsTheRunAndKeepsWhatWasMeasured(afterMilliseconds: Int) throws {
        var scenario = modest()
        scenario.phases = PhasesSpec(
            warmup: 100 * millisecond, measure: 3600 * nanosecondsPerSecond,
            drain: 3600 * nanosecondsPerSecond)
        // An hour and more is left: it would show if the run went on, or walked its schedule.
        let found = try run(scenario) { clock in
            Interrupter(
                clock: clock, at: clock.now() + Nanoseconds(afterMilliseconds) * millisecond)
        }
        let record = found.record
        #expect(record.interrupted && !found.outcome.drained)
        #expect(record.durationNs < 600 * nanosecondsPerSecond)
        #expect(record.verdict.reasons.map(\.code).contains("interrupted"))
        #expect(record.verdict.reasons.allSatisfy { $0.code != "arrivals-dropped" })
        for (phase, next) in zip(record.phases, record.phases.dropFirst()) {
            #expect(phase.startNs <= phase.endNs && phase.endNs == next.startNs)
        }
        #expect(record.phases.allSatisfy { $0.endNs <= record.durationNs })
        let accounting = record.accounting
        #expect(accounting.lost == 0 && accounting.duplicates == 0 && accounting.reordered == 0)
        #expect(accounting.scheduled == accounting.sent + accounting.dropped)
        #expect(record.series.rows.reduce(0) { $0 + $1.sent } == accounting.sent)
        // Only what was due by then counts as dropped, not the rest of the hour.
        #expect(accounting.scheduled <= UInt64(record.durationNs / (200 * microsecond)) + 64)
        for group in record.groups {
            let own = group.accounting
            #expect(own.handled <= accounting.sent)
            #expect(own.handled + own.unhandledAtEnd >= accounting.sent)
        }
    }

    @Test func anInterruptInTheDrainEndsIt() throws {
        var scenario = modest()
        scenario.phases = PhasesSpec(
            measure: 100 * millisecond, drain: 3600 * nanosecondsPerSecond)
        scenario.consumers = [Scenario.group("slow", service: .fixed(600 * nanosecondsPerSecond))]
        let found = try run(scenario) { clock in
            Interrupter(clock: clock, at: clock.now() + 300 * millisecond)
        }
        #expect(found.record.interrupted && found.record.accounting.sent == 500)
        #expect(found.record.groups[0].accounting.unhandledAtEnd == 500)
        #expect(found.record.groups[0].accounting.lost == 0)
        #expect(found.outcome.measureEnd - found.outcome.measureStart == 100 * millisecond)
    }

    // MARK: - Allocation

    /// Whether something counts what threads allocate here; a sanitizer brings its own allocator.
    private static let probe = AllocationProbe.jemalloc()
    private static let isCounted = probe.threadAllocatedBytes() != nil

    @Test(
        .enabled(
            if: isCounted, "allocations are not counted here: another allocator is in place"))
    func workersAllocateNothingInTheMeasuredPart() throws {
        var scenario = modest()
        scenario.phases.measure = 1200 * millisecond
        scenario.producers[0].arrivals.variance = .poisson
        scenario.consumers[1].serviceTime = .lognormal(median: 50_000, sigma: 0.5)
        scenario.consumers[1].concurrency = 2
        scenario.consumers[1].commit = .automatic(interval: 10 * millisecond)
        let found = try run(
            scenario, probe: Self.probe,
            change: { plan in
                #if DEBUG
                // Without optimisation the samples of the lag allocate; the path of messages does not.
                plan.lagInterval = 3600 * nanosecondsPerSecond
                #endif
            })
        let workers = found.record.harness.workers
        #expect(workers.count == 2 && found.record.accounting.handled > 10_000)
        for worker in workers {
            #expect(worker.allocatedBytes == 0, "\(worker.name)")
        }
        #expect(found.record.harness.allocatedBytesPerMessage == 0)
    }
}
