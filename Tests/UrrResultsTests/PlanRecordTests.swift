import Foundation
import Testing
import UrrResults
import UrrTestSupport

struct PlanRecordTests {
    private func error(_ change: (inout PlanRecord) -> Void) throws -> ResultError? {
        let json = try SamplePlan.record(change).json()
        do {
            _ = try PlanRecord(json: json)
            return nil
        } catch {
            return error
        }
    }

    @Test func aPlanComesBackAsItWas() throws {
        let record = SamplePlan.record()
        #expect(try PlanRecord(json: record.json()) == record)
    }

    @Test func anotherFileIsNamed() throws {
        let run = try SampleRun.record().json()
        #expect(throws: ResultError.otherSchema(found: "urrbench.run", expected: "urrbench.plan")) {
            try PlanRecord(json: run)
        }
        let newer = String(decoding: try SamplePlan.record().json(), as: UTF8.self)
            .replacingOccurrences(of: "\"version\" : 1", with: "\"version\" : 9")
        #expect(throws: ResultError.self) { try PlanRecord(json: Data(newer.utf8)) }
        #expect(throws: ResultError.self) { try PlanRecord(json: Data("{".utf8)) }
    }

    @Test func whatCannotBeIsNamedWithItsPlace() throws {
        let size = try error { $0.finding.size = nil }
        #expect(size == .malformed(path: "finding.size", reason: "missing"))
        let answer = try error { $0.answer = nil }
        #expect(answer == .malformed(path: "answer", reason: "missing"))
        let series = try error { $0.whatIfs[0].trial?.series?.lag = [] }
        #expect(
            series
                == .malformed(
                    path: "whatIfs[0].trial.series.lag", reason: "0 values for 3 instants"))
    }

    @Test func plansAreStoredBesideRunsAndAreNoRuns() throws {
        let directory = try TemporaryDirectory()
        let store = ResultStore(directory: directory.url.path)
        let path = try store.save(SamplePlan.record())
        #expect(path.hasSuffix(".plan.json"))
        #expect(try ResultStore.loadPlan(path: path) == SamplePlan.record())
        #expect(try store.list().isEmpty)
    }

    @Test func aQuotaIsExceededAboveItsLimitOnly() {
        func quota(_ needed: Double?) -> PlanQuotaRecord {
            PlanQuotaRecord(
                quantity: "inFlight", limit: 10, needed: needed, unit: "messages",
                strictness: "hard", remark: "", source: "", date: "")
        }
        #expect(!quota(10).isExceeded && quota(10.5).isExceeded && !quota(nil).isExceeded)
        #expect(quota(5).share == 0.5 && quota(nil).share == nil)
    }
}
