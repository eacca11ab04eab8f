import Synchronization
import UrrDriver
import UrrPlatform

/// What is known of one partition as one group reads it. Belongs to whoever owns the partition and
/// passes with it: a hand-over goes through the driver, whose coordinator orders the former owner's
/// last write before the next one's first read.
@usableFromInline
struct LaneState {
    /// Row of the group's sequence tracker.
    @usableFromInline let row: Int
    /// Number of the partition in its topic.
    @usableFromInline let partition: Int
    /// The offset that the next delivery should have.
    @usableFromInline var delivered: Int64
    /// The offset that was committed last.
    @usableFromInline var committed: Int64
    /// Room for `Member.commitHandled` to work in.
    @usableFromInline var handled: Int64 = 0
    /// The offset after the last one that was ever delivered, as of the last step back. What comes
    /// below it comes again, and has to.
    @usableFromInline var highWater: Int64 = 0
    /// Deliveries below `highWater`.
    @usableFromInline var redelivered: UInt64 = 0
    /// Deliveries that the steps back so far ask for.
    @usableFromInline var redeliveriesDue: UInt64 = 0
    /// Of those, messages that retention took.
    @usableFromInline var redeliveriesTaken: UInt64 = 0
    /// Copies that a retry storm put into the log, delivered.
    @usableFromInline var copies: UInt64 = 0
    /// Offsets that deliveries passed over, and those of them that were never delivered before.
    @usableFromInline var passedOver: Int64 = 0
    @usableFromInline var neverDelivered: Int64 = 0
    /// When its owner lost it or gave it back; `.min` while it has one.
    @usableFromInline var stoppedAt: Nanoseconds = .min
    /// What has gone wrong with single messages; cold.
    let incidents = LaneIncidents()
    /// Since when nobody reads it, for those who watch from outside.
    let silence: UnsafeMutablePointer<Atomic<Int64>>

    /// A partition that nobody has read, from `start` on.
    init(
        row: Int, partition: Int, start: Int64, silence: UnsafeMutablePointer<Atomic<Int64>>
    ) {
        self.silence = silence
        self.row = row
        self.partition = partition
        delivered = start
        committed = start
        highWater = start
    }

    /// Nobody reads it from `now` on.
    mutating func fallSilent(at now: Nanoseconds) {
        stoppedAt = now
        noteSilence(since: now)
    }

    /// Somebody reads it again; how long nobody did, if that was so.
    mutating func beHeard(at now: Nanoseconds) -> Nanoseconds? {
        noteSilence(since: .max)
        guard stoppedAt != .min else { return nil }
        defer { stoppedAt = .min }
        return now - stoppedAt
    }

    /// What watchers are told; `.max` is no silence. Also of an owner that stands still.
    func noteSilence(since: Nanoseconds) {
        // Relaxed: a time, and nothing that hangs on it.
        silence.pointee.store(since, ordering: .relaxed)
    }

    /// Takes note that offsets `delivered ..< offset` were passed over: retention, or a loss.
    mutating func passOver(to offset: Int64) {
        guard offset > delivered else { return }
        passedOver += offset - delivered
        neverDelivered += max(0, offset - max(delivered, highWater))
        redeliveriesTaken += UInt64(max(0, min(offset, highWater) - delivered))
        incidents.takeByRetention(delivered..<offset)
    }

    /// The next delivery will be the one at `offset`, which is not above the present one.
    mutating func stepBack(to offset: Int64) {
        highWater = max(highWater, delivered)
        redeliveriesDue += UInt64(max(0, delivered - offset))
        delivered = offset
        committed = min(committed, offset)
    }
}

/// Which message of a partition: a producer instance and its running number there.
struct MessageName: Hashable {
    var producer: UInt16
    var sequence: UInt64
}

/// Single messages of a partition whose fate is not the ordinary one. Bounded: every entry is a
/// message that was in a member's hands when that member went down.
@usableFromInline
final class LaneIncidents {
    /// A message that was delivered, and dropped by its member before its handler had ended.
    struct Dropped {
        var offset: Int64
        var segment: UInt8
    }

    /// Entries that are kept for one partition.
    static let capacity = 1 << 16

