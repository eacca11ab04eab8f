import UrrPlatform

/// One delay of a weighted list.
public struct WeightedDelay: Sendable, Equatable {
    /// The delay.
    public var delay: Nanoseconds
    /// Share of it, relative to the other weights.
    public var weight: Double

    /// `delay` above 0, `weight` of at least 0 and finite.
    public init(delay: Nanoseconds, weight: Double) {
        self.delay = delay
        self.weight = weight
    }
}

/// Messages that a producer sends again, as one does that did not get an answer: with the same
/// deduplication id, some time later. Inside the deduplication window the queue must suppress the
/// repeat, outside it must deliver it.
public struct DuplicatesSpec: Sendable, Equatable {
    /// How long after the intended time of the message the repeat is due.
    public enum Delay: Sendable, Equatable {
        /// Always the same.
        case fixed(Nanoseconds)
        /// Every whole number of nanoseconds in the range equally often.
        case uniform(minimum: Nanoseconds, maximum: Nanoseconds)
        /// Delays in proportion to weights.
        case weights([WeightedDelay])

        /// The longest that can occur.
        public var longest: Nanoseconds {
            switch self {
            case .fixed(let delay): delay
            case .uniform(_, let maximum): maximum
            case .weights(let list): list.lazy.filter { $0.weight > 0 }.map(\.delay).max() ?? 0
            }
        }
    }

    /// Share of the measured messages that are sent again, above 0 and up to 1.
    public var share: Double
    /// When.
    public var after: Delay

    /// Repeats made in code; nothing is checked.
    public init(share: Double, after: Delay) {
        self.share = share
        self.after = after
    }
}
