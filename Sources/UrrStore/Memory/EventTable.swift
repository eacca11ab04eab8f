import UrrPlatform

/// A set of event keys in order of arrival, bounded in number and in age. One region, nothing
/// allocated after the beginning; every operation O(1) expected.
///
/// ```
///  ring    key high, key low, time of arrival   24 bytes an entry, oldest at `first`
///  slots   place in the ring + 1, 0 is empty    4 bytes each, twice as many as entries, linear
///                                               probing with backward-shift deletion
/// ```
struct EventTable: ~Copyable {
    private struct Entry {
        var key: EventKey
        var time: Nanoseconds
    }

    /// Largest table whose memory is taken at the beginning; that of a larger one is taken as it fills,
    /// for the machine may not have what nobody is going to use.
    private static let touchedBytes = 256 << 20

    private let region: MemoryRegion
    private let ring: UnsafeMutablePointer<Entry>
    private let slots: UnsafeMutablePointer<UInt32>
    private let capacity: Int
    private let slotMask: Int
    private let expiry: Nanoseconds
    private var first = 0
    private(set) var count = 0
    /// Entries given up for room before their time.
    private(set) var evictions: UInt64 = 0

    /// Room for `capacity` keys (1 to 2^30), each kept for `expiry` nanoseconds.
    init(capacity: Int, expiry: Nanoseconds) throws(MemoryError) {
        invariant(capacity > 0 && capacity <= 1 << 30, "capacity of an event table")
        var slotCount = 2
        while slotCount < capacity * 2 { slotCount *= 2 }
        let ringBytes = capacity * MemoryLayout<Entry>.stride
        let region = try MemoryRegion(byteCount: ringBytes + slotCount * 4, pages: .huge)
        ring = region.base.bindMemory(to: Entry.self, capacity: capacity)
        slots = (region.base + ringBytes).bindMemory(to: UInt32.self, capacity: slotCount)
        // Otherwise the first keys pay for the pages, and a run that looks for a leak sees one.
        if region.byteCount <= Self.touchedBytes { region.touch() }
        self.region = region
        self.capacity = capacity
        self.expiry = expiry
        slotMask = slotCount - 1
    }

    /// Whether the key is remembered.
    mutating func contains(_ key: EventKey, now: Nanoseconds) -> Bool {
        forgetExpired(now)
        return slots[slot(of: key)] != 0
    }

    /// Remembers the key; whether it was remembered already.
    mutating func insert(_ key: EventKey, now: Nanoseconds) -> Bool {
        forgetExpired(now)
        if slots[slot(of: key)] != 0 { return true }
        if count == capacity {
            forgetOldest()
            evictions &+= 1
        }
        let place = wrapped(first + count)
        ring[place] = Entry(key: key, time: now)
        slots[slot(of: key)] = UInt32(place + 1)
        count += 1
        return false
    }

    private mutating func forgetExpired(_ now: Nanoseconds) {
        // The difference, not the sum: an expiry of "never" is the largest number there is.
        while count > 0, now &- ring[first].time >= expiry { forgetOldest() }
    }

    private mutating func forgetOldest() {
        clear(slot(of: ring[first].key))
        first = wrapped(first + 1)
        count -= 1
    }

    private func wrapped(_ place: Int) -> Int { place >= capacity ? place - capacity : place }

    /// The slot that holds the key, or the empty one where it belongs.
    private func slot(of key: EventKey) -> Int {
        var slot = home(of: key)
        while true {
            let place = slots[slot]
            if place == 0 || ring[Int(place) - 1].key == key { return slot }
            slot = (slot + 1) & slotMask
        }
    }

    /// Multiplicative mixing of both halves; the keys are counters, so the upper bits are folded
    /// down.
    private func home(of key: EventKey) -> Int {
        var mixed = (key.low ^ (key.high &* 0xff51_afd7_ed55_8ccd)) &* 0x9e37_79b9_7f4a_7c15
        mixed ^= mixed >> 32
        return Int(truncatingIfNeeded: mixed) & slotMask
    }

    /// Empties a slot and moves back what had to go past it (Knuth, The Art of Computer
    /// Programming, volume 3, section 6.4, algorithm R).
    private func clear(_ slot: Int) {
        var empty = slot
        var next = slot
        while true {
            next = (next + 1) & slotMask
            let place = slots[next]
            guard place != 0 else { break }
            let home = home(of: ring[Int(place) - 1].key)
            let distance = (next &- home) & slotMask
            if distance >= (next &- empty) & slotMask {
                slots[empty] = place
                empty = next
            }
        }
        slots[empty] = 0
    }
}
