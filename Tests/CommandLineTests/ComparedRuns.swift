import Foundation
import UrrResults
import UrrTestSupport

/// Made-up results of runs whose response times are known, and programs that hand them out as if
/// they had measured them.
struct ComparedRuns {
    let directory: TemporaryDirectory

    init() throws { directory = try TemporaryDirectory() }

    /// Path of something in the directory.
    func path(_ name: String) -> String { directory.url.appendingPathComponent(name).path }

    /// A run whose messages all took about `response` nanoseconds.
    static func record(
        _ number: Int, response: Int64, change: (inout RunRecord) -> Void = { _ in }
    ) -> RunRecord {
        var record = SampleRun.record()
        record.runId = "run-\(number)"
        let minute = number % 60 < 10 ? "0\(number % 60)" : "\(number % 60)"
        record.startedAt = "2026-11-21T0\(number / 60 % 10):\(minute):00Z"
        record.groups[0].latencies.response = SampleRun.histogram([
            response: 9000, response * 3: 1000,
        ])
        record.harness.placement = PlacementRecord(beforeNs: 55, afterNs: 55, label: "near")
        change(&record)
        return record
    }

    /// Response times that vary by up to 2 % in no order.
    static func responses(_ middle: Double, _ count: Int, from start: Int = 0) -> [Int64] {
        (start..<start + count).map { index in
            let part = (Double(index + 1) * 0.6180339887498949).truncatingRemainder(dividingBy: 1)
            return Int64(middle * (0.99 + 0.02 * part))
        }
    }

    /// Stores runs with these response times in a directory of that name, and returns its path.
    @discardableResult
    func store(
        _ name: String, _ responses: [Int64], from number: Int = 0,
        change: (inout RunRecord) -> Void = { _ in }
    ) throws -> String {
        let store = ResultStore(directory: path(name))
        for (index, response) in responses.enumerated() {
            try store.save(Self.record(number + index, response: response, change: change))
        }
        return path(name)
    }

    /// A program that takes the arguments of `urrbench workload` and stores one run after the
    /// other of those that were stored under `name`.
    func program(_ name: String, _ responses: [Int64], from number: Int = 0, status: Int = 0)
        throws -> String
    {
        let pool = try store(name + "-runs", responses, from: number)
        let script = """
            #!/bin/bash
            if [ "$1" = count ]; then cat "\(path(name)).counts" || exit 2; exit 0; fi
            file=$2 results=
            while [ $# -gt 0 ]; do [ "$1" = --results ] && results=$2; shift; done
            [ -r "$file" ] || exit 2
            next=$(ls "\(pool)" | head -n 1)
            [ -n "$next" ] || { echo "no more runs" >&2; exit 3; }
            mkdir -p "$results"
            mv "\(pool)/$next" "$results/$next"
            exit \(status)
            """
        let file = path(name)
        try Data((script + "\n").utf8).write(to: URL(fileURLWithPath: file))
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: file)
        return file
    }

    /// A workload file; the programs above never look into it.
    func workload() throws -> String {
        let file = path("w.json")
        try Data(WorkloadVerbTests.quick.utf8).write(to: URL(fileURLWithPath: file))
        return file
    }

    /// Files in the directory of that name.
    func files(_ name: String) -> [String] {
        ((try? FileManager.default.contentsOfDirectory(atPath: path(name))) ?? []).sorted()
    }
}
