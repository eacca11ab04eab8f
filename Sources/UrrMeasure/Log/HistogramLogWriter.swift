import Glibc
import UrrPlatform

/// Why a histogram log could not be written.
public enum HistogramLogError: Error, Equatable, CustomStringConvertible {
    /// The file could not be created.
    case cannotCreate(path: String, code: Int32)
    /// A write, a flush or the close failed; lines before it are whole.
    case cannotWrite(path: String, code: Int32)
    /// A tag with a comma or white space, which the format cannot hold.
    case badTag(String)

    /// What failed, with the system's reason.
    public var description: String {
        switch self {
        case .cannotCreate(let path, let code):
            "\(path): could not be created: \(String(cString: strerror(code)))"
        case .cannotWrite(let path, let code):
            "\(path): could not be written: \(String(cString: strerror(code)))"
        case .badTag(let tag): "histogram log: tag \"\(tag)\" has a comma or white space"
        }
    }
}

/// Writes HdrHistogram's log format 1.3, one line per interval and tag, as the run goes on: what
/// was appended before a crash is readable.
///
/// HistogramLogProcessor, HistogramLogAnalyzer and every HdrHistogram library read such files.
/// Values are nanoseconds; the column `Interval_Max` is in milliseconds, as those tools expect.
/// Values above 1 h and negative ones are not part of the encoding: a comment line states how many
/// there were.
///
/// One thread uses a writer. Lines are written whole with one system call each.
public final class HistogramLogWriter {
    private let path: String
    private var descriptor: Int32

    /// Creates or empties the file at `path` and writes the header.
    ///
    /// `startedAt` is the start of the run in nanoseconds since 1970; the starts of intervals count
    /// from there.
    public init(path: String, startedAt: Int64) throws(HistogramLogError) {
        self.path = path
        descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw .cannotCreate(path: path, code: errno) }
        let start = Self.thousandths(startedAt, of: nanosecondsPerSecond)
        try write(
            """
            #[Histogram log format version 1.3]
            #[StartTime: \(start) (seconds since epoch)]
            #[Values in nanoseconds; Interval_Max in milliseconds]
            "StartTimestamp","Interval_Length","Interval_Max","Interval_Compressed_Histogram"

            """)
    }

    deinit { if descriptor >= 0 { Glibc.close(descriptor) } }

    /// Appends one interval. `start` counts from the start of the run, `length` is its duration,
    /// both in nanoseconds and written in milliseconds. A tag names the histogram where a log holds
    /// several; it has no comma and no white space.
    public func append(
        tag: String?, start: Nanoseconds, length: Nanoseconds, _ histogram: Histogram
    ) throws(HistogramLogError) {
        var line = ""
        if let tag {
            guard !tag.isEmpty, !tag.contains(where: { $0 == "," || $0.isWhitespace }) else {
                throw .badTag(tag)
            }
            line = "Tag=\(tag),"
        }
        let startText = Self.thousandths(start, of: nanosecondsPerSecond)
        if histogram.overflow > 0 || histogram.anomalies > 0 {
            line =
                "#[\(tag ?? "untagged") at \(startText): \(histogram.overflow) values above 1 h and "
                + "\(histogram.anomalies) negative ones are not in the next line]\n" + line
        }
        line += startText + ","
        line += Self.thousandths(length, of: nanosecondsPerSecond) + ","
        line += Self.thousandths(histogram.maximum ?? 0, of: 1_000_000) + ","
        try write(line + HistogramCodec.encodeText(histogram) + "\n")
    }

    /// Brings the file to the disk and closes it. Nothing may be appended afterwards.
    public func close() throws(HistogramLogError) {
        let synced = fsync(descriptor)
        let reason = errno
        let closed = Glibc.close(descriptor)
        descriptor = -1
        // A pipe or a device cannot be synced, which is no loss.
        if synced != 0, reason != EINVAL, reason != EROFS {
            throw .cannotWrite(path: path, code: reason)
        }
        if closed != 0 { throw .cannotWrite(path: path, code: errno) }
    }

    private func write(_ text: String) throws(HistogramLogError) {
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0 {
                if errno == EINTR { continue }
                throw .cannotWrite(path: path, code: errno)
            }
            rest = rest.dropFirst(count)
        }
    }

    /// `value / unit` with three digits after the point, rounded down; `unit` is a multiple of
    /// 1000.
    static func thousandths(_ value: Int64, of unit: Int64) -> String {
        let scaled = value.magnitude / UInt64(unit / 1000)
        let fraction = String(scaled % 1000)
        let zeros = String(repeating: "0", count: 3 - fraction.count)
        return "\(value < 0 ? "-" : "")\(scaled / 1000).\(zeros)\(fraction)"
    }
}
