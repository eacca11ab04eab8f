import UrrMeasure
import UrrPlatform

/// What one consuming worker counts for one group. Damaged, foreign and repeated messages are
/// counted in every phase, the rest only for measured messages.
@frozen
public struct ConsumerTally: Sendable {
    /// First deliveries.
    public var delivered: UInt64 = 0
    /// Messages whose handler has ended.
    public var handled: UInt64 = 0
    /// Deliveries beyond the first.
    public var duplicates: UInt64 = 0
    /// Messages that were handled although their effect had been applied before.
    public var repeated: UInt64 = 0
    /// Deliveries that were skipped because the group's store knew them.
    public var skipped: UInt64 = 0
    /// First deliveries after one of the same key that was due later; counted where it is asked for.
    public var keyReordered: UInt64 = 0
    /// Messages whose header does not match its checksum.
    public var corrupted: UInt64 = 0
    /// Deliveries that the queue says are not the first.
    public var redelivered: UInt64 = 0
    /// Attempts at handling that failed.
    public var failed: UInt64 = 0
    /// Dead letters that were moved back and came again.
    public var returned: UInt64 = 0
    /// Of those, messages whose handling does not always fail.
    public var soundReturned: UInt64 = 0
    /// Messages deleted after they were handled.
    public var deleted: UInt64 = 0
    /// Crashes of workers, in every phase.
    public var crashes: UInt64 = 0
    /// Settlements with a handle that was not good any more, in every phase.
    public var staleHandles: UInt64 = 0
    /// Receives that brought messages, in every phase.
    public var receives: UInt64 = 0
    /// Receives that waited in vain, in every phase.
    public var emptyReceives: UInt64 = 0
    /// The longest time by which the worker noticed the end of a handler too late.
    public var maximumTimerLateness: Nanoseconds = 0

    /// Nothing counted.
    @inlinable
    public init() {}

    /// Adds what `other` counted; the lateness is the greater of both.
    public mutating func add(_ other: ConsumerTally) {
        delivered += other.delivered
        handled += other.handled
        duplicates += other.duplicates
        repeated += other.repeated
        skipped += other.skipped
        keyReordered += other.keyReordered
        corrupted += other.corrupted
        redelivered += other.redelivered
        failed += other.failed
        returned += other.returned
        soundReturned += other.soundReturned
        deleted += other.deleted
        crashes += other.crashes
        staleHandles += other.staleHandles
        receives += other.receives
        emptyReceives += other.emptyReceives
        maximumTimerLateness = max(maximumTimerLateness, other.maximumTimerLateness)
    }
}

/// Measured messages of one group and segment that were not handled, on purpose.
@frozen
public struct DropTally: Sendable, Equatable {
    /// Left out because the group was too far behind.
    public var shed: UInt64 = 0
    /// Left out because they were too old.
    public var expired: UInt64 = 0
    /// Left out because the circuit breaker was open.
    public var shortCircuited: UInt64 = 0

    /// Nothing left out.
    public init() {}

    /// All of them.
    public var sum: UInt64 { shed + expired + shortCircuited }

    /// Adds what `other` counted.
    mutating func add(_ other: DropTally) {
        shed += other.shed
        expired += other.expired
        shortCircuited += other.shortCircuited
    }
}

/// The lag of the partitions that one worker reads for one group, at one point of the grid.
@frozen
public struct WorkerLagSample: Sendable {
    /// Number of the sample: instant `tick * interval` of the run's clock.
    public var tick: Int64
    /// Index of the group in the plan.
    public var group: Int32
    /// Records appended but not committed, summed over the worker's partitions.
    public var records: Int64
    /// Age of the oldest record that is not committed, the greatest over the partitions.
    public var age: Nanoseconds
    /// End offsets, summed over the worker's partitions.
    public var endOffset: Int64
    /// Committed offsets, summed over the worker's partitions.
    public var committedOffset: Int64
    /// When it was taken: later than its tick where the worker was held up.
    public var takenAt: Nanoseconds
    /// The worst state of the worker's partitions; nil where they were not judged one by one.
    public var state: LagState?
}

/// Where each of the four consumer-side times of a (group, segment) stands in a bank.
public enum ConsumerLatency: Int, CaseIterable, Sendable {
    /// Sent to start of the handler.
    case queueing
    /// Start to end of the handler.
    case service
    /// Intended to end of the handler.
    case response
    /// Sent to end of the handler.
    case endToEnd
}

/// What one consuming worker records in one interval: a tally per group, four histograms per
/// group and segment, and samples of the lag.
public struct ConsumerBank: IntervalBank, @unchecked Sendable {
    /// One tally per group of the plan.
    public let tallies: UnsafeMutablePointer<ConsumerTally>
    /// Four histograms per (group, segment); see `latency`.
    public let latencies: UnsafeMutablePointer<Histogram>
    /// What was left out by group and segment.
    public let drops: UnsafeMutablePointer<DropTally>
    /// What happened by group and class of message group or key; none where none are told apart.
    public let messageGroups: UnsafeMutablePointer<MessageGroupTally>
    /// Time from sending to handling, likewise.
    public let waiting: UnsafeMutablePointer<Histogram>
    /// How many of those there are.
    public let messageGroupCells: Int
    /// Room for lag samples.
    public let lagSamples: UnsafeMutablePointer<WorkerLagSample>
    /// How many lag samples there are.
    public var lagSampleCount = 0
    /// Lag samples that found no room.
    public var droppedLagSamples = 0
    /// How many groups there are.
    public let groups: Int
    /// How many segments there are, warm-up included.
    public let segments: Int
    /// How many lag samples there is room for.
    public let lagCapacity: Int

