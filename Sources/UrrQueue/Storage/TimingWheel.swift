import UrrPlatform

/// Timers in eleven levels of 64 slots: level n holds what is due within 64^(n+1) ticks and lies in
/// another slot of that level than the present tick. Adding, cancelling and firing are O(1); a
/// timer moves down at most ten times in its life. Timers of one tick fire in the order in which
/// they were started.
///
/// Source: Varghese and Lauck, "Hashed and hierarchical timing wheels" (1987). That the level of a
/// timer follows from its deadline and the present tick alone is because the present never passes
/// a slot without emptying it.
struct TimingWheel: ~Copyable {
    private static let bits: UInt64 = 6
    private static let levels = 11
    private static let slots = 64

    /// First and last timer of each slot.
    private let ends: UnsafeMutablePointer<(first: UInt32, last: UInt32)>
    /// One bit for each slot of a level that is not empty.
    private let occupied: UnsafeMutablePointer<UInt64>
    /// Every timer with a deadline up to here has fired.
    private(set) var tick: UInt64
    private(set) var count = 0

    init(tick: UInt64) {
        self.tick = tick
        ends = .allocate(capacity: Self.levels * Self.slots)
        ends.initialize(repeating: (0, 0), count: Self.levels * Self.slots)
        occupied = .allocate(capacity: Self.levels)
        occupied.initialize(repeating: 0, count: Self.levels)
    }

    deinit {
        ends.deallocate()
        occupied.deallocate()
    }

    @inline(__always)
    private func level(_ deadline: UInt64) -> Int {
        let difference = deadline ^ tick
        if difference < 64 { return 0 }
        return (63 &- difference.leadingZeroBitCount) / 6
    }

    @inline(__always)
    private func slot(_ deadline: UInt64, _ level: Int) -> Int {
        Int(truncatingIfNeeded: deadline &>> (Self.bits &* UInt64(level)) & 63)
    }

    /// Starts a timer whose deadline lies after the present tick.
    @inline(__always)
    mutating func add(_ index: UInt32, _ timers: borrowing Slab<TimerRecord>) {
        invariant(timers.at(index).pointee.deadline > tick, "timer is due already")
        count &+= 1
        place(index, timers)
    }

    @inline(__always)
    private func place(_ index: UInt32, _ timers: borrowing Slab<TimerRecord>) {
        let timer = timers.at(index)
        let level = level(timer.pointee.deadline)
        let slot = slot(timer.pointee.deadline, level)
        let end = ends + (level &* Self.slots &+ slot)
        timer.pointee.next = 0
        timer.pointee.previous = end.pointee.last
        if end.pointee.last != 0 {
            timers.at(end.pointee.last).pointee.next = index
        } else {
            end.pointee.first = index
            occupied[level] |= 1 &<< UInt64(slot)
        }
        end.pointee.last = index
    }

    /// Stops a timer that has not fired.
    @inline(__always)
    mutating func cancel(_ index: UInt32, _ timers: borrowing Slab<TimerRecord>) {
        count &-= 1
        unlink(index, timers)
    }

    @inline(__always)
    private func unlink(_ index: UInt32, _ timers: borrowing Slab<TimerRecord>) {
        let timer = timers.at(index).pointee
        if timer.previous != 0 { timers.at(timer.previous).pointee.next = timer.next }
        if timer.next != 0 { timers.at(timer.next).pointee.previous = timer.previous }
        guard timer.previous == 0 || timer.next == 0 else { return }
        let level = level(timer.deadline)
        let slot = slot(timer.deadline, level)
        let end = ends + (level &* Self.slots &+ slot)
        if timer.previous == 0 { end.pointee.first = timer.next }
        if timer.next == 0 { end.pointee.last = timer.previous }
        if end.pointee.first == 0 { occupied[level] &= ~(1 &<< UInt64(slot)) }
    }

    /// Takes out the next timer that is due at `target`, or moves on to `target` and returns 0.
    mutating func next(dueAt target: UInt64, _ timers: borrowing Slab<TimerRecord>) -> UInt32 {
        while count > 0, let found = earliest(), found.start <= target {
            tick = found.start
            let end = ends + (found.level &* Self.slots &+ found.slot)
            if found.level == 0 {
                let index = end.pointee.first
                cancel(index, timers)
                return index
            }
            moveDown(end, found.level, found.slot, timers)
        }
        if target > tick { tick = target }
        return 0
    }

    /// The first slot that is not empty, with the tick at which it begins.
    private func earliest() -> (level: Int, slot: Int, start: UInt64)? {
        for level in 0..<Self.levels {
            let shift = Self.bits &* UInt64(level)
            let ahead = occupied[level] &>> (tick &>> shift & 63)
            guard ahead != 0 else { continue }
            let digit = tick &>> shift &+ UInt64(ahead.trailingZeroBitCount)
            return (level, Int(truncatingIfNeeded: digit & 63), max(tick, digit &<< shift))
        }
        return nil
    }

    private func moveDown(
        _ end: UnsafeMutablePointer<(first: UInt32, last: UInt32)>, _ level: Int, _ slot: Int,
        _ timers: borrowing Slab<TimerRecord>
    ) {
        var index = end.pointee.first
        end.pointee = (0, 0)
        occupied[level] &= ~(1 &<< UInt64(slot))
        while index != 0 {
            let next = timers.at(index).pointee.next
            place(index, timers)
            index = next
        }
    }

    /// A tick before which no timer fires, nil where none runs. A lower bound: at the higher
    /// levels it is the beginning of a slot.
    var nextTick: UInt64? { count > 0 ? earliest()?.start : nil }
}
