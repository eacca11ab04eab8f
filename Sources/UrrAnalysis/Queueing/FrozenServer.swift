/// The response times of an even stream through a server that stands still once: the case in which
/// a load generator that waits for answers ("coordinated omission") sees one slow message and an
/// honest one sees them all.
///
/// Messages arrive at a constant rate, the server needs the same time for each and keeps up, then
/// stands still for `freeze` seconds. The message that arrives at the beginning of the freeze waits
/// through all of it; each later one waits less, by its own distance minus the time that the
/// messages before it take, until the backlog is gone after `freeze / (1 - utilisation)`. So the
/// waits of the affected messages are spread evenly between 0 and `freeze`. Taken as a continuum:
/// a single message more or less is not resolved.
///
/// Rates are messages a second, times are seconds.
public struct FrozenServer: Sendable, Equatable {
    /// Messages that arrive in a second.
    public let arrivalRate: Double
    /// Time that every message takes; 0 for a server that answers at once.
    public let serviceTime: Double
    /// How long the server stands still.
    public let freeze: Double
    /// Length of the observation, which holds the freeze and the recovery.
    public let window: Double

    /// Nil where a number is negative or not finite, the server does not keep up, or the window is
    /// too short for the recovery.
    public init?(arrivalRate: Double, serviceTime: Double, freeze: Double, window: Double) {
        guard arrivalRate > 0, serviceTime >= 0, freeze >= 0, window > 0, window.isFinite,
            arrivalRate * serviceTime < 1,
            freeze / (1 - arrivalRate * serviceTime) <= window
        else { return nil }
        self.arrivalRate = arrivalRate
        self.serviceTime = serviceTime
        self.freeze = freeze
        self.window = window
    }

    /// From the beginning of the freeze until the backlog is gone.
    public var recoveryTime: Double { freeze / (1 - arrivalRate * serviceTime) }

    /// Messages that have to wait.
    public var affectedMessages: Double { arrivalRate * recoveryTime }

    /// Share of all messages of the window that have to wait.
    public var affectedShare: Double { recoveryTime / window }

    /// Mean response over the window.
    public var meanResponse: Double { serviceTime + affectedShare * freeze / 2 }

    /// The longest response: that of the first message of the freeze.
    public var longestResponse: Double { serviceTime + freeze }

    /// Probability that a message of the window is done within `time` of its arrival.
    public func responseProbability(atMost time: Double) -> Double {
        if time < serviceTime { return 0 }
        if time >= longestResponse { return 1 }
        return 1 - affectedShare * (longestResponse - time) / freeze
    }

    /// The time within which a share `probability`, 0...1, of the window's messages is done.
    public func responseQuantile(_ probability: Double) -> Double {
        let beyond = 1 - probability
        guard beyond < affectedShare else { return serviceTime }
        return longestResponse - freeze * beyond / affectedShare
    }
}
