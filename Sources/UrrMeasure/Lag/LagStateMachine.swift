import UrrPlatform

/// The state of one partition; see `LagRules`. Keeps ten slots, whatever the number of samples.
struct LagStateMachine: Sendable {
    private struct Slot {
        var index: Int64
        var lowestLag = Int64.max
        var greatestLag = Int64.min
        var lowestCommitted = Int64.max
        var greatestCommitted = Int64.min
        var rewound = false
    }

    private let rules: LagRules
    private let slotLength: Nanoseconds
    private var complete: [Slot] = []
    private var current: Slot?
    private var lastCommitted: Int64?
    private(set) var state = LagState.ok

    init(rules: LagRules) {
        self.rules = rules
        slotLength = rules.window / Nanoseconds(LagRules.slots)
        // One more than are kept, so that none is allocated later.
        complete.reserveCapacity(LagRules.slots + 1)
    }

    mutating func add(at: Nanoseconds, _ reading: LagReading) {
        let index = at / slotLength
        if let slot = current, slot.index != index {
            close(slot, next: index)
            evaluate(windowStart: (index - Int64(LagRules.slots)) * slotLength, reading)
        }
        var slot = current ?? Slot(index: index)
        slot.lowestLag = min(slot.lowestLag, reading.lag)
        slot.greatestLag = max(slot.greatestLag, reading.lag)
        slot.lowestCommitted = min(slot.lowestCommitted, reading.committed)
        slot.greatestCommitted = max(slot.greatestCommitted, reading.committed)
        if let lastCommitted, reading.committed < lastCommitted { slot.rewound = true }
        lastCommitted = reading.committed
        current = slot
    }

    private mutating func close(_ slot: Slot, next: Int64) {
        complete.append(slot)
        if complete.count > LagRules.slots { complete.removeFirst() }
        // After a pause in the sampling the old slots say nothing about now.
        if next != slot.index + 1 { complete.removeAll(keepingCapacity: true) }
        current = nil
    }

    private mutating func evaluate(windowStart: Nanoseconds, _ reading: LagReading) {
        if complete.contains(where: \.rewound) {
            state = .rewind
            return
        }
        guard complete.count == LagRules.slots else { return }
        if complete.contains(where: { $0.lowestLag <= rules.quietLag }) {
            state = .ok
        } else if complete.allSatisfy({
            $0.lowestCommitted == complete[0].lowestCommitted
                && $0.greatestCommitted == complete[0].lowestCommitted
        }) {
            let silent = reading.lastActivity.map { $0 < windowStart } ?? false
            state = silent ? .stop : .stall
        } else {
            let falls = zip(complete, complete.dropFirst()).contains {
                $1.greatestLag < $0.greatestLag
            }
            state = falls ? .ok : .warn
        }
    }
}
