import BrokenDrivers
import Foundation
import Testing
import UrrDriver
import UrrEngine
import UrrPlatform
import UrrReport
import UrrResults
import UrrTestSupport
import UrrWorkload

@testable import urrbench

/// A core that gets one message wrong, under shipped workloads and on the way that a user's run
/// takes: threads, books, verdict, summary, exit status. Every break ends with 4, and the summary
/// names the message.
struct BrokenRunTests {
    /// What a run on a broken core came to.
    private struct Found {
        var status: urrbench.ExitStatus
        var record: RunRecord
        var summary: String
    }

    private func run(
        _ file: String, _ changes: [String], on driver: some MessageDriver
    ) throws -> Found {
        // One thread a side: a broken driver is for that.
        let common = [
            "phases.warmup=0s", "phases.drain=10s", "workers={\"producers\":1,\"consumers\":1}",
            "thresholds=[]",
        ]
        let overrides = try (common + changes).map { try Override($0) }
        let loaded = try WorkloadFile.load(
            path: Repository.url("workloads/" + file).path, overrides: overrides,
            checks: .forThisProgram)
        let run = WorkloadRun(loaded: loaded, overrides: [], manner: .none)
        let record = try run.execute(on: driver, log: nil)
        return Found(
            status: .worst(of: RunStatus.statuses(of: record)), record: record,
            summary: ConsoleSummary.text(record, resultFile: nil, style: .plain))
    }

    private func header(_ bytes: [UInt8]) throws -> TraceHeader {
        try #require(bytes.count >= TraceHeader.byteCount, "the break has struck")
        return bytes.withUnsafeBytes { TraceHeader(reading: $0.baseAddress!) }
    }

    // MARK: Topics

    /// As shipped, but at a pace that a debug build keeps, and with handlers that take time.
    private static let topic = [
        "phases.measure=400ms", "producers.0.arrivals.rate=1000", "consumers.0.instances=2",
        "consumers.0.serviceTime=10us", "consumers.1.serviceTime=10us",
    ]

    @Test(arguments: [Break.drop, .deliverTwice, .swap, .deliverToTwo])
    func aBrokenLogIsFour(_ kind: Break) throws {
        let driver = BreakingDriver(kind, at: 150)
        let found = try run("steady.json", Self.topic, on: driver)
        #expect(found.status == .guaranteeBroken, "\(found.summary)")
        let sequence = try header(driver.struck).sequence
        let first = try #require(found.record.groups.flatMap(\.firstViolations).first)
        #expect(first.contains("message \(sequence)"), "\(first)")
        #expect(found.summary.contains("message \(sequence)"))
        #expect(found.record.accounting.violations > 0)
    }

    @Test func aSoundLogIsNot() throws {
        let found = try run("steady.json", Self.topic, on: BreakingDriver(nil))
        #expect(found.status != .guaranteeBroken, "\(found.summary)")
        #expect(found.record.groups.flatMap(\.firstViolations) == [])
    }

    // MARK: Queues

    /// As shipped, with repeats, failures, dead letters and crashes, but shorter.
    private static let queue = [
        "phases.measure=400ms", "producers.0.arrivals.size=200", "producers.0.arrivals.every=200ms",
        "producers.0.arrivals.spread=100ms", "consumers.0.crash.restart=50ms",
        "producers.0.keys.cardinality=20", "queues.ticket-events.fifo.visibilityTimeout=500ms",
    ]

    private static let queueBreaks: [QueueBreak] = [
        .drop(57), .storeTwice(57), .swap(57), .deliverTwice(57), .deliverAfterDelete(57),
        .skipTimeout(57),
    ]

    @Test(arguments: queueBreaks) func aBrokenQueueIsFour(_ kind: QueueBreak) throws {
        let driver = FaultyQueueDriver(kind)
        let found = try run("admission.json", Self.queue, on: driver)
        #expect(found.status == .guaranteeBroken, "\(found.summary)")
        let header = try header(driver.struck)
        let name = "\(KeyText.text(header.keyIndex)), producer"
        let first = try #require(found.record.groups.flatMap(\.firstViolations).first)
        #expect(first.contains(name), "\(first)")
        #expect(first.contains("message \(header.sequence)"), "\(first)")
    }

    @Test func aSoundQueueIsNot() throws {
        let found = try run("admission.json", Self.queue, on: FaultyQueueDriver(nil))
        #expect(found.status != .guaranteeBroken, "\(found.summary)")
        #expect(found.record.groups.flatMap(\.firstViolations) == [])
    }
}
