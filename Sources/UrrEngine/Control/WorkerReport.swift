import UrrPlatform

/// What a worker knows about itself when it has ended.
public struct WorkerReport: Sendable {
    /// Whether it sends or receives.
    public enum Role: String, Sendable {
        /// Carries producer instances.
        case producer
        /// Carries members of consumer groups.
        case consumer
    }

    /// What it carried.
    public var role: Role
    /// Number among the workers of its role.
    public var number: Int
    /// The processor it was bound to, or nil.
    public var cpu: Int?
    /// Rounds of its loop in the measured part.
    public var rounds: UInt64 = 0
    /// Of those, rounds that had work.
    public var busyRounds: UInt64 = 0
    /// Messages sent or received in the measured part.
    public var messages: UInt64 = 0
    /// Wall-clock time of the measured part, drain included.
    public var wallTime: Nanoseconds = 0
    /// Of that, time in rounds that had work.
    public var busyTime: Nanoseconds = 0
    /// Processor time of the thread in the measured part.
    public var processorTime: Nanoseconds = 0
    /// Bytes that the thread allocated for messages in the measured part; nil where nothing counts
    /// them.
    public var allocatedBytes: UInt64?
    /// Bytes that it allocated for faults and rebalances.
    public var faultAllocatedBytes: UInt64 = 0
    /// Bytes that idempotency stores outside this process allocated on it.
    public var storeAllocatedBytes: UInt64 = 0

    /// A report of a worker that has not run.
    public init(role: Role, number: Int, cpu: Int?) {
        self.role = role
        self.number = number
        self.cpu = cpu
    }
}

/// A worker's measurements of itself, taken at the edges of the measured part.
@usableFromInline
struct SelfMeasurement {
    @usableFromInline var report: WorkerReport
    @usableFromInline let probe: AllocationProbe
    @usableFromInline var allocated: UnsafePointer<UInt64>?
    @usableFromInline var allocatedBefore: UInt64 = 0
    @usableFromInline var processorBefore: Nanoseconds = 0
    @usableFromInline var started: Nanoseconds = .max
    @usableFromInline var roundStarted: Nanoseconds = 0
    @usableFromInline var roundHadWork = false
    @usableFromInline var messagesBefore: UInt64 = 0
    /// Bytes allocated when counting was paused, and how often it is paused at the moment.
    private var allocatedAtPause: UInt64 = 0
    private var pauses = 0

    init(report: WorkerReport, probe: AllocationProbe) {
        self.report = report
        self.probe = probe
    }

    /// Call on the worker's own thread when the measured part begins; `messages` counts from the
    /// start of the run.
    @usableFromInline
    mutating func begin(now: Nanoseconds, messages: UInt64, simulated: Bool) {
        started = now
        roundStarted = now
        roundHadWork = false
        messagesBefore = messages
        report.rounds = 0
        report.busyRounds = 0
        report.busyTime = 0
        guard !simulated else { return }
        allocated = probe.threadAllocatedBytes()
        processorBefore = PinnedThread.processorTime()
        allocatedBefore = allocated?.pointee ?? 0
    }

    /// Call on the worker's own thread when the measured part has ended.
    @usableFromInline
    mutating func end(now: Nanoseconds, messages: UInt64, simulated: Bool) {
        guard started != .max else { return }
        if roundHadWork { report.busyTime += now - roundStarted }
        report.messages = messages - messagesBefore
        report.wallTime = now - started
        guard !simulated else { return }
        if let allocated { report.allocatedBytes = allocated.pointee - allocatedBefore }
        report.processorTime = PinnedThread.processorTime() - processorBefore
    }

    /// What allocations are for that are not for messages.
    enum Purpose {
        /// A fault or a rebalance.
        case fault
        /// A store outside this process.
        case store
    }

    /// What the thread allocates from here on is not for messages.
    mutating func pauseCounting() {
        pauses += 1
        if pauses == 1 { allocatedAtPause = allocated?.pointee ?? 0 }
    }

    /// Ends what `pauseCounting` began; both nest, and the outermost says what it was for.
    mutating func resumeCounting(for purpose: Purpose = .fault) {
        pauses -= 1
        guard pauses == 0, let allocated else { return }
        let bytes = allocated.pointee - allocatedAtPause
        allocatedBefore += bytes
        switch purpose {
        case .fault: report.faultAllocatedBytes += bytes
        case .store: report.storeAllocatedBytes += bytes
        }
    }

    /// Books one round that began at `now`. How long it took, the idling after it included, is only
    /// known when the next one begins: it counts as busy where the round had work.
    @inlinable
    @inline(__always)
    mutating func round(now: Nanoseconds, work: Int) {
        if roundHadWork { report.busyTime &+= now &- roundStarted }
        roundHadWork = work > 0
        if work > 0 { report.busyRounds &+= 1 }
        roundStarted = now
        report.rounds &+= 1
    }

    /// The work of the round that ended took no time, and virtual time moves on without it.
    @inlinable
    @inline(__always)
    mutating func rest() { roundHadWork = false }
}
