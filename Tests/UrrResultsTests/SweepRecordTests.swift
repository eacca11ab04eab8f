import Foundation
import Testing
import UrrResults
import UrrTestSupport

@Suite struct SweepRecordTests {
    private var sample: SweepRecord {
        SampleSweep.record(counts: [1, 2, 4], trials: 2) { count, _ in count * 1000 }
    }

    private func error(_ change: (inout SweepRecord) -> Void) throws -> ResultError? {
        var record = sample
        change(&record)
        let json = try record.json()
        do {
            _ = try SweepRecord(json: json)
            return nil
        } catch {
            return error
        }
    }

    @Test func aSweepComesBackAsItWas() throws {
        #expect(try SweepRecord(json: sample.json()) == sample)
    }

    @Test func anotherFileIsNamed() throws {
        let run = try SampleRun.record().json()
        #expect(throws: ResultError.otherSchema(found: "urrbench.run", expected: "urrbench.sweep"))
        {
            try SweepRecord(json: run)
        }
        let newer = String(decoding: try sample.json(), as: UTF8.self)
            .replacingOccurrences(of: "\"version\" : 1", with: "\"version\" : 9")
        #expect(throws: ResultError.self) { try SweepRecord(json: Data(newer.utf8)) }
        #expect(throws: ResultError.self) { try SweepRecord(json: Data("{".utf8)) }
    }

    @Test func whatCannotBeIsNamedWithItsPlace() throws {
        #expect(
            try error { $0.runs[3].cell = 3 }
                == .malformed(path: "runs[3].cell", reason: "no cell 3"))
        #expect(
            try error { $0.runs[0].trial = -1 }
                == .malformed(path: "runs[0].trial", reason: "no trial -1"))
        #expect(
            try error { $0.cells[1].values = [] }
                == .malformed(path: "cells[1].values", reason: "0 values for 1 axes"))
        #expect(try error { $0.trials = 0 } == .malformed(path: "trials", reason: "below 1"))
        #expect(try error { _ in } == nil)
    }

    @Test func sweepsAreStoredBesideRunsAndAreNoRuns() throws {
        let directory = try TemporaryDirectory()
        let store = ResultStore(directory: directory.url.path)
        let path = try store.save(sample)
        #expect(path.hasSuffix("/scaling-20261121-013323-sample.sweep.json"))
        #expect(try ResultStore.loadSweep(path: path) == sample)
        let run = try store.save(SampleRun.record())
        #expect(try store.list() == [run])
    }

    @Test func aSweepIsReplacedByItsNextState() throws {
        let directory = try TemporaryDirectory()
        let store = ResultStore(directory: directory.url.path)
        var sweep = sample
        let path = try store.save(sweep)
        sweep.runs.removeLast()
        #expect(try store.save(sweep) == path)
        #expect(try ResultStore.loadSweep(path: path).runs.count == sweep.runs.count)
    }
}
