import UrrLog
import UrrPlatform

/// What a partition log is supposed to hold: an array of everything that was ever appended, with
/// the place that each record has in the data ring.
struct LogModel {
    struct Entry {
        var record: SeenRecord
        var isAborted: Bool
        var start: Int
        var end: Int
    }

    let configuration: LogConfiguration
    private(set) var entries: [Entry] = []
    private(set) var lastTime = Nanoseconds.min
    var nextPosition = 0

    init(_ configuration: LogConfiguration) { self.configuration = configuration }

    var end: Offset { Offset(entries.count) }

    func byteCount(_ length: Int) -> Int {
        (length + 15) / 16 * 16 + (configuration.appender == .exclusive ? 16 : 0)
    }

    /// Where a record of `length` starts and ends if it is appended next.
    func place(_ length: Int) -> Range<Int> {
        let capacity = configuration.dataCapacity
        let size = byteCount(length)
        let inRing = nextPosition % capacity
        let start = inRing + size > capacity ? nextPosition + capacity - inRing : nextPosition
        return start..<start + size
    }

    mutating func append(
        _ payload: [UInt8], keyHash: UInt32, time: Nanoseconds, isAborted: Bool = false
    ) {
        let place = place(payload.count)
        let isExclusive = configuration.appender == .exclusive
        lastTime = isExclusive ? max(time, lastTime) : time
        entries.append(
            Entry(
                record: SeenRecord(
                    offset: end, time: lastTime, keyHash: keyHash, payload: payload),
                isAborted: isAborted, start: place.lowerBound, end: place.upperBound))
        nextPosition = place.upperBound
    }

    /// Whether a record of `length` fits if everything before `gate` may go. What the unused end of
    /// the ring before `gate` is worth depends on the layout: `generously` counts it.
    func fits(_ length: Int, gate: Offset, generously: Bool) -> Bool {
        guard end + 1 - Offset(configuration.recordCapacity) <= gate else { return false }
        var free = gate == 0 ? 0 : entries[Int(gate) - 1].end
        if generously && gate < end { free = entries[Int(gate)].start }
        return place(length).upperBound - configuration.dataCapacity <= free
    }

    /// The readable records from `offset` on, at most `limit` offsets of them.
    func readable(from offset: Offset, limit: Int) -> [SeenRecord] {
        entries[Int(offset)...].prefix(limit).filter { !$0.isAborted }.map(\.record)
    }

    /// The first offset from `start` on with a time of at least `time`.
    func first(atOrAfter time: Nanoseconds, from start: Offset) -> Offset {
        entries[Int(start)...].firstIndex { $0.record.time >= time }.map(Offset.init) ?? end
    }

    /// Bytes in use from `start` on.
    func bytes(from start: Offset) -> Int {
        start == end ? 0 : entries[entries.count - 1].end - entries[Int(start)].start
    }
}
