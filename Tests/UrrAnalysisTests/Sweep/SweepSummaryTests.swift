import Testing
import UrrMeasure
import UrrResults
import UrrTestSupport

@testable import UrrAnalysis

@Suite struct SweepSummaryTests {
    // MARK: What a group can do

    /// 12,000 a second for 33 s behind a spike of 50,000: `SampleRun`.
    @Test func theRateWhileBehindIsTheCapacity() throws {
        let rate = try #require(SaturatedRate.perSecond(ofGroup: 0, in: SampleRun.record()))
        #expect(abs(rate - 12_000) < 1e-9)
    }

    @Test func whoKeepsUpHasNoCapacity() {
        var record = SampleRun.record()
        for row in record.series.rows.indices { record.series.rows[row].groups[0].lag = 3 }
        #expect(SaturatedRate.perSecond(ofGroup: 0, in: record) == nil)
        record.series.rows = []
        #expect(SaturatedRate.perSecond(ofGroup: 0, in: record) == nil)
        #expect(SaturatedRate.perSecond(ofGroup: 7, in: SampleRun.record()) == nil)
    }

    @Test func aGroupThatStandsStillHandlesNothing() {
        var record = SampleRun.record()
        for row in record.series.rows.indices {
            record.series.rows[row].groups[0].lag = 1000
            record.series.rows[row].groups[0].handled = 0
        }
        #expect(SaturatedRate.perSecond(ofGroup: 0, in: record) == 0)
    }

    @Test func aRunBecomesItsShortForm() throws {
        let run = SweepRunRecord(SampleRun.record(), cell: 4, trial: 2)
        #expect(run.cell == 4 && run.trial == 2)
        let group = try #require(run.group("ticket-service-group"))
        #expect(group.saturatedPerSecond == 12_000)
        #expect(group.members == 3 && group.idleMembers == 0)
        #expect(group.response == SampleRun.record().groups[0].latencies.response)
        #expect(group.lag.statesTimeline == [])
        let offered = try #require(run.offeredPerSecond)
        let expected: Double = (10 * 50_000 + 50 * 500) / 60
        #expect(abs(offered - expected) < 1e-6)
    }

    // MARK: Cells

    @Test func trialsAreMergedFromTheirHistograms() throws {
        var sweep = SampleSweep.record(counts: [1], trials: 2) { _, _ in 1000 }
        sweep.runs[0].groups[0].response = SampleRun.histogram([1000: 9_000])
        sweep.runs[1].groups[0].response = SampleRun.histogram([1000: 900, 1_000_000: 100])
        let summary = try #require(sweep.summaries(ofGroup: "group").first)
        // 100 of 10,000 values are long: the 99th percentile of all is short, the mean of the two
        // percentiles would be half a millisecond.
        #expect(summary.responseNs[99] == 1000)
        #expect(try #require(summary.responseNs[99.9]) > 999_000)
        #expect(summary.handled == [1000, 1000] && summary.runs == 2)
    }

    @Test func invalidTrialsAreCountedAndNotUsed() throws {
        var sweep = SampleSweep.record(counts: [1], trials: 3) { _, trial in 1000 + Double(trial) }
        sweep.runs[1].verdict = VerdictRecord(value: .invalid)
        let summary = try #require(sweep.summaries(ofGroup: "group").first)
        #expect(summary.handled == [1000, 1002])
        #expect(summary.verdicts == [.valid: 2, .invalid: 1])
    }

    @Test func cellsThatWereNotRunAreLeftOut() {
        var sweep = SampleSweep.record(counts: [1, 2, 4], trials: 1) { _, _ in 1 }
        sweep.runs.removeLast()
        #expect(sweep.summaries(ofGroup: "group").map(\.cell) == [0, 1])
        #expect(sweep.missingRuns == 1)
        #expect(sweep.summaries(ofGroup: "another") == [])
    }

    // MARK: Series

    @Test func aSeriesIsFitted() throws {
        let law = ScalabilityModel(rate: 900, contention: 0.05, coherency: 0.001)
        let sweep = SampleSweep.record(counts: [1, 2, 4, 8, 16, 32, 48], trials: 2) {
            count, trial in
            law.throughput(count) * (trial == 0 ? 1.01 : 0.99)
        }
        let series = sweep.scalingSeries()
        #expect(series.count == 1 && series[0].axis == "consumers")
        let analysis = try series[0].analysis.get()
        #expect(analysis.points.count == 14)
        let peak = try #require(analysis.peak)
        #expect(abs(peak.value / (0.95 / 0.001).squareRoot() - 1) < 0.05)
    }

    @Test func pointsThatSayNothingAreLeftOut() throws {
        var sweep = SampleSweep.record(counts: [1, 2, 3, 4, 6, 8], trials: 1) { count, _ in
            count * 100
        }
        sweep.runs[4].groups[0].saturatedPerSecond = nil
        sweep.runs[5].groups[0].idleMembers = 2
        let series = try #require(sweep.scalingSeries().first)
        #expect(series.points.map(\.excluded) == [nil, nil, nil, nil, .notSaturated, .idle])
        #expect(try series.analysis.get().points.count == 4)
    }

    @Test func tooFewPointsGiveTheReason() throws {
        let sweep = SampleSweep.record(counts: [1, 2], trials: 3) { count, _ in count }
        let series = try #require(sweep.scalingSeries().first)
        #expect(throws: ScalabilityError.tooFewCounts(2)) { try series.analysis.get() }
    }

    @Test func otherAxesAreHeld() {
        var sweep = SampleSweep.record(counts: [1, 2, 3, 4], trials: 1) { count, _ in count }
        sweep.axes.append(SweepAxisRecord(name: "phases.measure", values: ["1s", "2s"]))
        for cell in sweep.cells.indices { sweep.cells[cell].values.append(cell < 2 ? "1s" : "2s") }
        let series = sweep.scalingSeries()
        #expect(series.map { $0.held.map(\.value) } == [["1s"], ["2s"]])
        #expect(series.map { $0.points.map(\.count) } == [[1, 2], [3, 4]])
    }
}
