import UrrPlatform

/// Why bytes are not a histogram that this program can hold.
public enum HistogramCodecError: Error, Equatable, CustomStringConvertible {
    /// The text is not Base64.
    case notBase64
    /// Fewer bytes than the header or a length in it says.
    case truncated(needed: Int, got: Int)
    /// Bytes after the end that the header states.
    case trailing(byteCount: Int)
    /// The first four bytes name another format.
    case unknownCookie(UInt32)
    /// The compressed part does not decompress; the number is zlib's.
    case badCompression(code: Int32)
    /// The histogram has another configuration: the field's name and its value.
    case unsupported(field: String, value: String)
    /// A count lies in a cell above 1 h, or beyond the end.
    case cellOutOfRange(Int)
    /// The counts add up to more than 64 bits hold.
    case countOverflow
    /// A record states another number of values than its encoding holds.
    case countMismatch(stated: UInt64, encoded: UInt64)
    /// Stated extremes that do not lie in the lowest and the highest cell in use.
    case wrongExtremes
    /// No memory for the counts.
    case outOfMemory(byteCount: Int)

    /// What is wrong, in words.
    public var description: String {
        switch self {
        case .notBase64: "histogram: not Base64"
        case .truncated(let needed, let got):
            "histogram: truncated, \(needed) bytes needed, got \(got)"
        case .trailing(let byteCount): "histogram: \(byteCount) bytes after the end"
        case .unknownCookie(let cookie):
            "histogram: unknown format 0x\(String(cookie, radix: 16))"
        case .badCompression(let code): "histogram: does not decompress (zlib \(code))"
        case .unsupported(let field, let value): "histogram: unsupported \(field) \(value)"
        case .cellOutOfRange(let index): "histogram: count in cell \(index), above 1 h"
        case .countOverflow: "histogram: counts add up to more than 2^64"
        case .countMismatch(let stated, let encoded):
            "histogram: \(stated) values stated, \(encoded) encoded"
        case .wrongExtremes: "histogram: minimum or maximum does not belong to the counts"
        case .outOfMemory(let byteCount): "histogram: no memory for \(byteCount) bytes"
        }
    }
}
