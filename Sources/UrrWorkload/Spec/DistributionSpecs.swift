import UrrPlatform

/// The keys of a producer's messages: numbers from 0, written as `key-` and ten decimal digits.
public enum KeySpec: Sendable, Equatable {
    /// No key.
    case none
    /// Every key equally often.
    case uniform(cardinality: Int)
    /// Key `k` in proportion to `1 / (k + 1)^exponent`.
    case zipf(cardinality: Int, exponent: Double)
    /// 0, 1, ... cardinality - 1, 0, ...
    case sequential(cardinality: Int)
    /// Always key 0.
    case fixed

    /// Number of different keys; 0 without keys.
    public var cardinality: Int {
        switch self {
        case .none: 0
        case .uniform(let count), .zipf(let count, _), .sequential(let count): count
        case .fixed: 1
        }
    }
}

/// One size of a weighted list.
public struct WeightedSize: Sendable, Equatable {
    /// Bytes of the message.
    public var size: Int
    /// Share of messages with this size, relative to the other weights.
    public var weight: Double

    /// `size` of at least 40, `weight` of at least 0 and finite.
    public init(size: Int, weight: Double) {
        self.size = size
        self.weight = weight
    }
}

/// Sizes of messages in bytes, the engine's trace header included.
public enum SizeSpec: Sendable, Equatable {
    /// One size.
    case fixed(Int)
    /// Every whole number of bytes from `minimum` to `maximum` equally often.
    case uniform(minimum: Int, maximum: Int)
    /// Log-normal with this mean and this standard deviation of the logarithm, rounded to whole
    /// bytes and clamped to `WorkloadLimits.smallestMessageBytes`...topic's `maximumMessageSize`.
    case lognormal(mean: Double, sigma: Double)
    /// Sizes in proportion to weights.
    case weights([WeightedSize])

    /// The smallest size that can occur.
    public var smallestBytes: Int {
        switch self {
        case .fixed(let size): size
        case .uniform(let minimum, _): minimum
        case .lognormal: WorkloadLimits.smallestMessageBytes
        case .weights(let list): list.lazy.filter { $0.weight > 0 }.map(\.size).min() ?? 0
        }
    }

    /// The largest size that can occur, nil where only the topic bounds it.
    public var largestBytes: Int? {
        switch self {
        case .fixed(let size): size
        case .uniform(_, let maximum): maximum
        case .lognormal: nil
        case .weights(let list): list.lazy.filter { $0.weight > 0 }.map(\.size).max() ?? 0
        }
    }

    /// The mean size before clamping.
    public var meanBytes: Double {
        switch self {
        case .fixed(let size): return Double(size)
        case .uniform(let minimum, let maximum): return (Double(minimum) + Double(maximum)) / 2
        case .lognormal(let mean, _): return mean
        case .weights(let list):
            let total = list.reduce(0) { $0 + $1.weight }
            return list.reduce(0) { $0 + Double($1.size) * $1.weight } / total
        }
    }
}

/// How long a handler takes for one message.
public enum ServiceTimeSpec: Sendable, Equatable {
    /// Always the same.
    case fixed(Nanoseconds)
    /// Exponential with this mean.
    case exponential(mean: Nanoseconds)
    /// Log-normal with this median and this standard deviation of the logarithm. Values above
    /// `WorkloadLimits.longestServiceTime` are clamped to it.
    case lognormal(median: Double, sigma: Double)

    /// The mean in nanoseconds, before clamping.
    public var meanNanoseconds: Double {
        switch self {
        case .fixed(let value): Double(value)
        case .exponential(let mean): Double(mean)
        case .lognormal(let median, let sigma):
            median * DeterministicMath.exponential(sigma * sigma / 2)
        }
    }
}
