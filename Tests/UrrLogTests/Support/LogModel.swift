import UrrLog
import UrrPlatform

/// What a partition log is supposed to hold: an array of everything that was ever appended, with
/// the place that each record has in the data ring.
struct LogModel {
    enum State { case pending, committed, aborted }

    struct Entry {
        var record: SeenRecord
        var state: State
        let start: Int
        let end: Int
        /// The offset from which on records are discarded together with this one.
        let firstOffset: Offset
    }

    let configuration: LogConfiguration
    private(set) var entries: [Entry] = []
    private(set) var lastTime = Nanoseconds.min
    var nextPosition = 0

    init(_ configuration: LogConfiguration) { self.configuration = configuration }

    var end: Offset { Offset(entries.count) }

    /// The first record from `start` on that is not finished.
    func firstPending(from start: Offset) -> Offset? {
        entries[Int(start)...].firstIndex { $0.state == .pending }.map(Offset.init)
    }

    /// Bytes of a record; those of a shared log have no header, unless they were claimed as a batch.
    func byteCount(_ length: Int, isBatch: Bool = false) -> Int {
        (length + 15) / 16 * 16 + (configuration.appender == .exclusive || isBatch ? 16 : 0)
    }

    /// The first offset that stays if `offset` is held: a batch is discarded as a whole.
    func held(_ offset: Offset) -> Offset {
        offset < end ? entries[Int(offset)].firstOffset : offset
    }

    /// The latest time of the committed records that are discarded together with the one at
    /// `offset`, the first of them.
    func latestTime(at offset: Offset) -> Nanoseconds? {
        entries[Int(offset)...].prefix { $0.firstOffset == offset }
            .filter { $0.state == .committed }.map(\.record.time).max()
    }

    /// Where `count` records of `length` start and end if they are appended next, together.
    func place(_ length: Int, count: Int = 1, isBatch: Bool = false) -> Range<Int> {
        let capacity = configuration.dataCapacity
        let size = byteCount(length, isBatch: isBatch) * count
        let inRing = nextPosition % capacity
        let start = inRing + size > capacity ? nextPosition + capacity - inRing : nextPosition
        return start..<start + size
    }

    /// Appends records of one length, in the state given.
    mutating func append(
        _ payloads: [[UInt8]], keyHash: UInt32, time: Nanoseconds, _ state: State = .committed,
        isBatch: Bool = false
    ) {
        var start =
            place(payloads[0].count, count: payloads.count, isBatch: isBatch).lowerBound
        let first = end
        let isExclusive = configuration.appender == .exclusive
        for payload in payloads {
            lastTime = isExclusive ? max(time, lastTime) : time
            let next = start + byteCount(payload.count, isBatch: isBatch)
            entries.append(
                Entry(
                    record: SeenRecord(
                        offset: end, time: lastTime, keyHash: keyHash, payload: payload),
                    state: state, start: start, end: next, firstOffset: isBatch ? first : end))
            start = next
        }
        nextPosition = start
    }

    mutating func settle(_ offset: Offset, _ state: State) { entries[Int(offset)].state = state }

    /// Whether `count` records of `length` fit if everything before `gate` may go. What the unused
    /// end of the ring before `gate` is worth depends on the layout: `generously` counts it.
    func fits(
        _ length: Int, count: Int = 1, isBatch: Bool = false, gate: Offset, generously: Bool
    ) -> Bool {
        guard end + Offset(count - configuration.recordCapacity) <= gate else { return false }
        var free = gate == 0 ? 0 : entries[Int(gate) - 1].end
        if generously && gate < end { free = entries[Int(gate)].start }
        let place = place(length, count: count, isBatch: isBatch)
        return place.upperBound - configuration.dataCapacity <= free
    }

    /// The readable records from `offset` on, of at most `limit` offsets.
    func readable(from offset: Offset, limit: Int) -> [SeenRecord] {
        entries[Int(offset)...].prefix(limit).prefix { $0.state != .pending }
            .filter { $0.state == .committed }.map(\.record)
    }

    /// The first committed record from `start` on with a time of at least `time`.
    func first(atOrAfter time: Nanoseconds, from start: Offset) -> Offset {
        entries[Int(start)...].firstIndex { $0.state == .committed && $0.record.time >= time }
            .map(Offset.init) ?? end
    }

    /// Bytes in use from `start` on.
    func bytes(from start: Offset) -> Int {
        start == end ? 0 : entries[entries.count - 1].end - entries[Int(start)].start
    }
}
