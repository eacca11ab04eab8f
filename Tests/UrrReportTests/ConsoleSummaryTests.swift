import Testing
import UrrMeasure
import UrrResults
import UrrTestSupport

@testable import UrrReport

struct ConsoleSummaryTests {
    private func lines(
        _ style: TextStyle = .plain, _ change: (inout RunRecord) -> Void = { _ in }
    ) -> [String] {
        var record = SampleRun.record()
        change(&record)
        return ConsoleSummary.lines(record, resultFile: "results/run.json", style: style)
    }

    /// The lines of the section that starts with `heading`.
    private func section(_ heading: String, of lines: [String]) -> [String] {
        let start = lines.firstIndex { $0.hasPrefix(heading) } ?? lines.endIndex
        return Array(lines[start...].prefix { !$0.isEmpty })
    }

    /// The cells of the line that starts with `name`.
    private func cells(_ name: String, in lines: [String]) -> [String] {
        let line = lines.first { $0.drop { $0 == " " }.hasPrefix(name) } ?? ""
        return line.drop { $0 == " " }.dropFirst(name.count).split(separator: "  ").map {
            $0.drop { $0 == " " }.description
        }
    }

    @Test func sectionsComeInTheOrderOfInterest() {
        let order = [
            "Workload", "Verdict", "Outcome", "Offered", "Latency", "Lag", "Over time",
            "Accounting", "Harness", "Thresholds", "Result",
        ]
        let found = lines().compactMap { line in order.first { line.hasPrefix($0) } }
        #expect(found == order)
    }

    @Test func theHeaderNamesRunAndMachine() {
        let header = section("Workload", of: lines()).joined(separator: " ")
        for fact in [
            "spike", "embedded", "seed 20261120", "20261121T013323-spike", "95.0 s",
            "measure 60.0 s", "AMD EPYC 7B13", "2 of 2 CPUs", "8.0 GiB", "Swift 6.3.1",
            "release build", "0123456789ab-dirty",
        ] {
            #expect(header.contains(fact), "\(fact)")
        }
        #expect(!header.contains("INTERRUPTED") && !header.contains("DEBUG"))
    }

    @Test func specialRunsSaySo() {
        let changed = lines { record in
            record.interrupted = true
            record.simulated = true
            record.machine.buildMode = "debug"
            record.workload.overrides = ["phases.measure=5s"]
        }
        let header = section("Workload", of: changed).joined(separator: " ")
        for word in ["INTERRUPTED", "SIMULATED", "DEBUG BUILD", "phases.measure=5s"] {
            #expect(header.contains(word))
        }
    }

    @Test func verdictReasonsComeGravestFirst() {
        let verdict = section(
            "Verdict",
            of: lines { record in
                record.verdict = VerdictRecord(
                    value: .invalid,
                    reasons: [
                        VerdictReason(
                            code: "cpu-saturated", severity: .suspect, text: "a worker was busy"),
                        VerdictReason(
                            code: "not-drained", severity: .invalid, text: "380,000 were left"),
                    ])
            })
        #expect(verdict[0] == "Verdict: INVALID, do not use these numbers:")
        #expect(verdict[1] == "  - INVALID not-drained: 380,000 were left")
        #expect(verdict[2] == "  - SUSPECT cpu-saturated: a worker was busy")
    }

