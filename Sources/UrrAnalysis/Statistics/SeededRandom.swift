import UrrPlatform

/// Random numbers that are the same in every run: resampling must not make a verdict depend on
/// luck, and a simulation must be repeatable.
public struct SeededRandom: RandomNumberGenerator, Sendable {
    private let bits: IndexedRandom
    private var index: UInt64 = 0

    /// The stream that `name` selects under `seed`.
    public init(seed: UInt64, stream name: String) {
        bits = IndexedRandom(seed: seed, stream: name)
    }

    /// The next 64 random bits.
    public mutating func next() -> UInt64 {
        defer { index &+= 1 }
        return bits[index]
    }

    /// The next value, uniform in [0, 1).
    mutating func unit() -> Double { Double(next() >> 11) * 0x1p-53 }

    /// A number in `0..<bound`. The bias of the multiplication is below 2^-40 for any `bound` of a
    /// sample.
    mutating func below(_ bound: Int) -> Int {
        Int(next().multipliedFullWidth(by: UInt64(max(1, bound))).high)
    }

    /// A standard normal value.
    mutating func normal() -> Double {
        NormalDistribution.quantile((Double(next() >> 11) + 0.5) * 0x1p-53)
    }
}
