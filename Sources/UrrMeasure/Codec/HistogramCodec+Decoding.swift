private import CZlib
import UrrPlatform

extension HistogramCodec {
    /// A new histogram from Base64 text of either form. The caller deallocates it.
    ///
    /// Its extremes are those of the cells: the lowest value of the first cell in use and the
    /// highest of the last. Never traps, whatever the text is.
    public static func decodeText(_ text: String) throws(HistogramCodecError) -> Histogram {
        guard let bytes = Base64.decode(text) else { throw .notBase64 }
        return try decode(bytes)
    }

    /// A new histogram from bytes of either form. The caller deallocates it.
    public static func decode(_ bytes: [UInt8]) throws(HistogramCodecError) -> Histogram {
        let cookie = try UInt32(readInteger(bytes, at: 0, byteCount: 4))
        switch cookie {
        case baseCookie: return try decodeBase(bytes)
        case compressedCookie: return try decodeBase(decompress(bytes))
        default: throw .unknownCookie(cookie)
        }
    }

    private static func decompress(_ bytes: [UInt8]) throws(HistogramCodecError) -> [UInt8] {
        let length = try Int(readInteger(bytes, at: 4, byteCount: 4))
        try checkLength(bytes, header: 8, content: length)
        // The bound keeps a small hostile stream from asking for much memory.
        var base = [UInt8](repeating: 0, count: longestByteCount)
        var byteCount = UInt(base.count)
        let code = bytes.withUnsafeBufferPointer { source in
            uncompress(&base, &byteCount, source.baseAddress! + 8, UInt(length))
        }
        guard code == 0 else { throw .badCompression(code: code) }
        base.removeSubrange(Int(byteCount)...)
        let cookie = try UInt32(readInteger(base, at: 0, byteCount: 4))
        guard cookie == baseCookie else { throw .unknownCookie(cookie) }
        return base
    }

    private static func decodeBase(_ bytes: [UInt8]) throws(HistogramCodecError) -> Histogram {
        let length = try Int(readInteger(bytes, at: 4, byteCount: 4))
        try require("index offset", readInteger(bytes, at: 8, byteCount: 4), 0)
        try require("number of digits", readInteger(bytes, at: 12, byteCount: 4), 3)
        try require("lowest value", readInteger(bytes, at: 16, byteCount: 8), 1)
        let ratio = try Double(bitPattern: readInteger(bytes, at: 32, byteCount: 8))
        guard ratio == 1 else { throw .unsupported(field: "ratio", value: "\(ratio)") }
        try checkLength(bytes, header: headerByteCount, content: length)
        return try decodeCounts(bytes[headerByteCount...])
    }

    private static func decodeCounts(
        _ bytes: ArraySlice<UInt8>
    ) throws(HistogramCodecError) -> Histogram {
        var position = bytes.startIndex
        var index = 0
        var counts: [(index: Int, count: UInt64)] = []
        let end = HistogramLayout.index(of: UInt64(HistogramLayout.highestTrackable)) + 1
        while position < bytes.endIndex {
            let start = position
            guard let value = VariableLengthInteger.read(bytes, at: &position) else {
                throw .truncated(
                    needed: position - bytes.startIndex + 1, got: start - bytes.startIndex)
            }
            if value > 0 {
                guard index < end else { throw .cellOutOfRange(index) }
                counts.append((index, UInt64(value)))
                index += 1
            } else {
                // `magnitude`, because the negative of the lowest number does not exist. Empty
                // cells after the last count may go to the end of a longer array, not for ever.
                let skipped = value == 0 ? 1 : value.magnitude
                guard skipped <= UInt64(HistogramLayout.cellCount * 2 - index) else {
                    throw .cellOutOfRange(HistogramLayout.cellCount * 2)
                }
                index += Int(skipped)
            }
        }
        return try build(counts)
    }

    private static func build(
        _ counts: [(index: Int, count: UInt64)]
    ) throws(HistogramCodecError) -> Histogram {
        var total: UInt64 = 0
        for entry in counts {
            let (sum, overflow) = total.addingReportingOverflow(entry.count)
            guard !overflow else { throw .countOverflow }
            total = sum
        }
        let histogram: Histogram
        do { histogram = try Histogram() } catch { throw .outOfMemory(byteCount: error.byteCount) }
        for entry in counts {
            histogram.record(
                Nanoseconds(HistogramLayout.lowestValue(at: entry.index)), count: entry.count)
        }
        if let last = counts.last {
            histogram.summary.pointee.maximum = min(
                HistogramLayout.highestValue(at: last.index),
                UInt64(HistogramLayout.highestTrackable))
        }
        return histogram
    }

    private static func require(
        _ field: String, _ value: UInt64, _ expected: UInt64
    ) throws(HistogramCodecError) {
        if value != expected { throw .unsupported(field: field, value: "\(value)") }
    }

    private static func checkLength(
        _ bytes: [UInt8], header: Int, content: Int
    ) throws(HistogramCodecError) {
        let got = bytes.count - header
        if got < content { throw .truncated(needed: header + content, got: bytes.count) }
        if got > content { throw .trailing(byteCount: got - content) }
    }

    /// The big-endian number of `byteCount` bytes at `offset`.
    private static func readInteger(
        _ bytes: [UInt8], at offset: Int, byteCount: Int
    ) throws(HistogramCodecError) -> UInt64 {
        guard bytes.count >= offset + byteCount else {
            throw .truncated(needed: offset + byteCount, got: bytes.count)
        }
        return bytes[offset..<offset + byteCount].reduce(0) { $0 << 8 | UInt64($1) }
    }
}

extension Histogram {
    /// Puts back what an encoding does not carry: exact extremes and outliers. Fails where an
    /// extreme does not lie in the cell that the counts say.
    package func restore(
        minimum: Nanoseconds?, maximum: Nanoseconds?, overflow: UInt64, anomalies: UInt64
    ) throws(HistogramCodecError) {
        let (total, tooMany) = count.addingReportingOverflow(overflow)
        guard !tooMany else { throw .countOverflow }
        guard (minimum != nil) == (count > 0), (maximum != nil) == (total > 0)
        else { throw .wrongExtremes }
        if let minimum, let maximum, minimum > maximum { throw .wrongExtremes }
        let touched = touchedCells
        if let minimum {
            guard Self.cell(of: minimum) == touched.lowerBound else { throw .wrongExtremes }
            summary.pointee.complementOfMinimum = ~UInt64(minimum)
        }
        if let maximum {
            if overflow > 0 {
                guard maximum > HistogramLayout.highestTrackable else { throw .wrongExtremes }
                summary.pointee.greatestOverflow = UInt64(maximum)
            } else {
                guard Self.cell(of: maximum) == touched.upperBound - 1 else {
                    throw .wrongExtremes
                }
                summary.pointee.maximum = UInt64(maximum)
            }
        }
        summary.pointee.overflow = overflow
        summary.pointee.anomalies = anomalies
    }

    private static func cell(of value: Nanoseconds) -> Int? {
        guard value >= 0, value <= HistogramLayout.highestTrackable else { return nil }
        return HistogramLayout.index(of: UInt64(value))
    }
}
