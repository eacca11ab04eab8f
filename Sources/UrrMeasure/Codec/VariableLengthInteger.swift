/// Signed numbers in 1 to 9 bytes: ZigZag, so that small negative numbers are short too, then
/// groups of 7 bits, lowest first, the top bit of a byte saying that another follows. The ninth
/// byte carries 8 bits, so that 64 bits fit ("LEB128-64b9B", HdrHistogram's `ZigZagEncoding`).
enum VariableLengthInteger {
    static func append(_ value: Int64, to bytes: inout [UInt8]) {
        var rest = UInt64(bitPattern: (value << 1) ^ (value >> 63))
        var written = 0
        while rest >= 0x80, written < 8 {
            bytes.append(UInt8(rest & 0x7f) | 0x80)
            rest >>= 7
            written += 1
        }
        bytes.append(UInt8(rest))
    }

    /// Reads the number at `position` and moves past it; nil where the bytes end first.
    static func read(_ bytes: ArraySlice<UInt8>, at position: inout Int) -> Int64? {
        var zigZag: UInt64 = 0
        for group in 0..<9 {
            guard position < bytes.endIndex else { return nil }
            let byte = UInt64(bytes[position])
            position += 1
            if group == 8 {
                zigZag |= byte << 56
                break
            }
            zigZag |= (byte & 0x7f) << UInt64(7 * group)
            if byte < 0x80 { break }
        }
        return Int64(bitPattern: zigZag >> 1) ^ -Int64(bitPattern: zigZag & 1)
    }
}
