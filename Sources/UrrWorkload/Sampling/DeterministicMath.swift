/// Elementary functions made of IEEE 754 operations only, so that a seed gives the same bits on
/// every processor and with every C library: the library's `log` picks one of several variants by
/// processor and they differ in the last bit.
///
/// Errors are below 2 units in the last place in the ranges used here; tests compare with the
/// library's functions.
@usableFromInline
enum DeterministicMath {
    /// ln 2 in two parts: the high one has its last 21 bits clear, so that products with small
    /// whole numbers are exact.
    @inlinable static var ln2High: Double { 0x1.62e42feep-1 }
    @inlinable static var ln2Low: Double { 0x1.a39ef35793c76p-33 }

    /// The natural logarithm of a normal, finite number above 0.
    ///
    /// `x = m * 2^e` with m in [sqrt(1/2), sqrt(2)); `ln m = 2 artanh(s)` with
    /// `s = (m - 1) / (m + 1)`, |s| <= 0.1716, by its series up to s^21 (the next term is below
    /// 2^-58 of the first).
    @inlinable
    @inline(__always)
    static func logarithm(_ x: Double) -> Double {
        let bits = x.bitPattern
        // Adding the distance from sqrt(1/2) to 1 carries into the exponent where m >= sqrt(1/2).
        let shifted = bits &+ (0x3ff0_0000_0000_0000 &- 0x3fe6_a09e_667f_3bcd)
        let exponent = Int64(bitPattern: shifted &>> 52) &- 1023
        let m = Double(bitPattern: (shifted & 0x000f_ffff_ffff_ffff) &+ 0x3fe6_a09e_667f_3bcd)
        let s = (m - 1) / (m + 1)
        let z = s * s
        let z2 = z * z
        let z4 = z2 * z2
        // Grouped in pairs and fours (Estrin), because one chain of ten steps is twice as slow.
        let low = (1.0 / 3 + z * (1.0 / 5)) + z2 * (1.0 / 7 + z * (1.0 / 9))
        let middle = (1.0 / 11 + z * (1.0 / 13)) + z2 * (1.0 / 15 + z * (1.0 / 17))
        let high = 1.0 / 19 + z * (1.0 / 21)
        let series = low + z4 * (middle + z4 * high)
        let e = Double(exponent)
        let twice = s + s
        return e * ln2High + (twice + (twice * z * series + e * ln2Low))
    }

    /// e to the power of `x`, for |x| up to 700; beyond that the result of the bound.
    ///
    /// `x = k ln 2 + r` with |r| <= 0.3466; `e^r` by its Taylor series up to r^13 (the next term is
    /// below 2^-58).
    @inlinable
    @inline(__always)
    static func exponential(_ x: Double) -> Double {
        let bounded = max(-700, min(700, x))
        let scaled = bounded * 0x1.71547652b82fep+0
        let k = Int64(scaled + (scaled < 0 ? -0.5 : 0.5))
        let r = (bounded - Double(k) * ln2High) - Double(k) * ln2Low
        let r2 = r * r
        let r4 = r2 * r2
        let a = 1.0 / 2 + r * (1.0 / 6) + r2 * (1.0 / 24 + r * (1.0 / 120))
        let b = 1.0 / 720 + r * (1.0 / 5040) + r2 * (1.0 / 40320 + r * (1.0 / 362_880))
        let c = 1.0 / 3_628_800 + r * (1.0 / 39_916_800)
        let d = 1.0 / 479_001_600 + r * (1.0 / 6_227_020_800)
        let tail = a + r4 * (b + r4 * (c + r2 * d))
        let power = Double(bitPattern: UInt64(bitPattern: (k &+ 1023) &<< 52))
        return power * (1 + (r + r2 * tail))
    }

    /// A number in the open interval (0, 1): 52 random bits and a half, so that neither end occurs.
    @inlinable
    @inline(__always)
    static func openUnit(_ bits: UInt64) -> Double {
        (Double(Int64(bitPattern: bits &>> 12)) + 0.5) * 0x1p-52
    }

    /// An exponentially distributed number with mean 1, at most 36.8, from 64 random bits.
    @inlinable
    @inline(__always)
    static func exponentialVariate(_ bits: UInt64) -> Double { -logarithm(openUnit(bits)) }
}
