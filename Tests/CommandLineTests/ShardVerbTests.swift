import Foundation
import Testing
import UrrAnalysis
import UrrEngine
import UrrResults
import UrrTestSupport
import UrrWorkload

@testable import urrbench

/// Shards in virtual time, each on a target of its own, and their results put together.
struct ShardVerbTests {
    private static let overrides = [
        "producers.0.instances=8", "producers.0.arrivals.rate=2000", "phases.warmup=1s",
        "phases.measure=2s", "phases.drain=60s", "consumers.0.serviceTime=200us",
        "topics.ticket-events.partitions=4",
    ]

    private func run(_ shard: Shard, _ extra: [String] = []) throws -> RunRecord {
        let texts = Self.overrides + extra
        let loaded = try WorkloadFile.load(
            path: Repository.url("workloads/scaling.json").path,
            overrides: try texts.map { try Override($0) }, checks: .forThisProgram)
        var run = WorkloadRun(loaded: loaded, overrides: texts, manner: .none)
        run.sharding.shard = shard
        return try run.simulate()
    }

    private func shards(_ count: Int) throws -> [RunRecord] {
        try (1...count).map { try run(try #require(Shard(number: $0, of: count))) }
    }

    @Test(arguments: [2, 8])
    func mergedIsWhatOneWouldHaveCounted(count: Int) throws {
        let whole = try run(.whole)
        let merged = try ShardMerge(try shards(count).reversed()).merged()
        #expect(whole.accounting.handled > 3000)
        #expect(merged.accounting == whole.accounting)
        #expect(merged.groups.map(\.accounting) == whole.groups.map(\.accounting))
        #expect(merged.producers.map(\.scheduled) == whole.producers.map(\.scheduled))
        #expect(
            merged.groups[0].latencies.response.count == whole.groups[0].latencies.response.count)
        // Service times are drawn by partition, producer and sequence: the same messages take the
        // same time wherever they are handled.
        #expect(
            merged.groups[0].latencies.service.encoded
                == whole.groups[0].latencies.service.encoded)
        let handled = merged.series.rows.reduce(0) { $0 + $1.groups[0].handled }
        #expect(handled == whole.series.rows.reduce(0) { $0 + $1.groups[0].handled })
        #expect(merged.harness.workers.first?.name == "shard-1/producer-0")
        #expect(merged.mergedFrom?.count == count && merged.shard == nil)
    }

    @Test func whatDoesNotBelongTogetherIsNamed() throws {
        let shards = try shards(2)
        var other = shards[1]
        other.seed = DecimalUInt64(99)
        other.workload.digest = "ff"
        let difference = #expect(throws: ShardMergeError.self) {
            try ShardMerge([shards[0], other])
        }
        #expect(difference?.problems.count == 2)
        #expect(difference?.description.contains("seed: ") == true)
        let missing = #expect(throws: ShardMergeError.self) { try ShardMerge([shards[0]]) }
        #expect(missing?.problems == ["of 2 shards these are missing: 2"])
        let twice = #expect(throws: ShardMergeError.self) {
            try ShardMerge([shards[0], shards[0], shards[1]])
        }
        #expect(twice?.description.contains("shard 1 is there 2 times") == true)
        let whole = try run(.whole)
        #expect(throws: ShardMergeError.self) { try ShardMerge([whole]) }
        #expect(throws: ShardMergeError.self) { try ShardMerge([]) }
    }

    @Test func theVerbPrintsAndStoresTheWhole() throws {
        let directory = try TemporaryDirectory()
        let store = ResultStore(directory: directory.url.path)
        let paths = try shards(2).map { try store.save($0) }
        let merged = try BuiltProgram.run(
            ["merge"] + paths + ["--results", directory.url.path + "/merged"])
        #expect([0, 1, 5].contains(merged.status), "\(merged.errors)")
        let names = try FileManager.default.contentsOfDirectory(
            atPath: directory.url.path + "/merged")
        #expect(names.count == 1)
        let record = try ResultStore.load(
            path: directory.url.path + "/merged/" + (try #require(names.first)))
        #expect(record.thresholds.map(\.passed) == [true, true])
        let half = try BuiltProgram.run(["merge", paths[0], "--no-results"])
        #expect(half.status == 2)
        #expect(half.errors.contains("of 2 shards these are missing: 2"))
    }

    /// Results are put together, and calibrate, where they could not have been made.
    @Test func aRunIsReadWhereItsLogsWouldNotFit() throws {
        let overrides = [
            "topics.ticket-events.partitions=10000", "topics.ticket-events.capacity=1GiB",
        ]
        let loaded = try WorkloadFile.load(
            path: Repository.url("workloads/scaling.json").path,
            overrides: try overrides.map { try Override($0) }, checks: .forAnyMachine)
        #expect(loaded.spec.problems(.forThisProgram) != [])
        var record = SampleRun.record()
        record.workload = try WorkloadRun(loaded: loaded, overrides: overrides, manner: .none)
            .workloadRecord()
        #expect(try record.workloadSpec().topics == loaded.spec.topics)
    }

    @Test(arguments: [
        (["--shard", "3/2"], "--shard: must be I/N"), (["--shard", "1"], "--shard: must be I/N"),
        (["--shard", "1/9"], "9 load generators need"),
        (["--start-at", "1"], "needs --shard"),
        (["--shard", "1/2", "--start-at", "soon"], "--start-at: must be seconds"),
        (["--shard", "1/2", "--start-at", "2020-01-01T00:00:00Z"], "choose a later time"),
    ])
    func badInputIsNamed(options: [String], text: String) throws {
        let run = try BuiltProgram.run(
            [
                "workload", Repository.url("workloads/scaling.json").path, "--allow-debug",
                "--no-results", "--set", "topics.ticket-events.partitions=4", "--set",
                "topics.ticket-events.capacity=1MiB",
            ] + options)
        #expect(run.status == 2)
        #expect(run.errors.contains(text), "\(run.errors)")
    }

    @Test func shardsBeginTogether() throws {
        let options = try ShardOptions(shard: "1/2", startAt: "2026-11-21T18:00:00Z")
        #expect(options.start == 1_795_284_000_000_000_000)
        #expect(options.startText == "2026-11-21T18:00:00Z")
        let seconds = try ShardOptions(shard: "2/2", startAt: "1795284000")
        #expect(seconds.start == options.start)
        #expect(seconds.runTag(seed: 5) == options.runTag(seed: 5))
        let start = try options.start(now: 500, wall: 1_795_283_999_000_000_000)
        #expect(start == 1_000_000_500)
    }
}
