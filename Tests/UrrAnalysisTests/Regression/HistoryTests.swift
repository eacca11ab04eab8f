import Testing
import UrrResults
import UrrTestSupport

@testable import UrrAnalysis

@Suite struct HistoryTests {
    /// `values` as runs, a minute apart.
    private func entries(
        _ values: [Double], placement: TrialPlacement = .near, seed: UInt64 = 1
    ) -> [HistoryEntry] {
        var record = SampleRun.record()
        record.seed = DecimalUInt64(seed)
        let identity = TrialIdentity(record)
        return Trials.of(values, placement: placement).enumerated().map { index, trial in
            var trial = trial
            let minute = index < 10 ? "0\(index)" : "\(index)"
            trial.startedAt = "2026-11-21T00:\(minute):00Z"
            trial.runId = "\(placement)-\(index)"
            return HistoryEntry(identity: identity, trial: trial)
        }
    }

    private func groups(_ entries: [HistoryEntry], least: Double = 0.01) -> [HistoryGroup] {
        HistoryGroup.groups(
            entries, metrics: { _ in ["response.p50"] }, detector: EDivisive(),
            leastChange: least)
    }

    @Test func aStepIsFoundWithItsCommit() throws {
        let values = Trials.around(1000, 15) + Trials.around(1100, 12, seed: 2)
        // The order of the files says nothing: runs are sorted by their time.
        let group = try #require(groups(entries(values).reversed()).first)
        let series = try #require(group.series.first)
        let change = try #require(series.changes.first)
        #expect(series.changes.count == 1)
        #expect(change.commit == "c15" && change.runId == "near-15")
        #expect(abs(change.after / change.before - 1.1) < 0.02)
        #expect(change.isWorse == true)
        #expect(series.runs == 27 && abs((series.latest ?? 0) - 1100) < 20)
    }

    @Test func whatIsNotAlikeIsNotMixed() throws {
        let near = entries(Trials.around(1000, 12))
        let far = entries(Trials.around(3000, 8, seed: 3), placement: .far)
        let group = try #require(groups(near + far).first)
        #expect(group.trials.count == 20 && group.placement == .near)
        #expect(group.series[0].runs == 12 && group.series[0].setAside == 8)
        #expect(group.series[0].changes == [])
        let other = entries(Trials.around(2000, 4), seed: 2)
        #expect(groups(near + other).map(\.trials.count) == [12, 4])
    }

    @Test func smallChangesAreNotTold() throws {
        let values =
            Trials.around(1000, 15, spread: 0.0001)
            + Trials.around(1004, 15, spread: 0.0001, seed: 2)
        #expect(try #require(groups(entries(values)).first).series[0].changes == [])
        #expect(
            try #require(groups(entries(values), least: 0.001).first).series[0].changes.count == 1)
    }

    @Test func nothingIsNothing() {
        #expect(groups([]).isEmpty)
        let one = groups(entries([5]))
        #expect(one.count == 1 && one[0].series[0].changes == [])
    }
}
