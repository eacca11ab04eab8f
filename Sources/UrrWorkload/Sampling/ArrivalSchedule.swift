import UrrPlatform

/// When the messages of one producer entry are due in one phase: a pure function of the seed, the
/// entry's name, the phase and the executor. Nothing of it depends on how many threads or instances
/// share the work.
///
/// Arrivals are those of a process with unit rate, uniform (0, 1, 2, ...) or Poisson (partial sums
/// of exponential variates), sent through the inverse of the expected count. So the spacing is
/// computed from the message number and nothing drifts, ramps are exact, and a burst is a step.
///
/// Owns the memory that its cursors read: keep it alive (the run's plan does) while they are used.
public final class ArrivalSchedule: @unchecked Sendable {
    /// Name of the segment after the last stage of a ramp, where its target holds.
    public static let heldSegment = "held"

    /// The named parts of the phase, without gaps, from 0 to `length`. Empty for a closed loop.
    public let segments: [ArrivalSegment]
    /// Length of the phase.
    public let length: Nanoseconds
    /// Expected number of messages of the phase. Uniform schedules have `messageCount` of them.
    public let expectedCount: Double
    /// How arrivals scatter.
    public let variance: ArrivalVariance

    private let random: IndexedRandom
    private let pieces: UnsafeMutablePointer<ArrivalPiece>
    private let pieceCount: Int

    /// The schedule of `arrivals` for `phase`, which lasts `length` nanoseconds. Cold: allocates.
    public init(
        _ arrivals: ArrivalSpec, phase: ArrivalPhase, length: Nanoseconds, seed: UInt64,
        producer: String
    ) {
        let timeline = ArrivalTimeline(arrivals.executor, phase: phase, length: length)
        segments = timeline.segments
        self.length = length
        expectedCount = timeline.count
        variance = arrivals.variance
        random = IndexedRandom(seed: seed, stream: "arrivals/\(phase.rawValue)/\(producer)")
        pieceCount = timeline.pieces.count
        pieces = .allocate(capacity: pieceCount + 1)
        for (index, piece) in timeline.pieces.enumerated() {
            (pieces + index).initialize(to: piece)
        }
        (pieces + pieceCount).initialize(to: .finished)
    }

    deinit { pieces.deallocate() }

    /// A cursor at the first message. Valid while the schedule lives.
    public func makeCursor() -> ArrivalCursor {
        ArrivalCursor(pieces, random, isPoisson: variance == .poisson)
    }

    /// Number of messages of a uniform schedule, exactly; nil for a Poisson schedule, whose number
    /// is random.
    public var messageCount: UInt64? {
        variance == .uniform ? UInt64(expectedCount.rounded(.up)) : nil
    }

    /// Expected number of messages that are due before `instant`. O(pieces).
    public func expectedCount(before instant: Nanoseconds) -> Double {
        var count = 0.0
        for index in 0..<pieceCount where pieces[index].start < instant {
            count = pieces[index].count(at: min(instant, pieces[index].end))
        }
        return count
    }

    /// The offered rate at `instant` in messages per second; 0 outside the phase; of bursts, the
    /// mean over a period. O(pieces).
    public func rate(at instant: Nanoseconds) -> Double {
        for index in 0..<pieceCount
        where pieces[index].start <= instant && instant < pieces[index].end {
            return pieces[index].rate(at: instant)
        }
        return 0
    }

    /// The piece that covers `count`, nil beyond the end: for tests of far messages.
    func piece(containing count: Double) -> ArrivalPiece? {
        (0..<pieceCount).lazy.map { self.pieces[$0] }.first { count < $0.endCount }
    }
}

extension ArrivalSchedule {
    /// The greatest expected number of messages in any stretch of `span`, to within a step of a
    /// hundredth of it, from above. Cold.
    public func greatestCount(in span: Nanoseconds) -> Double {
        if span >= length { return expectedCount }
        let step = max(1, span / 100)
        var greatest = 0.0
        var start: Nanoseconds = 0
        while start < length {
            let end = min(length, start + span + step)
            greatest = max(greatest, expectedCount(before: end) - expectedCount(before: start))
            start += max(step, length / 10_000)
        }
        return greatest
    }
}
