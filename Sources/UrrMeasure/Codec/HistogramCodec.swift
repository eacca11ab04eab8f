private import CZlib
import UrrPlatform

/// HdrHistogram's V2 encoding, which every HdrHistogram library reads: compact counts, zlib and
/// Base64.
///
/// ```
///   compressed form              base form (big-endian)
///   0  cookie 0x1c849314         0   cookie 0x1c849313
///   4  length n                  4   length of the counts in bytes
///   8  zlib stream, n bytes      8   normalizing index offset, 0
///                                12  significant digits, 3
///                                16  lowest discernible value, 1
///                                24  highest trackable value
///                                32  conversion ratio to double, 1.0
///                                40  counts: ZigZag LEB128; -n stands for n empty cells
/// ```
///
/// Only the counts travel: overflow, anomalies and the exact extremes do not, they are kept beside
/// the encoding in a result. Source: HdrHistogram, `AbstractHistogram.encodeIntoByteBuffer`.
public enum HistogramCodec {
    static let baseCookie: UInt32 = 0x1c84_9313
    static let compressedCookie: UInt32 = 0x1c84_9314
    static let headerByteCount = 40
    /// The longest base form: every cell in use with the longest count.
    static let longestByteCount = headerByteCount + HistogramLayout.cellCount * 9
    /// zlib's default is 6; counts compress no better above it.
    static let compressionLevel: Int32 = 6

    /// The uncompressed form. O(touched cells).
    public static func encode(_ histogram: Histogram) -> [UInt8] {
        frame(encodeCounts(histogram))
    }

    /// The compressed form.
    public static func encodeCompressed(_ histogram: Histogram) -> [UInt8] {
        compress(encode(histogram))
    }

    /// The compressed form as Base64 text, the form of histogram logs and results.
    public static func encodeText(_ histogram: Histogram) -> String {
        Base64.encode(encodeCompressed(histogram))
    }

    /// The text of a histogram that nothing was recorded into.
    public static let emptyText = Base64.encode(compress(frame([])))

    private static func frame(_ counts: [UInt8]) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(headerByteCount + counts.count)
        append(baseCookie, to: &bytes)
        append(UInt32(counts.count), to: &bytes)
        append(UInt32(0), to: &bytes)
        append(UInt32(HistogramLayout.significantDigits), to: &bytes)
        append(UInt64(1), to: &bytes)
        append(UInt64(HistogramLayout.highestTrackable), to: &bytes)
        append((1.0).bitPattern, to: &bytes)
        return bytes + counts
    }

    private static func compress(_ base: [UInt8]) -> [UInt8] {
        var length = compressBound(UInt(base.count))
        var stream = [UInt8](repeating: 0, count: Int(length))
        let code = compress2(&stream, &length, base, UInt(base.count), compressionLevel)
        // 0 is Z_OK; with a buffer of compressBound bytes only a lack of memory can fail.
        invariant(code == 0, "zlib compresses into a buffer of its own bound")
        var bytes: [UInt8] = []
        append(compressedCookie, to: &bytes)
        append(UInt32(length), to: &bytes)
        return bytes + stream.prefix(Int(length))
    }

    private static func encodeCounts(_ histogram: Histogram) -> [UInt8] {
        let touched = histogram.touchedCells
        var bytes: [UInt8] = []
        var empty: Int64 = 0
        for index in 0..<touched.upperBound {
            let count = index < touched.lowerBound ? 0 : histogram.cells[index]
            if count == 0 {
                empty += 1
                continue
            }
            // One empty cell is a plain 0, as the other libraries write it.
            if empty > 0 { VariableLengthInteger.append(empty == 1 ? 0 : -empty, to: &bytes) }
            empty = 0
            invariant(count <= UInt64(Int64.max), "a cell's count fits 63 bits")
            VariableLengthInteger.append(Int64(count), to: &bytes)
        }
        return bytes
    }

    private static func append(_ value: some FixedWidthInteger, to bytes: inout [UInt8]) {
        withUnsafeBytes(of: value.bigEndian) { bytes.append(contentsOf: $0) }
    }
}
