import UrrPlatform
import UrrQueue

/// A message as the reference takes it.
struct ReferenceSend {
    var id: UInt64 = 0
    var body: [UInt8] = [66]
    var group: [UInt8]?
    var deduplication: [UInt8]?
    var delay: Nanoseconds?
    var priority: UInt8 = 0
    var timeToLive: Nanoseconds = 0
}

/// A delivery as the reference makes it; `token` stands for the receipt handle.
struct ReferenceDelivery: Equatable {
    var token: Int
    var sequence: UInt64
    var sentTime: Nanoseconds
    var receiveCount: Int
    var body: [UInt8]
    var group: [UInt8]
}

/// The same queue without any structure: arrays, searched from one end to the other. What the
/// queue is compared with, so it is to be read and believed.
final class ReferenceQueue {
    enum State { case ready, delayed, inFlight }

    struct Item {
        var unique: Int
        var sequence: UInt64
        var body: [UInt8]
        var group: [UInt8]
        var sentTime: Nanoseconds
        var state = State.ready
        /// Of the running timer: the tick it ends at, and its number among all timers.
        var endTick: Int64 = 0
        var timerNumber = 0
        var startTime: Nanoseconds = 0
        var receiveCount = 0
        var tokens: [Int] = []
        var isChanged = false
        var priority = 0
        var endOfLife = Nanoseconds.max
    }

    /// Who can be received from, in the order in which it became so: a group, or one message.
    struct Place: Equatable {
        var group: [UInt8]
        var unique: Int
        var priority: Int
    }

    let rules: QueueConfiguration
    var isFIFO: Bool { rules.kind == .fifo }
    var deduplicates: Bool { isFIFO && rules.deduplication != .off }
    var now = Nanoseconds.min
    /// In order of arrival.
    var items: [Item] = []
    var line: [Place] = []
    var remembered: [(key: [UInt8]?, time: Nanoseconds, sequence: UInt64)] = []
    var attempts: [(id: [UInt8], time: Nanoseconds, tokens: [Int])] = []
    var totals = QueueTotals()
    var nextSequence: UInt64 = 1
    var nextUnique = 0
    var nextTimer = 0
    var nextToken = 0
    var lastPurge: Nanoseconds?
    var deadLetters: ReferenceQueue?
    var maxReceiveCount = 0

    init(_ rules: QueueConfiguration) { self.rules = rules }

    func index(_ unique: Int) -> Int? { items.firstIndex { $0.unique == unique } }

    // MARK: Time

    func tick(_ instant: Nanoseconds) -> Int64 { instant >> tickShift }
    var tickShift: Int64 { Int64(rules.timerResolution.trailingZeroBitCount) }

    func advance(_ instant: Nanoseconds) {
        now = max(now, instant)
        let due = items.filter { $0.state != .ready && $0.endTick <= tick(now) }
            .sorted { ($0.endTick, $0.timerNumber) < ($1.endTick, $1.timerNumber) }
        for item in due {
            if item.state == .inFlight { totals.timedOut += 1 }
            makeReady(item.unique)
        }
        for item in items where now - item.sentTime >= rules.retention {
            totals.expired += 1
            remove(item.unique)
        }
        remembered.removeAll { now - $0.time >= rules.deduplicationWindow }
        attempts.removeAll { now - $0.time >= rules.receiveAttemptWindow }
    }

    func startTimer(_ unique: Int, _ duration: Nanoseconds) {
        let at = index(unique)!
        // Rounded up to the next tick.
        items[at].endTick = tick(now + duration + rules.timerResolution - 1)
        items[at].timerNumber = nextTimer
        nextTimer += 1
    }

    func makeReady(_ unique: Int) {
        let at = index(unique)!
        items[at].state = .ready
        if isFIFO {
            refresh(items[at].group)
        } else {
            line.append(Place(group: [], unique: unique, priority: items[at].priority))
        }
    }

    /// Whether a group can be received from, and with which priority.
    func place(_ group: [UInt8]) -> Place? {
        let members = items.filter { $0.group == group }
        guard let first = members.first, first.state == .ready,
            !members.contains(where: { $0.state == .inFlight })
        else { return nil }
        return Place(group: group, unique: 0, priority: first.priority)
    }

    func refresh(_ group: [UInt8]) {
        let wanted = place(group)
        if let wanted, line.contains(wanted) { return }
        line.removeAll { $0.group == group }
        if let wanted { line.append(wanted) }
    }

    func takeOut(_ unique: Int) {
        items.removeAll { $0.unique == unique }
        if !isFIFO { line.removeAll { $0.unique == unique } }
    }

    func remove(_ unique: Int) {
        let group = items[index(unique)!].group
        takeOut(unique)
        if isFIFO { refresh(group) }
    }

    func count(_ state: State) -> Int { items.filter { $0.state == state }.count }

    var attributes: QueueAttributes {
        var found = QueueAttributes()
        found.visible = count(.ready)
        found.inFlight = count(.inFlight)
        found.delayed = count(.delayed)
        found.oldestAge = items.map { now - $0.sentTime }.max() ?? 0
        found.groups = isFIFO ? Set(items.map(\.group)).count : 0
        found.totals = totals
        return found
    }
}
