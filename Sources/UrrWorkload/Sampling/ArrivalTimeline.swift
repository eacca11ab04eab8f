import UrrPlatform

/// A named part of a producer's timeline, relative to the start of the phase.
public struct ArrivalSegment: Sendable, Equatable {
    /// What the part is called in results and thresholds.
    public var name: String
    /// First instant of the part.
    public var start: Nanoseconds
    /// First instant after the part.
    public var end: Nanoseconds

    /// A part from `start` up to but without `end`.
    public init(name: String, start: Nanoseconds, end: Nanoseconds) {
        self.name = name
        self.start = start
        self.end = end
    }
}

/// Collects the pieces and segments of a schedule, from left to right.
struct ArrivalTimeline {
    private(set) var pieces: [ArrivalPiece] = []
    private(set) var segments: [ArrivalSegment] = []
    private(set) var count = 0.0
    private var now: Nanoseconds = 0
    private let length: Nanoseconds

    /// The timeline of `executor` over the first `length` nanoseconds of `phase`. During warm-up
    /// the initial rate holds.
    init(_ executor: ArrivalSpec.Executor, phase: ArrivalPhase, length: Nanoseconds) {
        self.length = length
        switch (phase, executor) {
        case (_, .closed): break
        case (.warmup, .burst(let shape)): addBursts(shape, named: phase.rawValue)
        case (.warmup, .constant(let rate)): add(phase.rawValue, length, rate, rate)
        case (.warmup, .ramping(let rate, _)): add(phase.rawValue, length, rate, rate)
        case (.warmup, .spike(let shape)):
            add(phase.rawValue, length, shape.baseline, shape.baseline)
        case (.measure, .constant(let rate)): add(executor.name, length, rate, rate)
        case (.measure, .burst(let shape)): addBursts(shape, named: executor.name)
        case (.measure, .spike(let shape)): addSpike(shape)
        case (.measure, .ramping(let rate, let stages)): addRamp(from: rate, stages)
        }
    }

    private mutating func addSpike(_ shape: SpikeShape) {
        add("baseline", shape.at, shape.baseline, shape.baseline)
        add("rise", shape.rise, shape.baseline, shape.peak)
        add("peak", shape.hold, shape.peak, shape.peak)
        add("decay", shape.decay, shape.peak, shape.baseline)
        add("recovery", length - now, shape.baseline, shape.baseline)
    }

    private mutating func addRamp(from startRate: Double, _ stages: [RampStage]) {
        var rate = startRate
        for stage in stages {
            add(stage.name, stage.duration, rate, stage.target)
            rate = stage.target
        }
        add(ArrivalSchedule.heldSegment, length - now, rate, rate)
    }

    /// Appends a stretch whose rate goes linearly from `from` to `to` messages per second. What
    /// lies beyond the end of the phase is cut off at the rate reached there.
    private mutating func add(
        _ name: String, _ duration: Nanoseconds, _ from: Double, _ to: Double
    ) {
        let span = min(duration, length - now)
        guard span > 0 else { return }
        let scale = 1 / Double(nanosecondsPerSecond)
        let initial = from * scale
        let slope = (to - from) * scale / Double(duration)
        let elapsed = Double(span)
        let area = elapsed * (initial + elapsed * slope / 2)
        if slope == 0 {
            append(.constant, name, span, area, Double(nanosecondsPerSecond) / from, 0, 0)
        } else {
            append(.linear, name, span, area, initial, initial * initial, 2 * slope)
        }
    }

    private mutating func addBursts(_ shape: BurstShape, named name: String) {
        let period = Double(shape.every)
        let size = Double(shape.size)
        let gap = Double(shape.spread) / size
        let whole = length / shape.every
        let rest = Double(length % shape.every)
        // Messages of the last, cut burst: those that are due before the end.
        let last = rest == 0 ? 0 : (gap == 0 ? size : min(size, rest / gap))
        append(.periodic, name, length, Double(whole) * size + last, size, period, gap)
    }

    private mutating func append(
        _ kind: ArrivalPiece.Kind, _ name: String, _ span: Nanoseconds, _ area: Double,
        _ a: Double, _ b: Double, _ c: Double
    ) {
        let end = now + span
        segments.append(ArrivalSegment(name: name, start: now, end: end))
        let endCount = Self.snapped(count + area)
        if endCount > count {
            pieces.append(
                ArrivalPiece(
                    kind: kind, segment: UInt8(segments.count - 1), start: now, end: end,
                    firstCount: count, endCount: endCount, a: a, b: b, c: c))
        }
        count = endCount
        now = end
    }

    /// `count`, or the whole number next to it where the difference can only be rounding: sums of
    /// areas are exact to a few units in the last place, and a schedule whose exact count is whole
    /// must not gain or lose a message by that.
    private static func snapped(_ count: Double) -> Double {
        let whole = count.rounded()
        return abs(count - whole) <= max(1e-9, whole * 0x1p-49) ? whole : count
    }
}