    @Test func theOutcomeCountsWhatBroke() {
        #expect(
            lines().contains(
                "Outcome: no message lost, reordered or corrupted; 2 of 3 thresholds failed"))
        let broken = lines { record in
            record.accounting.lost = 3
            record.accounting.duplicates = 4
            record.thresholds = []
        }
        #expect(broken.contains("Outcome: 3 lost; 4 duplicates; none beyond the guarantees"))
        let worse = lines { record in
            record.accounting.lost = 3
            record.accounting.violations = 2
            record.thresholds = []
        }
        #expect(worse.contains("Outcome: 3 lost; 2 beyond the guarantees"))
    }

    @Test func offeredAndAchievedAreOfTheMeasuredPhase() {
        let flow = section("Offered", of: lines())
        #expect(cells("offered by the schedule", in: flow) == ["525,000", "8,750/s", "50,000/s"])
        #expect(cells("sent", in: flow) == ["525,000", "8,750/s", "50,000/s", "100 %"])
        #expect(
            cells("handled by ticket-service-group", in: flow)
                == ["525,000", "8,750/s", "12,000/s"])
        let short = section("Offered", of: lines { $0.series.rows[12].sent -= 1 })
        #expect(cells("sent", in: short).last == "> 99.99 %")
    }

    @Test func everyStepOfTheLedgerIsThere() {
        let latency = section("Latency", of: lines())
        #expect(
            cells("send delay (intended to sent)", in: latency)
                == ["300 ns", "300 ns", "2.00 us", "2.00 us", "41.0 us", "10,000"])
        #expect(
            cells("service (handling alone)", in: latency)
                == ["212 us", "-", "-", "-", "212 us", "50"])
        for step in ["acknowledgement", "queueing", "response", "end to end"] {
            #expect(cells(step, in: latency).count >= 6, "\(step)")
        }
        #expect(latency.contains { $0.contains("a percentile needs 10 samples beyond it") })
    }

    @Test func footnotesAppearOnlyWhereTheyAreNeeded() {
        let latency = section(
            "Latency",
            of: lines { record in
                record.groups[0].latencies.service = SampleRun.histogram([212_000: 10_000])
            })
        #expect(!latency.contains { $0.contains("samples beyond") })
        let odd = section(
            "Latency",
            of: lines { record in
                record.groups[0].latencies.service = SampleRun.histogram([
                    -5: 2, 100: 10_000, 4_000_000_000_000: 1,
                ])
            }
        ).joined(separator: "\n")
        #expect(odd.contains("in no percentile: 2"))
        #expect(odd.contains("lies among them: 1"))
    }

    @Test func closedLoopIsLabelled() {
        let latency = section("Latency", of: lines { $0.producers[0].openLoop = false })
        #expect(latency.contains { $0.contains("closed loop") })
        #expect(!section("Latency", of: lines()).contains { $0.contains("closed loop") })
    }

    @Test func lagIsTold() {
        let record = SampleRun.record()
        #expect(
            LagSection.story(record.groups[0], of: record)
                == "ticket-service-group: lag rose to 380,000 at 20.0 s (in hold), the oldest unread"
                + " message at most 31.7 s old; back to normal 33.0 s after that peak.")
    }

    @Test func lagThatStaysIsToldDifferently() {
        var record = SampleRun.record()
        record.groups[0].lag.recoveryNs = nil
        record.groups[0].lag.finalLag = 1234
        record.groups[0].lag.slopePerSecond = 812.4
        record.groups[0].lag.statesTimeline = [
            LagStateRecord(atNs: 0, state: .ok), LagStateRecord(atNs: 7_000_000_000, state: .stall),
        ]
        let story = LagSection.story(record.groups[0], of: record)
        record.groups[0].lag.peakSeconds = nil
        #expect(!LagSection.story(record.groups[0], of: record).contains("oldest"))
        #expect(story.contains("not back to normal before the end, where it was 1,234"))
        #expect(story.contains("it grew by 812/s"))
        #expect(story.hasSuffix("State STALL at 7.00 s."))
        record.groups[0].lag.peak = 0
        #expect(
            LagSection.story(record.groups[0], of: record) == "ticket-service-group: never behind.")
    }

    @Test func curvesShareTheRulerOfThePhases() {
        let curves = section("Over time", of: lines())
        let ruler = curves[1].drop { $0 == " " }.dropFirst(5).drop { $0 == " " }
        #expect(ruler.filter { $0 == "w" }.count == 2)
        #expect(ruler.count == 48)  // 95 rows of 1 s, two to a column.
        let offered = curves.first { $0.contains("offered") } ?? ""
        #expect(offered.contains("@@@@@") && offered.hasSuffix("max 50,000/s"))
        #expect(curves.first { $0.contains("  lag") }?.hasSuffix("max 380,000") == true)
    }

    @Test func accountingHidesNothingThatIsNotZero() {
        let usual = section("Accounting", of: lines())
        #expect(cells("lost", in: usual) == ["0"])
        #expect(!usual.contains { $0.contains("dead-lettered") })
        let odd = section(
            "Accounting",
            of: lines { record in
                record.groups[0].accounting.lost = 12
                record.groups[0].accounting.deadLettered = 1_000
                record.groups[0].firstViolations = ["message 7 of producer 0 was lost"]
                record.producers[0].dropped = 5
            })
        #expect(cells("lost", in: odd) == ["12"])
        #expect(cells("dead-lettered", in: odd) == ["1,000"])
        #expect(odd.contains { $0.contains("message 7 of producer 0 was lost") })
        #expect(odd.contains { $0.contains("5 never offered or given up") })
    }

    @Test func faultsAndRebalancesAreTold() {
        #expect(section("Faults", of: lines()) == [])
        let told = section(
            "Faults",
            of: lines { record in
                record.faults = [
                    FaultRecord(
                        type: "consumer-crash", target: "ticket-service-group", member: 1,
                        dueNs: 3_000_000_000, struckNs: 3_000_000_000, redeliveries: 12,
                        dropped: 4),
                    FaultRecord(type: "clock-step", dueNs: 5_000_000_000),
                ]
                record.groups[0].rebalances = RebalanceRecord(
                    count: 2, pauses: SampleRun.histogram([1_000_000: 3]))
            })
        #expect(told.contains { $0.contains("consumer-crash") && $0.contains("12") })
        #expect(told.contains { $0.contains("clock-step") })
        #expect(told.contains { $0.contains("2 changes of members") })
    }

    /// The books balance to the eye: what was sent and what was sent again make what was delivered.
    @Test func sendsFromTheFallbackAreInTheBooks() throws {
        let change = { (record: inout RunRecord) in
            record.producers[0].fallback = FallbackRecord(
                left: 30, dropped: 0, peak: 30, waiting: 0, reprocessed: 30, overtaken: 2, runs: 3,
                failedRuns: 1)
        }
        let told = lines(.plain, change)
        #expect(section("Accounting", of: told).contains { $0.contains("sent from fallback") })
        #expect(section("Fallback", of: told).contains { $0.contains("30 were sent again") })
        #expect(!section("Accounting", of: lines()).contains { $0.contains("fallback") })
        var record = SampleRun.record()
        change(&record)
        let page = RunSubject(record: record, file: "x.json").part()
        #expect(page.sections.contains { $0.title == "Fallback" })
    }

    @Test func thresholdsShowTheirValues() {
        let thresholds = section("Thresholds", of: lines())
        #expect(thresholds[0] == "Thresholds (1 of 3 hold)")
        #expect(thresholds[1] == "  FAIL  lag.max < 10000: 380,000 messages")
        #expect(
            thresholds[2] == "  FAIL  endToEnd.p99 < 50ms: 9.30 s (group ticket-service-group)")
        #expect(thresholds[3] == "  PASS  lost == 0: 0 messages")
        var unknown = SampleRun.record().thresholds[0]
        unknown.actual = nil
        #expect(ThresholdSection.actual(unknown) == "not measured")
    }

    @Test func theHarnessTellsItsCost() {
        let harness = section("Harness", of: lines()).joined(separator: " ")
        #expect(harness.contains("about 0.42 % of the workers' time"))
        #expect(harness.contains("measured phase: none"))
        let uncounted = lines { $0.harness.allocatedBytesPerMessage = nil }
        #expect(uncounted.contains { $0.contains("allocations: not counted") })
        let many = lines { record in
            record.harness.workers = Array(repeating: record.harness.workers[0], count: 20)
        }
        #expect(many.contains("  and 12 more workers"))
    }

    @Test(arguments: [72, 80, 100])
    func noLineIsTooWideAndNoneIsColoured(width: Int) {
        let long = String(repeating: "very-long-name-", count: 20)
        let style = TextStyle(colour: false, unicode: false, width: width)
        let all = lines(style) { record in
            record.workload.name = long
            record.producers[0].name = long
            record.groups = [record.groups[0], record.groups[0], record.groups[0]]
            record.groups[1].name = long
            record.groups[2].name = "결제-서비스-그룹"
            record.groups[1].firstViolations = [long]
            record.driver.facts = ["version": long]
            record.verdict = VerdictRecord(
                value: .suspect,
                reasons: [VerdictReason(code: "c", severity: .suspect, text: long)])
        }
        for line in all where !line.hasPrefix("Workload") && !line.hasPrefix("Result") {
            #expect(columns(of: line) <= width, "\(line)")
        }
        #expect(!all.contains { $0.contains("\u{1b}") })
        #expect(all.allSatisfy { $0.last != " " })
    }

    @Test func namesFromFilesCannotDriveTheTerminal() {
        let evil = "x\u{1b}]0;owned\u{7}\u{1b}[2J"
        let all = lines { record in
            record.workload.name = evil
            record.driver.name = evil
            record.driver.facts = [evil: evil]
            record.machine.cpuModel = evil
            record.producers[0].name = evil
            record.groups[0].name = evil
            record.groups[0].firstViolations = [evil]
            record.thresholds[0].expression = evil
            record.thresholds[0].unit = evil
            record.segments[1].name = evil
            record.series.rows[0].phase = evil
            record.phases[0].name = evil
            record.verdict.reasons = [VerdictReason(code: evil, severity: .suspect, text: evil)]
        }
        #expect(!all.contains { $0.contains("\u{1b}") || $0.contains("\u{7}") })
    }

    @Test func colourOnlyWhereAskedFor() {
        let coloured = lines(TextStyle(colour: true, unicode: true, width: 100))
        #expect(
            coloured.contains(
                "Verdict: \u{1b}[32mVALID\u{1b}[0m"
                    + ", no check found fault with these numbers"))
        #expect(coloured.contains { $0.contains("█") })
    }

    @Test func aRunThatWasStoppedAtOnceStillHasASummary() {
        let all = lines { record in
            record.phases = []
            record.segments = []
            record.producers = []
            record.groups = []
            record.thresholds = []
            record.series.rows = []
            record.harness.workers = []
            record.interrupted = true
        }
        #expect(all.contains { $0.hasPrefix("Verdict") })
        #expect(!all.contains { $0.hasPrefix("Latency") || $0.hasPrefix("Lag") })
    }
}
