import Testing
import UrrResults
import UrrTestSupport

@testable import UrrReport

struct ConsoleSummaryTests {
    @Test func dump() { print(ConsoleSummary.text(SampleRun.record(), resultFile: "results/x.json", style: TextStyle(colour: true, unicode: true, width: 100)))
     print(ConsoleSummary.text(SampleRun.record(), style: TextStyle(colour: false, unicode: false, width: 80))) }
}
