import UrrPlatform

/// The key of each message of a producer entry: a pure function of the message number.
///
/// A plain value without references; valid while the `KeyDistribution` that made it lives.
public struct KeySampler: @unchecked Sendable {
    @usableFromInline
    enum Kind: UInt8, Sendable { case none, fixed, sequential, uniform, zipf }

    @usableFromInline let kind: Kind
    @usableFromInline let cardinality: UInt64
    @usableFromInline let random: IndexedRandom
    @usableFromInline let table: AliasTable

    /// Whether messages carry a key; without, `keyIndex` is 0.
    @inlinable public var hasKeys: Bool { kind != .none }

    init(kind: Kind, cardinality: Int, random: IndexedRandom, table: AliasTable) {
        self.kind = kind
        self.cardinality = UInt64(cardinality)
        self.random = random
        self.table = table
    }

    /// The key of a message, in `0..<cardinality`. O(1).
    @inlinable
    @inline(__always)
    public func keyIndex(_ message: UInt64) -> UInt32 {
        switch kind {
        case .none, .fixed: return 0
        case .sequential: return UInt32(truncatingIfNeeded: message % cardinality)
        case .uniform:
            // High half of the product: uniform to within cardinality / 2^64.
            let product = random[message].multipliedFullWidth(by: cardinality)
            return UInt32(truncatingIfNeeded: product.high)
        case .zipf: return table.index(random[message])
        }
    }
}

/// The keys of a producer entry: owns what its samplers and its table read.
public final class KeyDistribution: Sendable {
    /// What the keys are.
    public let spec: KeySpec
    /// Bytes and hashes of the keys; valid while this object lives.
    public let keys: KeyTable
    private let alias: AliasTableStorage?
    private let hashes: KeyHashStorage

    /// Builds the tables of `spec`. Cold: O(cardinality) for zipf keys.
    public init(_ spec: KeySpec) {
        self.spec = spec
        if case .zipf(let cardinality, let exponent) = spec {
            alias = AliasTableStorage(
                weights: Self.zipfWeights(cardinality: cardinality, exponent: exponent))
        } else {
            alias = nil
        }
        hashes = KeyHashStorage(cardinality: spec.cardinality)
        keys = hashes.table
    }

    /// The sampler of one random stream. Valid while this object lives.
    public func sampler(seed: UInt64, stream: String) -> KeySampler {
        let kind: KeySampler.Kind =
            switch spec {
            case .none: .none
            case .fixed: .fixed
            case .sequential: .sequential
            case .uniform: .uniform
            case .zipf: .zipf
            }
        return KeySampler(
            kind: kind, cardinality: max(1, spec.cardinality),
            random: IndexedRandom(seed: seed, stream: stream),
            table: alias?.table ?? AliasTable(columns: nil, count: 0))
    }

    /// The probability of each key of a zipf distribution, the hottest first, not normalised.
    static func zipfWeights(cardinality: Int, exponent: Double) -> [Double] {
        (1...cardinality).map { rank in
            DeterministicMath.exponential(-exponent * DeterministicMath.logarithm(Double(rank)))
        }
    }
}