    private(set) var dropped: [MessageName: Dropped] = [:]
    /// Dropped messages from which something follows that is published already.
    private var published: Set<MessageName> = []
    /// Dropped messages that were not kept.
    private(set) var forgotten: UInt64 = 0
    /// Dropped messages that retention took before they came again.
    private(set) var takenByRetention: UInt64 = 0
    /// Effects that were applied again beyond the group's guarantee, or left out, and the first of
    /// them in words.
    private(set) var effectsWrong: UInt64 = 0
    private(set) var firstEffect: String?

    func drop(_ name: MessageName, _ message: Dropped) {
        guard dropped.count < Self.capacity || dropped[name] != nil else {
            forgotten += 1
            return
        }
        dropped[name] = message
    }

    /// What follows from a message that is dropped has been published.
    func notePublished(_ name: MessageName) {
        if published.count < Self.capacity { published.insert(name) }
    }

    func hasPublished(_ name: MessageName) -> Bool {
        !published.isEmpty && published.contains(name)
    }

    /// Whether the message had been dropped; then it is not any longer.
    func takeUp(_ name: MessageName) -> Bool {
        !dropped.isEmpty && dropped.removeValue(forKey: name) != nil
    }

    func takeByRetention(_ offsets: Range<Int64>) {
        guard !dropped.isEmpty else { return }
        for (name, message) in dropped where offsets.contains(message.offset) {
            dropped[name] = nil
            takenByRetention += 1
        }
    }

    func noteWrongEffect(_ name: MessageName, _ what: String) {
        effectsWrong += 1
        if firstEffect == nil {
            firstEffect = "producer \(name.producer): message \(name.sequence) \(what)"
        }
    }
}

/// The partitions of one group, in the order of the tracker's rows, 128 bytes apart.
@usableFromInline
final class GroupBook: @unchecked Sendable {
    private let base: UnsafeMutableRawPointer
    /// Since when nobody reads each partition; `.max` while somebody does. Written when partitions
    /// change hands, so that they share lines with nothing that is written often.
    let silences: UnsafeMutablePointer<Atomic<Int64>>
    let partitions: [TopicPartition]
    private let rows: [TopicPartition: Int]
    private static let stride = falseSharingByteCount

    /// A book for `partitions`, each starting at `start`.
    init(_ partitions: [TopicPartition], start: (TopicPartition) -> Int64) {
        invariant(MemoryLayout<LaneState>.size <= Self.stride, "a lane fits between two others")
        self.partitions = partitions
        rows = Dictionary(uniqueKeysWithValues: partitions.enumerated().map { ($1, $0) })
        base = .allocate(
            byteCount: max(1, partitions.count) * Self.stride, alignment: falseSharingByteCount)
        silences = .allocate(capacity: max(1, partitions.count))
        for (row, partition) in partitions.enumerated() {
            (silences + row).initialize(to: Atomic(.max))
            lane(row).initialize(
                to: LaneState(
                    row: row, partition: partition.partition, start: start(partition),
                    silence: silences + row))
        }
    }

    deinit {
        for row in partitions.indices { lane(row).deinitialize(count: 1) }
        base.deallocate()
        silences.deinitialize(count: partitions.count)
        silences.deallocate()
    }

    /// The partitions whose lag falls to worker number `worker` of `workers`.
    func partitions(sampledBy worker: Int, of workers: Int) -> [TopicPartition] {
        partitions.indices.filter { $0 % workers == worker }.map { partitions[$0] }
    }

    /// The partition in row `row`.
    func lane(_ row: Int) -> UnsafeMutablePointer<LaneState> {
        (base + row * Self.stride).assumingMemoryBound(to: LaneState.self)
    }

    /// The state of a partition that the group reads.
    func lane(_ partition: TopicPartition) -> UnsafeMutablePointer<LaneState> {
        guard let row = rows[partition] else {
            invariant(false, "a group only reads its own topics")
            return lane(0)
        }
        return lane(row)
    }
}

/// Since when nobody reads the partitions whose lag one worker samples.
@usableFromInline
struct SampledSilence {
    private let book: GroupBook
    private let rows: [Int]

    /// Those of `book` that fall to worker number `worker` of `workers`.
    init(_ book: GroupBook, worker: Int, of workers: Int) {
        self.book = book
        rows = book.partitions.indices.filter { $0 % workers == worker }
    }

    /// When partition number `index` of the sampled ones was last attended to.
    func lastActivity(_ index: Int, now: Nanoseconds) -> Nanoseconds {
        // Relaxed: a time, and nothing that hangs on it.
        min(now, book.silences[rows[index]].load(ordering: .relaxed))
    }
}
