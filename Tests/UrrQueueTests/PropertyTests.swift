import Testing
import UrrPlatform
import UrrQueue
import UrrTestSupport

/// The queue against its reference, over many seeds. Short: 40,000 operations in all. With
/// `URRBENCH_LONG` in the environment: 1,000,000 operations, or as many as its value says where
/// that is a number greater than 1. Meant for a release build: the reference is slow on purpose.
struct PropertyTests {
    static let seeds = 25

    static var operations: Int {
        max(LongForm.operations(short: 40_000, long: 1_000_000) / seeds, 1)
    }

    @Test(arguments: 1...UInt64(seeds))
    func everyAnswerIsTheReferences(seed: UInt64) throws {
        var run = try RandomOperations(seed: seed)
        try run.run(Self.operations)
    }

    /// Otherwise the comparison would prove little.
    @Test func everythingHappens() throws {
        var seen = QueueTotals()
        for seed in 1...UInt64(12) {
            var run = try RandomOperations(seed: seed)
            try run.run(400)
            seen.add(run.main.reference.totals)
        }
        #expect(seen.sent > 0 && seen.duplicates > 0 && seen.received > 0 && seen.deleted > 0)
        #expect(seen.redelivered > 0 && seen.timedOut > 0 && seen.expired > 0 && seen.outlived > 0)
        #expect(seen.purged > 0 && seen.movedIn > 0 && seen.movedOut > 0)
    }
}

extension QueueTotals {
    fileprivate mutating func add(_ other: QueueTotals) {
        sent += other.sent
        duplicates += other.duplicates
        received += other.received
        redelivered += other.redelivered
        deleted += other.deleted
        expired += other.expired
        outlived += other.outlived
        purged += other.purged
        movedIn += other.movedIn
        movedOut += other.movedOut
        timedOut += other.timedOut
    }
}
