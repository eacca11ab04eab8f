import UrrPlatform

/// The size of each message of a producer entry: a pure function of the message number.
///
/// A plain value without references; valid while the `SizeDistribution` that made it lives.
public struct SizeSampler: @unchecked Sendable {
    @usableFromInline
    enum Kind: UInt8, Sendable { case fixed, uniform, lognormal, weights }

    @usableFromInline let kind: Kind
    /// Smallest size; of `fixed`, the size.
    @usableFromInline let minimum: Int
    /// Largest size.
    @usableFromInline let maximum: Int
    @usableFromInline let logarithmMean: Double
    @usableFromInline let sigma: Double
    @usableFromInline let random: IndexedRandom
    @usableFromInline let table: AliasTable
    @usableFromInline let sizes: UnsafePointer<Int>?

    /// The bytes of a message, trace header included. O(1). Log-normal sizes are rounded to the
    /// nearest byte and clamped to 40...the topic's largest message.
    @inlinable
    @inline(__always)
    public func byteCount(_ message: UInt64) -> Int {
        kind == .fixed ? minimum : drawnByteCount(message)
    }

    /// Out of line: with it, the loop that sends messages would be too large to be one function.
    @inlinable
    @inline(never)
    func drawnByteCount(_ message: UInt64) -> Int {
        switch kind {
        case .fixed:
            return minimum
        case .uniform:
            let span = UInt64(truncatingIfNeeded: maximum &- minimum &+ 1)
            let product = random[message].multipliedFullWidth(by: span)
            return minimum &+ Int(truncatingIfNeeded: product.high)
        case .lognormal:
            let normal = DeterministicMath.normalVariate(random[message])
            let value = DeterministicMath.exponential(logarithmMean + sigma * normal)
            // Bounded before the conversion, which would trap beyond the range of Int.
            return Int(max(Double(minimum), min(Double(maximum), value)) + 0.5)
        case .weights:
            return sizes.unsafelyUnwrapped[Int(table.index(random[message]))]
        }
    }
}

/// The sizes of a producer entry: owns what its samplers read.
public final class SizeDistribution: @unchecked Sendable {
    /// What the sizes are.
    public let spec: SizeSpec
    private let maximum: Int
    private let alias: AliasTableStorage?
    private let sizes: UnsafeMutablePointer<Int>?

    /// The tables of `spec`; log-normal sizes are clamped to `maximumMessageSize`. Cold.
    public init(_ spec: SizeSpec, maximumMessageSize: Int) {
        self.spec = spec
        maximum = maximumMessageSize
        guard case .weights(let list) = spec else {
            alias = nil
            sizes = nil
            return
        }
        alias = AliasTableStorage(weights: list.map(\.weight))
        let sizes = UnsafeMutablePointer<Int>.allocate(capacity: list.count)
        for (index, entry) in list.enumerated() { (sizes + index).initialize(to: entry.size) }
        self.sizes = sizes
    }

    deinit { sizes?.deallocate() }

    /// The sampler of one random stream. Valid while this object lives.
    public func sampler(seed: UInt64, stream: String) -> SizeSampler {
        var kind = SizeSampler.Kind.fixed
        var bounds = (minimum: 0, maximum: 0)
        var parameters = (logarithmMean: 0.0, sigma: 0.0)
        switch spec {
        case .fixed(let size):
            bounds = (size, size)
        case .uniform(let minimum, let maximum):
            kind = .uniform
            bounds = (minimum, maximum)
        case .lognormal(let mean, let sigma):
            kind = .lognormal
            bounds = (WorkloadLimits.smallestMessageBytes, maximum)
            parameters = (DeterministicMath.logarithm(mean) - sigma * sigma / 2, sigma)
        case .weights:
            kind = .weights
        }
        return SizeSampler(
            kind: kind, minimum: bounds.minimum, maximum: bounds.maximum,
            logarithmMean: parameters.logarithmMean, sigma: parameters.sigma,
            random: IndexedRandom(seed: seed, stream: stream),
            table: alias?.table ?? AliasTable(columns: nil, count: 0),
            sizes: sizes.map { UnsafePointer($0) })
    }
}
