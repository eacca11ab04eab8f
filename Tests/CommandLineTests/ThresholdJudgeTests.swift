import Testing
import UrrResults
import UrrTestSupport
import UrrWorkload

@testable import urrbench

/// Thresholds that compare one metric of a run with another.
struct ThresholdJudgeTests {
    private func judge(_ text: String) throws -> ThresholdRecord {
        let record = SampleRun.record()
        return try #require(
            ThresholdJudge.judge([try ThresholdSpec(parsing: text)], of: record).first)
    }

    @Test func aMultipleIsOfTheSameRun() throws {
        let sent = Double(SampleRun.record().accounting.sent)
        let equal = try judge("sent == 1 * sent")
        #expect(equal.passed && equal.limit == sent && equal.actual == sent)
        let half = try judge("sent <= 0.5 * sent")
        #expect(!half.passed && half.limit == sent / 2 && half.reason == nil)
        // A plain value is in the expression already.
        #expect(try judge("sent >= 0").limit == nil)
    }

    @Test func whatWasNotMeasuredFailsWithAReason() throws {
        let unknown = try judge("sent < 2 * nobody.sent")
        #expect(!unknown.passed && unknown.limit == nil)
        #expect(unknown.reason == "nobody.sent: there is no such metric in this run")
    }
}
