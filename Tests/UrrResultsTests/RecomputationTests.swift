import Foundation
import Testing
import UrrResults

private let python = ["/usr/bin/python3", "/usr/local/bin/python3"].first {
    FileManager.default.isExecutableFile(atPath: $0)
}

/// Runs `recompute.py`, which shares no code with the program, over written results.
@Suite(.enabled(if: python != nil, "python3 is not installed"))
struct RecomputationTests {
    /// What the script prints about a record with one change in its JSON, and its exit status.
    private func recompute(
        replacing old: String = "", by new: String = ""
    ) throws -> (status: Int32, output: String) {
        let directory =
            FileManager.default.temporaryDirectory.path + "/urr-check-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: directory) }
        var record = try sampleRecord()
        // Outliers, too.
        record.groups[0].latencies.service = try histogram([
            (-3, 2), (0, 7), (1_234_567, 40_000), (.max, 30),
        ])
        let path = try ResultStore(directory: directory).save(record)
        if !old.isEmpty {
            let text = try String(contentsOfFile: path, encoding: .utf8)
            let range = try #require(text.range(of: old), "the sample has no \(old)")
            try text.replacingCharacters(in: range, with: new)
                .write(toFile: path, atomically: true, encoding: .utf8)
        }
        let script = (#filePath as NSString).deletingLastPathComponent + "/recompute.py"
        let process = Process()
        process.executableURL = URL(fileURLWithPath: try #require(python))
        process.arguments = ["-B", script, path]
        let pipe = Pipe()
        process.standardOutput = pipe
        process.standardError = pipe
        try process.run()
        let output = pipe.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return (process.terminationStatus, String(decoding: output, as: UTF8.self))
    }

    @Test func everyNumberCanBeRecomputed() throws {
        let (status, output) = try recompute()
        #expect(status == 0, "\(output)")
        // Two for each producer, four for each group and four for each of its two segments.
        #expect(output.contains("28 histograms, 0 differences"))
    }

    @Test(arguments: [
        ("\"delivered\" : 4020", "\"delivered\" : 4021", "accounting.delivered"),
        ("\"acknowledged\" : 995", "\"acknowledged\" : 994", "accounting.acknowledged"),
        ("\"99.9\" : 1234943", "\"99.9\" : 1234944", "percentilesNs.99.9"),
        ("\"99.9\" :", "\"99.8\" :", "percentilesNs (names)"),
        ("\"count\" : 40007", "\"count\" : 40006", "count"),
        ("\"maxNs\" : 9223372036854775807", "\"maxNs\" : 1234567", "maxNs (above 1 h)"),
        ("\"minNs\" : 1000", "\"minNs\" : 1001", "minNs (its cell)"),
        ("\"meanNs\" : 19", "\"meanNs\" : 18", "meanNs"),
        ("\"encoded\" : \"H", "\"encoded\" : \"I", "encoded"),
    ])
    func aChangedNumberIsFound(old: String, new: String, place: String) throws {
        let (status, output) = try recompute(replacing: old, by: new)
        #expect(status == 1, "\(output)")
        #expect(output.contains(place), "\(output)")
    }

    @Test func whatIsNoResultIsRefused() throws {
        #expect(try recompute(replacing: "\"urrbench.run\"", by: "\"other\"").status == 2)
    }
}
