import UrrDriver
import UrrMeasure
import UrrPlatform

/// Retry storms: a message is sent again right behind itself, as by a client that misses the
/// acknowledgement. The copies carry the same producer id, sequence number and times, and a mark,
/// so that what comes of them is told apart from what nobody asked for.
extension ProducerSource {
    /// Sends message `index`, which was just accepted, again as often as the storm wants. A copy
    /// that finds the target full is given up: it is a load, not a duty.
    @inline(never)
    @usableFromInline
    mutating func sendAgain(
        intended: Nanoseconds, now: Nanoseconds, index: UInt64, instance: Int, segment: Int,
        bank: UnsafeMutablePointer<ProducerBank>
    ) {
        var rest = storms.times(index, at: intended)
        let tally = bank.pointee.tallies + entry
        while rest > 0 {
            rest -= 1
            // It is in no batch: the message itself is, and sees to the flush.
            let result = build(
                intended: intended, now: now, index: index, instance: instance,
                segment: segment, slot: -1, isCopy: true)
            switch result {
            case .accepted:
                copiesStored += 1
                tally.pointee.retried += 1
            case .duplicate:
                tally.pointee.retried += 1
                tally.pointee.deduplicated += 1
            case .backPressured, .retry, .closed, .failed: return
            }
        }
    }
}