    /// An empty bank for `groups` groups and `segments` segments.
    public init(
        groups: Int, segments: Int, lagCapacity: Int, tellsKeys: Bool = false
    ) throws(MemoryError) {
        messageGroupCells = tellsKeys ? groups * MessageGroupClasses.count : 0
        messageGroups = .allocate(capacity: max(1, messageGroupCells))
        messageGroups.initialize(repeating: MessageGroupTally(), count: max(1, messageGroupCells))
        waiting = try .histograms(messageGroupCells)
        self.groups = groups
        self.segments = segments
        drops = .allocate(capacity: max(1, groups * segments))
        drops.initialize(repeating: DropTally(), count: max(1, groups * segments))
        self.lagCapacity = lagCapacity
        tallies = .allocate(capacity: groups)
        tallies.initialize(repeating: ConsumerTally(), count: groups)
        latencies = try .histograms(Self.kinds * groups * segments)
        lagSamples = .allocate(capacity: lagCapacity)
    }

    @usableFromInline static var kinds: Int { 4 }

    /// The four histograms of a group and segment, in the order of `ConsumerLatency`.
    @inlinable
    @inline(__always)
    public func latencies(group: Int, segment: Int) -> UnsafeMutablePointer<Histogram> {
        latencies + Self.kinds &* (group &* segments &+ segment)
    }

    /// Where a group's message groups of a class stand in `messageGroups` and `waiting`.
    @inlinable
    @inline(__always)
    public func messageGroupCell(group: Int, class number: Int) -> Int {
        group &* MessageGroupClasses.count &+ number
    }

    /// Counts a message that was left out.
    func countDrop(group: Int, segment: Int, _ reason: DropReason) {
        let cell = drops + (group * segments + segment)
        switch reason {
        case .shed: cell.pointee.shed += 1
        case .expired: cell.pointee.expired += 1
        case .shortCircuited: cell.pointee.shortCircuited += 1
        }
    }

    /// One histogram.
    public func latency(_ kind: ConsumerLatency, group: Int, segment: Int) -> Histogram {
        latencies(group: group, segment: segment)[kind.rawValue]
    }

    /// Books a measured message that was handled: its four times, and how late its end was noticed.
    @inlinable
    @inline(__always)
    func book(
        group: Int, segment: Int, intended: Nanoseconds, sent: Nanoseconds, started: Nanoseconds,
        handled: Nanoseconds, due: Nanoseconds
    ) {
        let tally = tallies + group
        tally.pointee.handled &+= 1
        let lateness = handled &- due
        if lateness > tally.pointee.maximumTimerLateness {
            tally.pointee.maximumTimerLateness = lateness
        }
        let latencies = latencies(group: group, segment: segment)
        latencies[ConsumerLatency.queueing.rawValue].record(started &- sent)
        latencies[ConsumerLatency.service.rawValue].record(handled &- started)
        latencies[ConsumerLatency.response.rawValue].record(handled &- intended)
        latencies[ConsumerLatency.endToEnd.rawValue].record(handled &- sent)
    }

    /// Keeps a lag sample, or counts it as dropped where there is no room.
    mutating func keep(_ sample: WorkerLagSample) {
        guard lagSampleCount < lagCapacity else {
            droppedLagSamples += 1
            return
        }
        (lagSamples + lagSampleCount).initialize(to: sample)
        lagSampleCount += 1
    }

    /// Adds everything that `other` holds, but for lag samples, which have no sum.
    public mutating func add(_ other: ConsumerBank) {
        for group in 0..<groups { tallies[group].add(other.tallies[group]) }
        for cell in 0..<groups * segments { drops[cell].add(other.drops[cell]) }
        for index in 0..<Self.kinds * groups * segments {
            latencies[index].add(other.latencies[index])
        }
        for index in 0..<messageGroupCells {
            messageGroups[index].add(other.messageGroups[index])
            waiting[index].add(other.waiting[index])
        }
        droppedLagSamples += other.droppedLagSamples
    }

    /// Empties the bank.
    public mutating func reset() {
        tallies.update(repeating: ConsumerTally(), count: groups)
        drops.update(repeating: DropTally(), count: groups * segments)
        for index in 0..<Self.kinds * groups * segments { latencies[index].reset() }
        messageGroups.update(repeating: MessageGroupTally(), count: max(1, messageGroupCells))
        for index in 0..<messageGroupCells { waiting[index].reset() }
        lagSampleCount = 0
        droppedLagSamples = 0
    }

    /// Returns the memory. No copy may be used afterwards.
    public func deallocate() {
        tallies.deallocate()
        drops.deallocate()
        messageGroups.deallocate()
        waiting.deallocateHistograms(messageGroupCells)
        latencies.deallocateHistograms(Self.kinds * groups * segments)
        lagSamples.deallocate()
    }
}
