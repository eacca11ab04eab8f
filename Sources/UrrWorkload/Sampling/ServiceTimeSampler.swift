import UrrPlatform

/// How long the handler of a group takes for a message: a pure function of the message's identity,
/// so that a redelivered message, or the same message on another member, takes as long.
public struct ServiceTimeSampler: Sendable {
    @usableFromInline
    enum Kind: UInt8, Sendable { case fixed, exponential, lognormal }

    @usableFromInline let kind: Kind
    @usableFromInline let value: Nanoseconds
    /// Mean of the exponential, logarithm of the median of the log-normal.
    @usableFromInline let location: Double
    @usableFromInline let sigma: Double
    @usableFromInline let random: IndexedRandom

    /// Whether every message takes 0.
    @inlinable public var isZero: Bool { kind == .fixed && value == 0 }

    /// The sampler of one random stream.
    public init(_ spec: ServiceTimeSpec, seed: UInt64, stream: String) {
        random = IndexedRandom(seed: seed, stream: stream)
        switch spec {
        case .fixed(let time):
            (kind, value, location, sigma) = (.fixed, time, 0, 0)
        case .exponential(let mean):
            (kind, value, location, sigma) = (.exponential, 0, Double(mean), 0)
        case .lognormal(let median, let spread):
            let logarithm = DeterministicMath.logarithm(median)
            (kind, value, location, sigma) = (.lognormal, 0, logarithm, spread)
        }
    }

    /// The service time of the message with this identity, in whole nanoseconds, at most
    /// `WorkloadLimits.longestServiceTime`. O(1).
    @inlinable
    @inline(__always)
    public func duration(_ identity: UInt64) -> Nanoseconds {
        let time: Double
        switch kind {
        case .fixed:
            return value
        case .exponential:
            time = location * DeterministicMath.exponentialVariate(random[identity])
        case .lognormal:
            let normal = DeterministicMath.normalVariate(random[identity])
            time = DeterministicMath.exponential(location + sigma * normal)
        }
        let bounded = time < Self.longest ? time : Self.longest
        return Nanoseconds(bounded + 0.5)
    }

    @inlinable static var longest: Double { Double(3600 * nanosecondsPerSecond) }
}
