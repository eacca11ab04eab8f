/// What a reader must have seen after a trial.
struct Expectation: Sendable {
    private(set) var tally: ReadTally

    /// `count` records whose first two words and key hash are their numbers from 0 on, and whose
    /// append times are the numbers from `firstTime` on, sent by `streams` producers of
    /// `count / streams` each.
    static func records<Shape: MessageShape>(
        _ shape: Shape.Type, count: UInt64, streams: UInt64 = 1, firstTime: UInt64 = 0
    ) -> Expectation {
        var expected = numbered(shape, count: count, streams: streams, repeats: 2)
        expected.tally.sum &+= firstTime &* expected.tally.count
        return expected
    }

    /// `count` messages whose first two words are their numbers from 0 on, with `repeats` more
    /// copies of the number in the envelope, sent by `streams` producers of `count / streams` each.
    static func numbered<Shape: MessageShape>(
        _ shape: Shape.Type, count: UInt64, streams: UInt64 = 1, repeats: UInt64
    ) -> Expectation {
        let each = count / streams
        // 0 + 1 + ... + (each - 1); one of the two factors is even.
        let triangle = each % 2 == 0 ? each / 2 &* (each &- 1) : (each &- 1) / 2 &* each
        let numbers = triangle &* (2 &+ repeats) &* streams
        let marks = (0..<streams).reduce(0) { $0 &+ ($1 &<< streamShift) &* each }
        let sum = numbers &+ marks &+ Shape.patternSum &* each &* streams
        return Expectation(tally: ReadTally(count: each * streams, sum: sum, disorder: 0))
    }

    /// What is wrong with `tally`, in words; nil where it is as expected.
    func defect(_ seen: ReadTally) -> String? {
        if seen.count != tally.count {
            return "read \(seen.count) messages instead of \(tally.count)"
        }
        if seen.disorder != 0 { return "read messages out of order or of a wrong length" }
        if seen.sum != tally.sum { return "read other words than were written (wrong sum)" }
        return nil
    }
}

extension Expectation {
    /// `count` records whose first word and key hash are their number and whose second word and
    /// append time are a time; all times together are `stampSum`.
    static func stamped<Shape: MessageShape>(
        _ shape: Shape.Type, count: UInt64, stampSum: UInt64
    ) -> Expectation {
        let sum = numbered(shape, count: count, repeats: 0).tally.sum &+ stampSum &* 2
        return Expectation(tally: ReadTally(count: count, sum: sum, disorder: 0))
    }
}
