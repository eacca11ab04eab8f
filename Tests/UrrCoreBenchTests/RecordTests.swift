import Foundation
import Testing
import UrrPlatform

@testable import UrrCoreBench

@Suite(.serialized) struct RecordTests {
    private func smoke(_ filters: [String]) throws -> CoreRecord {
        var options = CoreOptions()
        options.filters = filters
        options.isSmoke = true
        return try CoreBenchmark.run(options, progress: { _ in }, isStopped: { false })
    }

    @Test func runsWhatIsSelected() throws {
        let record = try smoke(["log-1p1g-64B-b32", "log-roundtrip-64B"])
        #expect(record.isSmoke && !record.isInterrupted)
        #expect(record.defects.isEmpty)
        #expect(
            record.cases.map(\.name) == [
                "floor-copy-64B", "log-1p1g-64B-b32", "log-1p1g-64B-b32-copy",
                "log-roundtrip-64B",
            ])
        #expect(record.cases.allSatisfy { $0.trials.count == 1 && $0.figures != nil })
        #expect(record.cases[3].figures?.p50 != nil)
    }

    @Test func survivesJSON() throws {
        let record = try smoke(["log-roundtrip-64B"])
        let data = try JSONEncoder().encode(record)
        let again = try JSONDecoder().decode(CoreRecord.self, from: data)
        #expect(again.cases[0].figures?.p50 == record.cases[0].figures?.p50)
        #expect(again.cases[0].trials[0].label == .unplaced)
    }

    @Test func stopsBetweenTrials() throws {
        var options = CoreOptions()
        options.filters = ["log-1p1g-64B-b1"]
        options.isSmoke = true
        var asked = 0
        let record = try CoreBenchmark.run(
            options, progress: { _ in },
            isStopped: {
                asked += 1
                return asked > 1
            })
        #expect(record.isInterrupted)
        #expect(record.cases.map(\.trials.count).reduce(0, +) == 1)
    }

    @Test func defectsNameTheCase() {
        let record = record([
            CoreCaseRecord(
                name: "log-x", summary: "", kind: .throughput, messageBytes: 64, floor: nil,
                trials: [FiguresTests.trial(5, .near, defect: "read 4 messages instead of 5")])
        ])
        #expect(record.defects == ["log-x: read 4 messages instead of 5"])
    }

    private func record(_ cases: [CoreCaseRecord]) -> CoreRecord {
        CoreRecord(
            trials: 7, trialNanoseconds: 250_000_000, isSmoke: false, isInterrupted: false,
            cpus: [0, 1], clockSource: "time-stamp-counter", clockSpreadPPM: 1,
            clockReadNanoseconds: 9, allocator: "jemalloc 5.3.0", handOver: Spread([50, 52]),
            cases: cases)
    }

    @Test func theTableFitsAndComparesWithTheFloor() {
        func named(_ name: String, floor: String?, _ trials: [Trial]) -> CoreCaseRecord {
            CoreCaseRecord(
                name: name, summary: "", kind: .throughput, messageBytes: 64, floor: floor,
                trials: trials)
        }
        let text = CoreTable.text(
            record([
                named("floor-copy-64B", floor: nil, [FiguresTests.trial(800_000_000, .near)]),
                named(
                    "log-1000part-1024B-b256-copy", floor: "floor-copy-64B",
                    [FiguresTests.trial(200_000_000, .disturbed)]),
            ]))
        let lines = text.split(separator: "\n")
        #expect(lines.allSatisfy { $0.count <= 110 })
        let row = lines.first { $0.hasPrefix("log-1000part") }
        let cells = row?.split(separator: " ").map { String($0) }
        #expect(
            cells == [
                "log-1000part-1024B-b256-copy", "~200", "200", "200", "1", "5.00", "7.00", "12.8",
                "0", "800", "0.25",
            ])
    }

    @Test func everyNameFitsTheTable() {
        for subject in CoreCaseTable.all { #expect(subject.name.count <= 28) }
    }

    @Test func numbers() {
        #expect(CoreTable.decimal(0.06, 1) == "0.1")
        #expect(CoreTable.decimal(-0.04, 1) == "0.0")
        #expect(CoreTable.decimal(-2.5, 0) == "-3")
        #expect(CoreTable.decimal(12.034, 3) == "12.034")
        #expect(CoreTable.number(.infinity) == "-")
        #expect(CoreTable.number(99.96) == "100")
        #expect(CoreTable.number(9.996) == "10.0")
    }
}
