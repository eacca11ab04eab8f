import UrrPlatform
import UrrWorkload

/// Sends of one producer entry of one worker that failed, in order, until a job sends them again.
/// Memory of a fixed size; nothing is allocated after it is made, and nothing is waited for: who
/// wanted to send has an answer at once.
@usableFromInline
struct Fallback: ~Copyable {
    @usableFromInline
    struct Record {
        /// Number of the message in its entry's stream.
        @usableFromInline var index: UInt64
        @usableFromInline var intended: Nanoseconds
        @usableFromInline var instance: Int32
        /// How often it was tried.
        @usableFromInline var attempts: UInt16 = 1
        @usableFromInline var segment: UInt8

        @inlinable
        init(index: UInt64, intended: Nanoseconds, instance: Int, segment: Int) {
            self.index = index
            self.intended = intended
            self.instance = Int32(truncatingIfNeeded: instance)
            self.segment = UInt8(truncatingIfNeeded: segment)
        }
    }

    /// A ring.
    @usableFromInline let records: UnsafeMutablePointer<Record>
    @usableFromInline let capacity: Int
    private var head = 0
    /// Records that wait.
    @usableFromInline private(set) var count = 0
    /// The message after the latest one that was accepted while records wait, by instance and
    /// partition or message group.
    @usableFromInline let latest: UnsafeMutablePointer<UInt64>
    private let streams: Int
    private let streamsPerInstance: Int
    private let batch: Int
    private let every: Nanoseconds
    /// Start of the phase, which the job's runs count from.
    private var origin: Nanoseconds = 0
    /// When the job runs next; `.max` while nothing waits.
    @usableFromInline private(set) var nextRun: Nanoseconds = .max
    /// Records that the present run of the job may still send.
    private(set) var leftInRun = 0
    /// What has happened so far.
    private(set) var findings = FallbackFindings()

    /// Room as `spec` says, for `instances` instances that send to `streams` partitions or message
    /// groups each; none where `spec` is nil.
    init(_ spec: FallbackSpec?, instances: Int, streams: Int) {
        capacity = spec?.records ?? 0
        batch = spec?.batch ?? 1
        every = spec?.every ?? 1
        records = .allocate(capacity: max(1, capacity))
        streamsPerInstance = streams
        self.streams = spec == nil ? 0 : instances * streams
        latest = .allocate(capacity: max(1, self.streams))
        latest.initialize(repeating: 0, count: max(1, self.streams))
    }

    @inlinable
    deinit {
        records.deallocate()
        latest.deallocate()
    }

    /// A phase begins at `start`, in which nothing waits.
    mutating func begin(at start: Nanoseconds) { origin = start }

    /// Keeps a send that failed at `now`, for the first time or again.
    mutating func leave(_ record: Record, now: Nanoseconds, isAgain: Bool = false) {
        guard count < capacity else {
            findings.dropped += 1
            return
        }
        (records + (head + count) % capacity).initialize(to: record)
        count += 1
        findings.left += isAgain ? 0 : 1
        findings.peak = max(findings.peak, UInt64(count))
        if nextRun == .max { nextRun = tick(after: now) }
    }

    /// Takes note that message `index` was accepted while records wait.
    @inline(never)
    @usableFromInline
    func noteAccepted(_ index: UInt64, instance: Int, stream: Int) {
        let place = latest + (instance * streamsPerInstance + stream)
        place.pointee = max(place.pointee, index + 1)
    }

    // MARK: - The job

    /// The record that is sent again next.
    var first: UnsafeMutablePointer<Record> { records + head }

    /// The job runs, or goes on with its run.
    mutating func proceed() {
        guard leftInRun == 0 else { return }
        findings.runs += 1
        leftInRun = min(batch, count)
    }

    /// The target took the first record's message, which belongs to `stream`.
    mutating func removeFirst(stream: Int) {
        let record = first.pointee
        let overtaken = latest[Int(record.instance) * streamsPerInstance + stream] > record.index
        findings.overtaken += overtaken ? 1 : 0
        head = (head + 1) % capacity
        count -= 1
        leftInRun -= 1
    }

    /// The target is still away: the run ends, the record stays the first.
    mutating func failFirst() {
        first.pointee.attempts = min(first.pointee.attempts + 1, .max - 1)
        findings.failedRuns += 1
        leftInRun = 0
    }

    /// Decides when the job runs next, where its run is over.
    mutating func schedule(now: Nanoseconds) {
        if count == 0 { leftInRun = 0 }
        if leftInRun == 0 { nextRun = count == 0 ? .max : tick(after: now) }
    }

    private func tick(after now: Nanoseconds) -> Nanoseconds {
        origin + (max(0, now - origin) / every + 1) * every
    }
}

/// What the fallback of one producer entry came to.
public struct FallbackFindings: Sendable {
    /// Failed sends that left a record.
    public var left: UInt64 = 0
    /// Failed sends that found no room for one.
    public var dropped: UInt64 = 0
    /// Records that waited at one time, at the most.
    public var peak: UInt64 = 0
    /// Records that wait when the run ends.
    public var waiting: UInt64 = 0
    /// Messages that were sent again after a later one of their instance and partition, or message
    /// group.
    public var overtaken: UInt64 = 0
    /// Runs of the job.
    public var runs: UInt64 = 0
    /// Of those, runs that found the target away.
    public var failedRuns: UInt64 = 0

    /// Nothing failed.
    public init() {}

    /// Adds what another worker's fallback came to; peaks add up, since each has room of its own.
    mutating func add(_ other: FallbackFindings) {
        left += other.left
        dropped += other.dropped
        peak += other.peak
        waiting += other.waiting
        overtaken += other.overtaken
        runs += other.runs
        failedRuns += other.failedRuns
    }
}
