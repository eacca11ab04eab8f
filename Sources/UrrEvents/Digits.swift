/// Numbers as text of fixed width, eight digits at a time in one register.
///
/// Little-endian machines only, which the package is made for (x86-64 and arm64 Linux).
@usableFromInline
enum Digits {
    @usableFromInline static let zeros: UInt64 = 0x3030_3030_3030_3030

    /// The eight hexadecimal digits of `value`, most significant first in memory.
    @inlinable
    @inline(__always)
    static func hexadecimal(_ value: UInt32) -> UInt64 {
        // Each nibble into a byte of its own.
        var spread = UInt64(value)
        spread = (spread | spread &<< 16) & 0x0000_ffff_0000_ffff
        spread = (spread | spread &<< 8) & 0x00ff_00ff_00ff_00ff
        spread = (spread | spread &<< 4) & 0x0f0f_0f0f_0f0f_0f0f
        // 1 in each byte that holds 10 to 15.
        let letters = ((spread &+ 0x0606_0606_0606_0606) &>> 4) & 0x0101_0101_0101_0101
        return (spread &+ zeros &+ letters &* 39).byteSwapped
    }

    /// The value of eight lower-case hexadecimal digits; nil where one is none.
    @inlinable
    @inline(__always)
    static func value(hexadecimal digits: UInt64) -> UInt32? {
        let text = digits.byteSwapped
        // Bit 6 tells a letter from a figure.
        let letters = (text &>> 6) & 0x0101_0101_0101_0101
        let nibbles = (text & 0x0f0f_0f0f_0f0f_0f0f) &+ letters &* 9
        var packed = nibbles & 0x0f0f_0f0f_0f0f_0f0f
        packed = (packed | packed &>> 4) & 0x00ff_00ff_00ff_00ff
        packed = (packed | packed &>> 8) & 0x0000_ffff_0000_ffff
        packed = (packed | packed &>> 16) & 0x0000_0000_ffff_ffff
        let value = UInt32(truncatingIfNeeded: packed)
        return hexadecimal(value) == digits ? value : nil
    }

    /// Writes `value` with `width` characters, the first ones blanks: numbers in JSON have no
    /// leading zeros, but may have blanks before them.
    @inlinable
    @inline(__always)
    static func writeDecimal(_ value: UInt64, width: Int, to target: UnsafeMutableRawPointer) {
        var rest = value
        var place = width &- 1
        repeat {
            let (quotient, digit) = rest.quotientAndRemainder(dividingBy: 10)
            target.storeBytes(
                of: 48 &+ UInt8(truncatingIfNeeded: digit), toByteOffset: place, as: UInt8.self)
            rest = quotient
            place &-= 1
        } while rest != 0 && place >= 0
        while place >= 0 {
            target.storeBytes(of: 32, toByteOffset: place, as: UInt8.self)
            place &-= 1
        }
    }

    /// The value of `width` characters as `writeDecimal` writes them; nil where they are not.
    @inlinable
    @inline(__always)
    static func value(decimal source: UnsafeRawPointer, width: Int) -> UInt64? {
        var place = 0
        while place < width &- 1, source.load(fromByteOffset: place, as: UInt8.self) == 32 {
            place &+= 1
        }
        // A leading zero only where it is the whole number.
        if place < width &- 1, source.load(fromByteOffset: place, as: UInt8.self) == 48 {
            return nil
        }
        var value: UInt64 = 0
        while place < width {
            let digit = source.load(fromByteOffset: place, as: UInt8.self) &- 48
            guard digit < 10 else { return nil }
            value = value &* 10 &+ UInt64(digit)
            place &+= 1
        }
        return value
    }
}
