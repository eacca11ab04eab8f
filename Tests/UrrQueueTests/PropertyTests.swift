import Glibc
import Testing
import UrrPlatform
import UrrQueue

/// The queue against its reference. `URRBENCH_LONG` in the environment is a number of operations
/// for each of the runs below, or anything else for the million that the issue asks for.
struct PropertyTests {
    static let seeds = 25

    static var operations: Int {
        guard let value = getenv("URRBENCH_LONG") else { return 2_000 }
        let wanted = Int(String(cString: value)) ?? 1_000_000
        return max(wanted / seeds, 2_000)
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
