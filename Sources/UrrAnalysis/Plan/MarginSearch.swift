/// Looks for the greatest multiple of a load that a system holds, which is known to hold the load
/// itself: doubles until one is missed, then halves the ratio down to the resolution.
///
/// A value; every factor is asked for once.
public struct MarginSearch: Sendable {
    /// What comes next.
    public enum Request: Sendable, Equatable {
        /// Try this multiple of the load.
        case trial(Double)
        /// `held` holds; `missed`, where there is one, does not.
        case done(held: Double, missed: Double?)
    }

    /// Multiples beyond this are of no interest.
    public static let most = 8.0
    /// Ratio between what holds and what is missed, minus 1, at which the search ends.
    public static let resolution = 0.02
    /// More trials than this are not needed.
    public static let mostTrials = 9

    private var held = 1.0
    private var missed: Double?

    /// A search of which only the load itself is known.
    public init() {}

    /// Takes note of what a trial of `factor` showed.
    public mutating func record(_ factor: Double, held isHeld: Bool) {
        if isHeld {
            held = max(held, factor)
        } else {
            missed = min(missed ?? factor, factor)
        }
    }

    /// What comes next.
    public var request: Request {
        guard let missed else {
            return held < Self.most ? .trial(2 * held) : .done(held: held, missed: nil)
        }
        // What is missed below what holds is no order; what is missed first counts.
        guard missed > held * (1 + Self.resolution) else {
            return .done(held: min(held, missed), missed: missed)
        }
        return .trial((held * missed).squareRoot())
    }
}
