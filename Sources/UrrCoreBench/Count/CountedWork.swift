import UrrLog
import UrrPlatform

/// Something that one thread can do message by message, any number of times.
final class CountedWork {
    /// Does it for so many messages; returns for how many it was done.
    let run: (UInt64) -> UInt64
    /// Bytes in use and the records that use them, after what has been done so far; nil where
    /// nothing is kept.
    let retained: (() -> (bytes: Int, records: UInt64))?

    init(
        retained: (() -> (bytes: Int, records: UInt64))? = nil, run: @escaping (UInt64) -> UInt64
    ) {
        self.run = run
        self.retained = retained
    }
}

/// A case of the count. Makes its structure anew, so that every count starts from the same state.
struct CountedCase: Sendable {
    let name: String
    let summary: String
    /// Messages of the short window that is stepped through; the long one has twice as many. A
    /// multiple of the case's batch and of the 16 records of a waypoint, and not more than that
    /// needs: a step takes some ten microseconds.
    let window: UInt64
    let make: @Sendable () throws -> CountedWork
}

/// Counts what one message costs.
enum MessageCounter {
    /// Messages before counting, so that lazily made things are made.
    static let warmup: UInt64 = 2048

    /// The costs of `subject`: what the long window takes more than the short one, by the messages
    /// that it has more, so that what is done once per call cancels.
    static func cost(
        of subject: CountedCase, steps: Bool, allocations: AllocationProbe
    ) throws -> MessageCost {
        let work = try subject.make()
        var cost = MessageCost(name: subject.name, summary: subject.summary)
        var done = work.run(warmup)
        var asked = warmup
        if let counter = allocations.threadAllocatedBytes() {
            let before = counter.pointee
            done += work.run(warmup)
            asked += warmup
            cost.allocatedBytes = Double(counter.pointee &- before) / Double(warmup)
        }
        if steps {
            // One value for both windows: a closure that captures nothing new in either.
            var length = subject.window
            let body = { done += work.run(length) }
            let short = InstructionSteps.count(body)
            length = 2 * subject.window
            let long = InstructionSteps.count(body)
            asked += 3 * subject.window
            if let short, let long { add(long, short, subject.window, to: &cost) }
        }
        if let retained = work.retained?(), retained.records > 0 {
            cost.retainedBytes = Double(retained.bytes) / Double(retained.records)
        }
        if done != asked { cost.defect = "went through \(done) of \(asked) messages" }
        return cost
    }

    private static func add(
        _ long: InstructionSteps, _ short: InstructionSteps, _ window: UInt64,
        to cost: inout MessageCost
    ) {
        func each(_ field: KeyPath<InstructionSteps, UInt64>) -> Double {
            Double(Int64(bitPattern: long[keyPath: field] &- short[keyPath: field]))
                / Double(window)
        }
        cost.instructions = each(\.instructions)
        cost.atomics = each(\.atomics)
        cost.failedExchanges = each(\.failedExchanges)
        cost.systemCalls = each(\.systemCalls)
    }
}
