import UrrPlatform

/// Which messages of a producer entry are sent again, and how long after: a pure function of the
/// message number.
///
/// A plain value without references; valid while the `RepeatDistribution` that made it lives.
public struct RepeatSampler: @unchecked Sendable {
    @usableFromInline
    enum Kind: UInt8, Sendable { case fixed, uniform, weights }

    @usableFromInline let share: UnitShare
    @usableFromInline let kind: Kind
    @usableFromInline let minimum: Nanoseconds
    @usableFromInline let maximum: Nanoseconds
    @usableFromInline let random: IndexedRandom
    @usableFromInline let table: AliasTable
    @usableFromInline let delays: UnsafePointer<Nanoseconds>?

    /// How long after its intended time message `message` is sent again; nil where it is not. O(1).
    @inlinable
    public func delay(_ message: UInt64) -> Nanoseconds? {
        guard share.holds(random[2 &* message]) else { return nil }
        let bits = random[2 &* message &+ 1]
        switch kind {
        case .fixed: return minimum
        case .uniform:
            let span = UInt64(truncatingIfNeeded: maximum &- minimum &+ 1)
            return minimum &+ Nanoseconds(bits.multipliedFullWidth(by: span).high)
        case .weights: return delays.unsafelyUnwrapped[Int(table.index(bits))]
        }
    }
}

/// The repeats of a producer entry: owns what its sampler reads.
public final class RepeatDistribution: @unchecked Sendable {
    /// What is repeated.
    public let spec: DuplicatesSpec
    /// Says it for each message; valid while this object lives.
    public let sampler: RepeatSampler
    private let alias: AliasTableStorage?
    private let delays: UnsafeMutablePointer<Nanoseconds>?

    /// The tables of `spec`. Cold.
    public init(_ spec: DuplicatesSpec, seed: UInt64, stream: String) {
        self.spec = spec
        var kind = RepeatSampler.Kind.fixed
        var bounds: (minimum: Nanoseconds, maximum: Nanoseconds) = (0, 0)
        switch spec.after {
        case .fixed(let delay): bounds = (delay, delay)
        case .uniform(let minimum, let maximum):
            kind = .uniform
            bounds = (minimum, maximum)
        case .weights: kind = .weights
        }
        if case .weights(let list) = spec.after {
            alias = AliasTableStorage(weights: list.map(\.weight))
            let delays = UnsafeMutablePointer<Nanoseconds>.allocate(capacity: list.count)
            for (index, entry) in list.enumerated() { (delays + index).initialize(to: entry.delay) }
            self.delays = delays
        } else {
            alias = nil
            delays = nil
        }
        sampler = RepeatSampler(
            share: UnitShare(spec.share), kind: kind, minimum: bounds.minimum,
            maximum: bounds.maximum, random: IndexedRandom(seed: seed, stream: stream),
            table: alias?.table ?? AliasTable(columns: nil, count: 0),
            delays: delays.map { UnsafePointer($0) })
    }

    deinit { delays?.deallocate() }
}

/// A probability, to be compared with 64 random bits.
@usableFromInline
struct UnitShare: Sendable {
    @usableFromInline let limit: UInt64
    @usableFromInline let isCertain: Bool

    /// `share` is in 0...1.
    @usableFromInline
    init(_ share: Double) {
        isCertain = share >= 1
        // 2^64 times a number below 1 is at most 2^64 - 2048.
        limit = share >= 1 ? .max : UInt64(share * 0x1p64)
    }

    @inlinable
    @inline(__always)
    func holds(_ bits: UInt64) -> Bool { bits < limit || isCertain }
}
