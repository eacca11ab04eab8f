/// Finds the keys of one batch by value: for stores that answer with the keys, in any order.
/// Open addressing over four slots a key; filled anew for each batch, nothing allocated after the
/// beginning.
public struct KeyIndex: ~Copyable {
    private let slots: UnsafeMutablePointer<UInt32>
    private let slotCount: Int

    /// Room for batches of up to `limit` keys.
    public init(limit: Int) {
        var count = 4
        while count < limit * 4 { count *= 2 }
        slotCount = count
        slots = .allocate(capacity: count)
        slots.initialize(repeating: 0, count: count)
    }

    deinit { slots.deallocate() }

    /// Enters all keys of the batch; of equal ones the first.
    public mutating func fill(_ batch: borrowing StoreBatch) {
        slots.update(repeating: 0, count: slotCount)
        for index in 0..<batch.count {
            let slot = slot(of: batch.key(index), batch)
            if slots[slot] == 0 { slots[slot] = UInt32(index + 1) }
        }
    }

    /// The first index of the key in the batch that was entered; nil where it has none.
    public func first(_ key: EventKey, in batch: borrowing StoreBatch) -> Int? {
        let place = slots[slot(of: key, batch)]
        return place == 0 ? nil : Int(place) - 1
    }

    private func slot(of key: EventKey, _ batch: borrowing StoreBatch) -> Int {
        var slot =
            Int(truncatingIfNeeded: (key.low ^ key.high) &* 0x9e37_79b9_7f4a_7c15 >> 32)
            & (slotCount - 1)
        while slots[slot] != 0, batch.key(Int(slots[slot]) - 1) != key {
            slot = (slot + 1) & (slotCount - 1)
        }
        return slot
    }
}
