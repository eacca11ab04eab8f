import UrrPlatform

/// How single arrivals scatter around the rate.
public enum ArrivalVariance: String, Sendable, CaseIterable {
    /// Evenly spaced: message `m` is due when the expected count reaches `m`.
    case uniform
    /// A Poisson process with the rate as its intensity.
    case poisson
}

/// One linear step of a ramp.
public struct RampStage: Sendable, Equatable {
    /// Rate at the end of the stage, in messages per second.
    public var target: Double
    /// Length of the stage.
    public var duration: Nanoseconds
    /// Name of the stage as a segment of the run.
    public var name: String

    /// `target` of at least 0, `duration` above 0.
    public init(target: Double, duration: Nanoseconds, name: String) {
        self.target = target
        self.duration = duration
        self.name = name
    }
}

/// The shape of a ticket opening: calm, steep rise, plateau, decay, calm.
public struct SpikeShape: Sendable, Equatable {
    /// Rate before and after, in messages per second.
    public var baseline: Double
    /// Rate on the plateau, in messages per second.
    public var peak: Double
    /// When the rise begins, from the start of the measurement.
    public var at: Nanoseconds
    /// Length of the linear rise.
    public var rise: Nanoseconds
    /// Length of the plateau.
    public var hold: Nanoseconds
    /// Length of the linear decay.
    public var decay: Nanoseconds

    /// Rates of at least 0, times of at least 0.
    public init(
        baseline: Double, peak: Double, at: Nanoseconds, rise: Nanoseconds, hold: Nanoseconds,
        decay: Nanoseconds
    ) {
        self.baseline = baseline
        self.peak = peak
        self.at = at
        self.rise = rise
        self.hold = hold
        self.decay = decay
    }

    /// End of the decay.
    public var end: Nanoseconds { at + rise + hold + decay }
}

/// Bursts at a fixed period.
public struct BurstShape: Sendable, Equatable {
    /// Messages of one burst.
    public var size: Int
    /// Time from the start of one burst to the start of the next.
    public var every: Nanoseconds
    /// Time over which the messages of one burst are spread; 0 makes all of them due at once.
    public var spread: Nanoseconds

    /// `size` of at least 1, `every` above 0, `spread` in 0...every.
    public init(size: Int, every: Nanoseconds, spread: Nanoseconds = 0) {
        self.size = size
        self.every = every
        self.spread = spread
    }
}

/// A closed loop: the next message waits for an earlier one. It has no schedule, and hence no
/// intended times; results of such a run are labelled.
public struct ClosedLoop: Sendable, Equatable {
    /// Messages that each instance keeps in flight.
    public var inFlight: Int
    /// Pause between an acknowledgement and the message that follows it.
    public var thinkTime: Nanoseconds

    /// `inFlight` of at least 1, `thinkTime` of at least 0.
    public init(inFlight: Int, thinkTime: Nanoseconds = 0) {
        self.inFlight = inFlight
        self.thinkTime = thinkTime
    }
}

/// The arrival process of a producer entry. Rates are messages per second of all its instances.
public struct ArrivalSpec: Sendable, Equatable {
    /// The rate over time.
    public enum Executor: Sendable, Equatable {
        /// One rate, in messages per second.
        case constant(rate: Double)
        /// Linear stages; after the last one its target holds.
        case ramping(startRate: Double, stages: [RampStage])
        /// The ticket opening.
        case spike(SpikeShape)
        /// Bursts.
        case burst(BurstShape)
        /// A closed loop.
        case closed(ClosedLoop)

        /// The word that the file uses.
        public var name: String {
            switch self {
            case .constant: "constant"
            case .ramping: "ramping"
            case .spike: "spike"
            case .burst: "burst"
            case .closed: "closed"
            }
        }
    }

    /// The rate over time.
    public var executor: Executor
    /// The scatter of single arrivals.
    public var variance: ArrivalVariance

    /// An arrival process made in code; nothing is checked.
    public init(_ executor: Executor, variance: ArrivalVariance = .uniform) {
        self.executor = executor
        self.variance = variance
    }

    /// The parameters of a closed loop, nil for the open executors.
    public var closedLoop: ClosedLoop? {
        if case .closed(let loop) = executor { loop } else { nil }
    }
}
