import UrrMeasure
import UrrPlatform

/// What one producing worker counts for one producer entry, measured messages only.
@frozen
public struct ProducerTally: Sendable {
    /// Messages that the driver accepted.
    public var sent: UInt64 = 0
    /// Messages that the target acknowledged.
    public var acknowledged: UInt64 = 0
    /// Messages that were refused for good.
    public var failed: UInt64 = 0
    /// Messages that a retry storm sent again, and that the target took.
    public var retried: UInt64 = 0
    /// Of those, messages that it knew by producer id and sequence and did not store.
    public var deduplicated: UInt64 = 0
    /// Messages that had failed, were sent again later, and were taken by the target.
    public var reprocessed: UInt64 = 0
    /// Messages that had to wait at least once because the target was full.
    public var backPressured: UInt64 = 0
    /// Time for which a full target kept this worker from sending.
    public var heldBack: Nanoseconds = 0
    /// The longest time that a message was handed over after its intended time.
    public var maximumLateness: Nanoseconds = 0
    /// Repeats that were sent on purpose; `sent` counts them too.
    public var repeats: UInt64 = 0
    /// Repeats that the queue suppressed, inside its deduplication window.
    public var suppressed: UInt64 = 0
    /// Messages that it suppressed though they were no repeat, or one outside the window.
    public var wronglySuppressed: UInt64 = 0
    /// Repeats inside the window that it did not suppress.
    public var notSuppressed: UInt64 = 0
    /// Repeats of which the window ended while they were under way: either is right.
    public var undecidedRepeats: UInt64 = 0

    /// Nothing counted.
    @inlinable
    public init() {}

    /// Adds what `other` counted; the lateness is the greater of both.
    public mutating func add(_ other: ProducerTally) {
        sent += other.sent
        acknowledged += other.acknowledged
        failed += other.failed
        retried += other.retried
        deduplicated += other.deduplicated
        reprocessed += other.reprocessed
        backPressured += other.backPressured
        heldBack += other.heldBack
        maximumLateness = max(maximumLateness, other.maximumLateness)
        repeats += other.repeats
        suppressed += other.suppressed
        wronglySuppressed += other.wronglySuppressed
        notSuppressed += other.notSuppressed
        undecidedRepeats += other.undecidedRepeats
    }
}

/// What one producing worker records in one interval: a tally per producer entry and two
/// histograms per segment of the arrival patterns.
public struct ProducerBank: IntervalBank, @unchecked Sendable {
    /// One tally per producer entry of the plan.
    public let tallies: UnsafeMutablePointer<ProducerTally>
    /// Intended to sent, by segment. Segment 0 is warm-up and stays empty.
    public let sendDelay: UnsafeMutablePointer<Histogram>
    /// Sent to acknowledged, by segment.
    public let acknowledgement: UnsafeMutablePointer<Histogram>
    /// Suppressed messages by entry and class of message group.
    public let suppressed: UnsafeMutablePointer<UInt64>
    /// How many producer entries there are.
    public let entries: Int
    /// How many segments there are, warm-up included.
    public let segments: Int

    /// An empty bank for `entries` producer entries and `segments` segments.
    public init(entries: Int, segments: Int) throws(MemoryError) {
        self.entries = entries
        self.segments = segments
        tallies = .allocate(capacity: entries)
        tallies.initialize(repeating: ProducerTally(), count: entries)
        suppressed = .allocate(capacity: entries * MessageGroupClasses.count)
        suppressed.initialize(repeating: 0, count: entries * MessageGroupClasses.count)
        sendDelay = try .histograms(segments)
        acknowledgement = try .histograms(segments)
    }

    /// Counts a suppressed message.
    @inlinable
    func countSuppressed(entry: Int, messageGroup: Int) {
        let count = suppressed + (entry &* MessageGroupClasses.count &+ messageGroup)
        count.pointee &+= 1
    }

    /// Adds everything that `other` holds.
    public mutating func add(_ other: ProducerBank) {
        for entry in 0..<entries { tallies[entry].add(other.tallies[entry]) }
        for index in 0..<entries * MessageGroupClasses.count {
            suppressed[index] += other.suppressed[index]
        }
        for segment in 0..<segments {
            sendDelay[segment].add(other.sendDelay[segment])
            acknowledgement[segment].add(other.acknowledgement[segment])
        }
    }

    /// Empties the bank.
    public mutating func reset() {
        tallies.update(repeating: ProducerTally(), count: entries)
        suppressed.update(repeating: 0, count: entries * MessageGroupClasses.count)
        for segment in 0..<segments {
            sendDelay[segment].reset()
            acknowledgement[segment].reset()
        }
    }

    /// Returns the memory. No copy may be used afterwards.
    public func deallocate() {
        tallies.deallocate()
        suppressed.deallocate()
        sendDelay.deallocateHistograms(segments)
        acknowledgement.deallocateHistograms(segments)
    }
}

extension UnsafeMutablePointer<Histogram> {
    /// `count` empty histograms.
    static func histograms(_ count: Int) throws(MemoryError) -> Self {
        let pointer = Self.allocate(capacity: count)
        for index in 0..<count { (pointer + index).initialize(to: try Histogram()) }
        return pointer
    }

    /// Returns what `histograms` made.
    func deallocateHistograms(_ count: Int) {
        for index in 0..<count { self[index].deallocate() }
        deinitialize(count: count)
        deallocate()
    }
}
