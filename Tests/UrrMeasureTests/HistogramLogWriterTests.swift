import Glibc
import Testing
import UrrPlatform

@testable import UrrMeasure

@Suite struct HistogramLogWriterTests {
    /// Calls `body` with a path in a directory of its own.
    private func withTemporaryPath(_ body: (String) throws -> Void) throws {
        var template = Array("/tmp/urr-hlog-XXXXXX".utf8CString)
        let directory = try #require(mkdtemp(&template).map { String(cString: $0) })
        let path = directory + "/run.hlog"
        defer {
            unlink(path)
            rmdir(directory)
        }
        try body(path)
    }

    @Test func writesTheFormatLineByLine() throws {
        try withTemporaryPath { path in
            try withHistogram { histogram in
                histogram.record(1_234_567)
                let log = try HistogramLogWriter(path: path, startedAt: 1_795_000_000_250_999_999)
                try log.append(tag: "a.response", start: 0, length: 1_000_000_000, histogram)
                try log.append(tag: nil, start: 1_000_000_000, length: 999_999_999, histogram)
                // Readable before it is closed.
                let early = try #require(readSystemFile(path)).split(separator: "\n")
                #expect(early.count == 6)
                try log.close()
                let lines = try #require(readSystemFile(path)).split(separator: "\n")
                #expect(lines[0] == "#[Histogram log format version 1.3]")
                #expect(lines[1] == "#[StartTime: 1795000000.250 (seconds since epoch)]")
                let text = HistogramCodec.encodeText(histogram)
                #expect(lines[4] == "Tag=a.response,0.000,1.000,1.234,\(text)")
                #expect(lines[5] == "1.000,0.999,1.234,\(text)")
            }
        }
    }

    @Test func saysWhatTheEncodingLeavesOut() throws {
        try withTemporaryPath { path in
            try withHistogram { histogram in
                histogram.record(-5, count: 2)
                histogram.record(.max, count: 3)
                let log = try HistogramLogWriter(path: path, startedAt: 0)
                try log.append(tag: "x", start: 5_000_000, length: 1, histogram)
                try log.close()
                let lines = try #require(readSystemFile(path)).split(separator: "\n")
                #expect(
                    lines[4] == "#[x at 0.005: 3 values above 1 h and 2 negative ones are not in "
                        + "the next line]")
                #expect(lines[5].hasPrefix("Tag=x,0.005,0.000,"))
            }
        }
    }

    @Test(arguments: ["", "a,b", "a b", "a\n", "\t"])
    func tagsThatTheFormatCannotHoldAreRefused(tag: String) throws {
        try withTemporaryPath { path in
            try withHistogram { histogram in
                let log = try HistogramLogWriter(path: path, startedAt: 0)
                #expect(throws: HistogramLogError.badTag(tag)) {
                    try log.append(tag: tag, start: 0, length: 0, histogram)
                }
            }
        }
    }

    @Test func aFileThatCannotBeCreatedOrWrittenIsAnError() {
        #expect(throws: HistogramLogError.cannotCreate(path: "/proc/none/x", code: ENOENT)) {
            try HistogramLogWriter(path: "/proc/none/x", startedAt: 0)
        }
        #expect(throws: HistogramLogError.cannotWrite(path: "/dev/full", code: ENOSPC)) {
            try HistogramLogWriter(path: "/dev/full", startedAt: 0)
        }
    }

    @Test(
        arguments: [
            (0, "0.000"), (999_999, "0.000"), (1_000_000, "0.001"), (12_345_678_901, "12.345"),
            (-1_500_000_000, "-1.500"), (.max, "9223372036.854"), (.min, "-9223372036.854"),
        ] as [(Int64, String)])
    func thousandthsAreExact(value: Int64, text: String) {
        #expect(HistogramLogWriter.thousandths(value, of: nanosecondsPerSecond) == text)
    }
}
