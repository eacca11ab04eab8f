import Glibc
import Synchronization
import UrrPlatform

/// Threads that start together and are measured each by itself.
final class Team: @unchecked Sendable {
    /// A thread: where it runs and what it does. The hot loop is in functions that `body` calls,
    /// so that their state stays in registers.
    struct Member: Sendable {
        let cpu: Int?
        let body: @Sendable () -> Void

        init(cpu: Int?, _ body: @escaping @Sendable () -> Void) {
            self.cpu = cpu
            self.body = body
        }
    }

    /// What a member did.
    struct Report: Sendable {
        var start: Nanoseconds
        var end: Nanoseconds
        var processorShare: Double
        var allocatedBytes: UInt64?
        var instructions: UInt64?
    }

    private let size: Int
    private let clock: TimeStampClock
    private let allocations: AllocationProbe
    private let arrived = Atomic<Int>(0)
    private let isCancelled = Atomic<Bool>(false)
    private let reports = Mutex<[Report]>([])

    private init(size: Int, _ request: TrialRequest) {
        self.size = size
        clock = request.clock
        allocations = request.allocations
    }

    /// Runs the members, each on its processor (nil: on any), and returns their reports when all
    /// have ended. None does anything where one of the threads could not be started.
    static func run(_ request: TrialRequest, _ members: [Member]) throws(ThreadError) -> [Report] {
        let team = Team(size: members.count, request)
        var threads: [PinnedThread] = []
        var failure: ThreadError?
        for member in members where failure == nil {
            do throws(ThreadError) {
                threads.append(
                    try PinnedThread(name: "core-bench", cpu: member.cpu) {
                        team.measure(member.body)
                    })
            } catch {
                failure = error
                team.isCancelled.store(true, ordering: .relaxed)
            }
        }
        for thread in threads { thread.join() }
        if let failure { throw failure }
        return team.reports.withLock { $0 }
    }

    /// Waits for the others, runs `body` and notes what it took.
    private func measure(_ body: () -> Void) {
        let counter = InstructionCounter()
        let allocated = allocations.threadAllocatedBytes()
        guard meet() else { return }
        let instructions = counter?.value()
        let allocatedBefore = allocated?.pointee ?? 0
        let processorTime = PinnedThread.processorTime()
        let start = clock.now()
        body()
        let end = clock.now()
        let used = PinnedThread.processorTime() - processorTime
        let allocatedBytes = allocated.map { $0.pointee &- allocatedBefore }
        var retired: UInt64?
        if let instructions, let now = counter?.value() { retired = now &- instructions }
        let report = Report(
            start: start, end: end,
            processorShare: Double(used) / Double(max(1, end - start)),
            allocatedBytes: allocatedBytes, instructions: retired)
        reports.withLock { $0.append(report) }
    }

    /// Waits until all members are here; false where one of them never will be.
    private func meet() -> Bool {
        // Acquiring and releasing: everything that a member prepared is seen by the others.
        arrived.wrappingAdd(1, ordering: .acquiringAndReleasing)
        while arrived.load(ordering: .acquiring) < size {
            if isCancelled.load(ordering: .relaxed) { return false }
            sched_yield()
        }
        return true
    }
}

extension [Team.Report] {
    /// From the first start to the last end.
    var span: Nanoseconds {
        guard let first = map(\.start).min(), let last = map(\.end).max() else { return 0 }
        return last - first
    }

    /// The sum of what the members counted; nil where one of them could not.
    func total(_ field: KeyPath<Team.Report, UInt64?>) -> UInt64? {
        reduce(0) { sum, report in
            guard let sum, let value = report[keyPath: field] else { return nil }
            return sum &+ value
        }
    }

    /// A measurement of `messages` messages of `byteCount` bytes that these reports are of.
    func measurement(
        messages: UInt64, byteCount: Int, sharesProcessors: Bool = false, defect: String?
    ) -> TrialMeasurement {
        TrialMeasurement(
            messages: messages, payloadBytes: messages &* UInt64(byteCount), nanoseconds: span,
            processorShare: sharesProcessors ? nil : map(\.processorShare).min(),
            allocatedBytes: total(\.allocatedBytes), instructions: total(\.instructions),
            latency: nil, defect: defect)
    }
}
